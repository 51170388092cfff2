//! JSONPath queries (RFC 9535) with a budget, and the locations they select.
//!
//! Names, indexes, wildcards and descents are evaluated here. All other selectors in brackets (filters, slices,
//! unions) are evaluated by a library, one level at a time. Their maximum work is deducted beforehand, because the
//! library has no limits and the work of `$..[?@..a]` exceeds the size of the document.

use std::collections::HashSet;

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use super::budget::{Budget, Extent};
use crate::diagnostic::child;
use crate::diagnostic::suggestion::nearest;
use crate::jsonpath::{self, MAX_NESTING, Segments, syntax};

const MAX_LENGTH: usize = 2_000;
const MAX_DESCENTS: usize = 2;
const MAX_FILTERS: usize = 6;
const MAX_UNIONS: usize = 8;
const MAX_SELECTED: usize = 100_000;

/// The library compiles the pattern of `match` and `search` for every candidate.
const MAX_PATTERN_BYTES: usize = 64 * 1024;
const PATTERN_WORK: u64 = 5_000;

/// Step of a location in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    Name(String),
    Index(usize),
}

/// Location in a document.
pub(super) type Steps = Vec<Step>;

/// JSONPath query.
#[derive(Debug)]
pub(super) struct Query {
    segments: Vec<Segment>,
}

#[derive(Debug)]
struct Segment {
    /// `true` for `..`, which applies the selector to the node and all its descendants.
    descends: bool,
    selector: Selector,
}

#[derive(Debug)]
enum Selector {
    Name(String),
    Index(i64),
    Wildcard,
    Expression(Box<Expression>),
}

/// Selector in brackets that the library evaluates, on one node at a time.
#[derive(Debug)]
struct Expression {
    path: JsonPath,
    cost: Cost,
}

/// Properties that determine the maximum work of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cost {
    length: usize,
    nesting: usize,
    descents: usize,
    filters: usize,
    unions: usize,
    /// Queries from the root inside a filter, evaluated for each candidate.
    roots: usize,
    /// Queries from the candidate of a filter.
    queries: usize,
    patterns: usize,
    /// `true` if a filter traverses its candidate or compares parts of it.
    walks: bool,
}

/// Node that a query has reached.
#[derive(Clone, Copy)]
struct Visited<'v> {
    /// Index of the node it was reached from.
    parent: usize,
    step: VisitedStep<'v>,
    value: &'v Value,
}

#[derive(Clone, Copy)]
enum VisitedStep<'v> {
    Root,
    Name(&'v str),
    Index(usize),
}

impl Query {
    /// Parses a query. Rejects a query beyond the limits above.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let cost = Cost::of(text);
        cost.check()?;
        // The library checks the syntax.
        JsonPath::parse(text)
            .map_err(|e| format!("{} at character {}", e.message(), e.position() + 1))?;
        if cost.patterns > 0 {
            check_patterns(text)?;
        }
        let segments = segments(text).ok_or("unsupported syntax")?;
        Ok(Self { segments })
    }

    /// Selects all matching locations, each once, sorted by names and indexes.
    pub(super) fn select(
        &self,
        document: &Value,
        budget: &mut Budget,
    ) -> Result<Vec<Steps>, String> {
        select(&self.segments, document, budget)
    }

    /// Returns the end of a query that selects nothing in a document; `None` beyond the budget.
    pub(super) fn end(&self, document: &Value, budget: &mut Budget) -> Option<End> {
        let mut reached = Steps::new();
        for (index, segment) in self.segments.iter().enumerate() {
            let selected = select(self.segments.get(..=index)?, document, budget).ok()?;
            if let Some(first) = selected.into_iter().next() {
                reached = first;
                continue;
            }
            let place = pointer(&reached);
            let missing = match (&segment.selector, segment.descends) {
                (Selector::Name(name), false) => Some(name.clone()),
                _ => None,
            };
            let keys = get(document, &reached).and_then(Value::as_object);
            let keys = keys.into_iter().flat_map(|object| object.keys());
            let similar = missing.as_deref().and_then(|name| nearest(name, keys));
            return Some(End {
                depth: index,
                cause: format!("{place} {segment:?}"),
                place,
                missing,
                similar,
            });
        }
        None
    }
}

/// End of a query that selects nothing in a document.
pub(super) struct End {
    /// Number of the segments that select something.
    pub(super) depth: usize,
    /// Place and segment, which queries that end for the same reason share.
    pub(super) cause: String,
    /// JSON Pointer of the first node that the last of these segments selects.
    pub(super) place: String,
    /// Name that the node lacks.
    pub(super) missing: Option<String>,
    /// Key of the node that resembles the name.
    pub(super) similar: Option<String>,
}

/// Returns the JSON Pointer of a location.
pub(super) fn pointer(steps: &[Step]) -> String {
    steps
        .iter()
        .fold(String::new(), |pointer, step| match step {
            Step::Name(name) => child(&pointer, name),
            Step::Index(index) => child(&pointer, index),
        })
}

/// Selects all locations that match the segments, each once, sorted by names and indexes.
fn select(
    segments: &[Segment],
    document: &Value,
    budget: &mut Budget,
) -> Result<Vec<Steps>, String> {
    let mut visited = vec![Visited {
        parent: 0,
        step: VisitedStep::Root,
        value: document,
    }];
    let mut current = vec![0];
    for segment in segments {
        if segment.descends {
            current = descendants(&current, &mut visited, budget)?;
        }
        let mut selected = Vec::new();
        for node in current {
            segment
                .selector
                .select(node, &mut visited, &mut selected, budget)?;
        }
        // Children of distinct nodes are distinct; only a union can select one twice.
        current = match &segment.selector {
            Selector::Expression(_) => distinct(selected, &visited),
            _ => selected,
        };
        if current.len() > MAX_SELECTED {
            return Err(format!(
                "the JSONPath selects {} nodes, more than the {MAX_SELECTED} allowed",
                current.len()
            ));
        }
    }
    let mut locations = Vec::with_capacity(current.len());
    for node in current {
        let steps = steps(node, &visited);
        budget.work(steps.len() as u64)?;
        locations.push(steps);
    }
    locations.sort_unstable();
    Ok(locations)
}

impl Selector {
    fn select<'v>(
        &self,
        node: usize,
        visited: &mut Vec<Visited<'v>>,
        selected: &mut Vec<usize>,
        budget: &mut Budget,
    ) -> Result<(), String> {
        budget.work(1)?;
        let first = visited.len();
        let value = visited[node].value;
        let mut reach = |step, value| {
            visited.push(Visited {
                parent: node,
                step,
                value,
            });
        };
        match (self, value) {
            (Self::Name(name), Value::Object(map)) => {
                if let Some((name, value)) = map.get_key_value(name) {
                    reach(VisitedStep::Name(name), value);
                }
            }
            (Self::Index(index), Value::Array(list)) => {
                let index = usize::try_from(*index).ok().or_else(|| {
                    let back = usize::try_from(index.unsigned_abs()).ok()?;
                    list.len().checked_sub(back)
                });
                if let Some((index, value)) = index.and_then(|i| Some((i, list.get(i)?))) {
                    reach(VisitedStep::Index(index), value);
                }
            }
            (Self::Wildcard, _) => children(node, visited, budget)?,
            (Self::Expression(expression), Value::Object(_) | Value::Array(_)) => {
                budget.work(expression.cost.bound(value))?;
                for found in expression.path.query_located(value).iter() {
                    let step = match found.location().last() {
                        Some(PathElement::Name(name)) => VisitedStep::Name(name),
                        Some(PathElement::Index(index)) => VisitedStep::Index(*index),
                        None => continue,
                    };
                    reach(step, found.node());
                }
            }
            _ => {}
        }
        selected.extend(first..visited.len());
        Ok(())
    }
}

/// Reaches the members of an object or the items of an array.
fn children<'v>(
    node: usize,
    visited: &mut Vec<Visited<'v>>,
    budget: &mut Budget,
) -> Result<(), String> {
    let reached = |step, value| Visited {
        parent: node,
        step,
        value,
    };
    match visited[node].value {
        Value::Object(map) => {
            budget.work(map.len() as u64)?;
            let members = map.iter();
            visited.extend(members.map(|(name, value)| reached(VisitedStep::Name(name), value)));
        }
        Value::Array(list) => {
            budget.work(list.len() as u64)?;
            let items = list.iter().enumerate();
            visited.extend(items.map(|(index, value)| reached(VisitedStep::Index(index), value)));
        }
        _ => {}
    }
    Ok(())
}

/// Returns the nodes and all their descendants, each once.
fn descendants<'v>(
    nodes: &[usize],
    visited: &mut Vec<Visited<'v>>,
    budget: &mut Budget,
) -> Result<Vec<usize>, String> {
    let mut seen = HashSet::new();
    // Only the descendants of several nodes can overlap.
    let can_overlap = nodes.len() > 1;
    let mut all = Vec::new();
    let mut open: Vec<usize> = nodes.iter().rev().copied().collect();
    while let Some(node) = open.pop() {
        budget.work(1)?;
        if can_overlap && !seen.insert(std::ptr::from_ref(visited[node].value)) {
            continue;
        }
        all.push(node);
        budget.work(1)?;
        let first = visited.len();
        children(node, visited, budget)?;
        open.extend((first..visited.len()).rev());
    }
    Ok(all)
}

/// Removes nodes that were reached before. Addresses identify nodes, because two locations never share a value in
/// memory.
fn distinct(nodes: Vec<usize>, visited: &[Visited<'_>]) -> Vec<usize> {
    let mut seen = HashSet::with_capacity(nodes.len());
    let is_new = |node: &usize| seen.insert(std::ptr::from_ref(visited[*node].value));
    nodes.into_iter().filter(is_new).collect()
}

fn steps(mut node: usize, visited: &[Visited<'_>]) -> Steps {
    let mut steps = Vec::new();
    loop {
        steps.push(match visited[node].step {
            VisitedStep::Root => break,
            VisitedStep::Name(name) => Step::Name(name.to_owned()),
            VisitedStep::Index(index) => Step::Index(index),
        });
        node = visited[node].parent;
    }
    steps.reverse();
    steps
}

/// Splits a query, which the library has validated, into segments.
fn segments(text: &str) -> Option<Vec<Segment>> {
    let mut read = Segments::of(text)?;
    let mut segments = Vec::new();
    for segment in read.by_ref() {
        let selector = match segment.selector {
            jsonpath::Selector::Name(name) => Selector::Name(name.to_owned()),
            jsonpath::Selector::Index(index) => Selector::Index(index),
            jsonpath::Selector::Wildcard => Selector::Wildcard,
            jsonpath::Selector::Other(brackets) => Selector::Expression(Box::new(Expression {
                path: JsonPath::parse(&format!("${brackets}")).ok()?,
                cost: Cost::of(brackets),
            })),
        };
        segments.push(Segment {
            descends: segment.descends,
            selector,
        });
    }
    read.is_complete().then_some(segments)
}

impl Cost {
    fn of(text: &str) -> Self {
        let mut cost = Self {
            length: text.len(),
            nesting: jsonpath::nesting(text),
            ..Self::default()
        };
        let mut last = (usize::MAX, ' ');
        let mut compared = false;
        for (at, c) in syntax(text) {
            match c {
                '.' if last == (at.wrapping_sub(1), '.') => cost.descents += 1,
                '?' => cost.filters += 1,
                ',' => cost.unions += 1,
                '@' => {
                    cost.queries += 1;
                    cost.walks |= compared;
                }
                '$' if at > 0 => cost.roots += 1,
                _ => {}
            }
            cost.walks |= cost.filters > 0 && matches!(c, '*' | ':' | '(');
            if !matches!(c, ' ' | '\t' | '\n' | '\r') {
                compared = matches!(c, '=' | '<' | '>');
            }
            // The second dot of `..` does not begin another `..`.
            last = match c {
                '.' if last == (at.wrapping_sub(1), '.') => (usize::MAX, ' '),
                _ => (at, c),
            };
        }
        cost.patterns = functions(text).count();
        cost.walks |= cost.descents > 0 || cost.filters > 1;
        cost
    }

    fn check(&self) -> Result<(), String> {
        let limits = [
            (self.length, MAX_LENGTH, "characters"),
            (self.nesting, MAX_NESTING, "levels of brackets"),
            (self.descents, MAX_DESCENTS, "descents (`..`)"),
            (self.filters, MAX_FILTERS, "filters"),
            (self.unions, MAX_UNIONS, "commas"),
            (self.roots, 0, "queries from the root (`$`) inside it"),
        ];
        match limits.into_iter().find(|(count, limit, _)| count > limit) {
            Some((count, limit, unit)) => {
                Err(format!("it has {count} {unit}, the limit is {limit}"))
            }
            None => Ok(()),
        }
    }

    /// Returns the maximum work of evaluating these brackets on a node.
    ///
    /// A node is reached once for each way to split its path among the segments of a query. Each descent multiplies
    /// the work by at most the depth, each comma by two.
    fn bound(&self, value: &Value) -> u64 {
        let children = match value {
            Value::Object(map) => map.len(),
            Value::Array(list) => list.len(),
            _ => 0,
        } as u64;
        let per_candidate = 1
            + self.queries as u64 * (1 + self.length as u64 / 16)
            + self.patterns as u64 * PATTERN_WORK;
        let mut work = children.saturating_mul(per_candidate);
        if self.walks {
            let extent = Extent::of(value);
            let ways = (extent.depth as u64)
                .max(1)
                .saturating_pow(self.descents as u32);
            let walked = extent.values + extent.bytes / 16;
            work = work.saturating_add(
                walked
                    .saturating_mul(ways)
                    .saturating_mul(1 + self.queries as u64),
            );
        }
        work.saturating_mul(1 << self.unions.min(MAX_UNIONS))
    }
}

/// Returns the indexes of the arguments of `match` and `search`, after the opening bracket.
fn functions(text: &str) -> impl Iterator<Item = usize> {
    syntax(text).filter_map(|(at, c)| {
        let before = text[..at].trim_end();
        let is_pattern = c == '(' && (before.ends_with("match") || before.ends_with("search"));
        is_pattern.then_some(at + 1)
    })
}

/// Checks the patterns of `match` and `search`. In the library, an invalid pattern never matches.
fn check_patterns(text: &str) -> Result<(), String> {
    for start in functions(text) {
        let arguments = &text[start..];
        let mut open = 0usize;
        let comma = syntax(arguments).find_map(|(at, c)| {
            match c {
                '(' | '[' => open += 1,
                ')' | ']' => open = open.saturating_sub(1),
                _ => {}
            }
            (c == ',' && open == 0).then_some(at + 1)
        });
        let literal = comma
            .map(|at| arguments[at..].trim_start())
            .unwrap_or_default();
        let end = syntax(literal).nth(1).map(|(at, _)| at);
        let pattern = match (literal.chars().next(), end) {
            (Some('\'' | '"'), Some(end)) => &literal[1..end],
            _ => {
                return Err(
                    "the pattern of `match` and `search` must be a string literal".to_owned(),
                );
            }
        };
        let pattern = pattern.replace("\\\\", "\\");
        regex::RegexBuilder::new(&format!("(?R)^({pattern})$"))
            .size_limit(MAX_PATTERN_BYTES)
            .build()
            .map_err(|_| format!("the pattern `{pattern}` is invalid or too large"))?;
    }
    Ok(())
}

/// Returns the value at a location.
pub(super) fn get<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Name(name) => value.as_object()?.get(name),
        Step::Index(index) => value.as_array()?.get(*index),
    })
}

/// Returns a mutable reference to the value at a location.
pub(super) fn get_mut<'v>(document: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Name(name) => value.as_object_mut()?.get_mut(name),
        Step::Index(index) => value.as_array_mut()?.get_mut(*index),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::json;

    use super::*;

    fn select(text: &str, document: &Value) -> Result<Vec<Steps>, String> {
        Query::parse(text)?.select(document, &mut Budget::new([document]))
    }

    /// Returns the locations that the library selects, without limits.
    fn by_library(text: &str, document: &Value) -> Vec<Steps> {
        let path = JsonPath::parse(text).unwrap();
        let mut locations: Vec<Steps> = path
            .query_located(document)
            .locations()
            .map(|location| {
                let step = |element: &PathElement<'_>| match element {
                    PathElement::Name(name) => Step::Name((*name).to_owned()),
                    PathElement::Index(index) => Step::Index(*index),
                };
                location.iter().map(step).collect()
            })
            .collect();
        locations.sort_unstable();
        locations.dedup();
        locations
    }

    #[test]
    fn counts_cost_outside_of_string_literals() {
        let cost = Cost::of("$..a['..?,$'][?@.b == \"\\\"..\"]..*[0,1]");
        assert_eq!(
            (
                cost.nesting,
                cost.descents,
                cost.filters,
                cost.unions,
                cost.roots
            ),
            (1, 2, 1, 1, 0)
        );
        assert_eq!(Cost::of("$['a\\']..[?,']").descents, 0);
    }

    #[test]
    fn rejects_queries_beyond_the_limits() {
        for text in [
            "$..*..*..*..*".to_owned(),
            "$[?$..a]".to_owned(),
            format!("${}", "[*,*]".repeat(20)),
            format!("$[?{}@.a{}]", "(".repeat(50), ")".repeat(50)),
            format!("${}", ".a".repeat(5_000)),
        ] {
            assert!(Query::parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn patterns_must_be_literal_valid_and_small() {
        for text in [
            "$[?match(@.a, @.b)]",
            "$[?search(@.a, '(')]",
            "$[?search(@.a, '(a{1000}){1000}')]",
            "$[?match(@.a, '\\\\w{500}')]",
        ] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
        let document = json!({"a": {"n": "x-1"}, "b": {"n": "y"}, "c": {"n": "x-y"}});
        for text in [
            "$[?match(@.n, 'x-[0-9]')]",
            "$[?search(@.n, \"^x\")]",
            "$[?match(@.n, 'x-\\\\d') || match(@['n'], 'y')]",
        ] {
            let selected = select(text, &document).unwrap();
            assert_eq!(selected, by_library(text, &document), "{text}");
            assert!(!selected.is_empty(), "{text}");
        }
    }

    #[test]
    fn selects_the_same_locations_as_the_library() {
        let document = json!({
            "a": {"b": [1, {"a": 2, "name": "x"}, {"a": {"a": []}, "name": "y"}], "c d": {"é": 1}},
            "it's": {"\"": [[1, 2], [3, [4, 5]]]},
            "paths": {"/x": {"get": {"tags": ["t"]}, "post": {}}, "/y": {"get": {"tags": []}}},
            "": {"": 0}
        });
        for text in [
            "$",
            "$ .a",
            "$.a.b",
            "$['a']['b']",
            "$.a.b[0]",
            "$.a.b[-1]",
            "$.a.b[-4]",
            "$.a.b[7]",
            "$.a.b[*]",
            "$.a['c d'].é",
            "$[\"it's\"]",
            "$['it\\'s']['\"']",
            "$['']['']",
            "$.*",
            "$.*.*",
            "$..a",
            "$..*",
            "$..*..*",
            "$..a..a",
            "$..[0]",
            "$..['a','name']",
            "$.a.b[?@.name == 'y'].a",
            "$.a.b[?@.name]",
            "$.a.b[?!@.name]",
            "$.a.b[0:2]",
            "$.a.b[::-1]",
            "$.a.b[0,0,1]",
            "$.paths.*[?@.tags]",
            "$.paths['/x'].get.tags",
            "$.paths[?@.get.tags[0] == 't']",
            "$.paths.*[?count(@.*) > 0]",
            "$..[?@..a]",
            "$..[?length(@) == 2]",
            "$..[?@.a == @.a]",
            "$ [ 'a' ] [ \"b\" ] [ 0 ]",
            "$.nowhere.at.all",
            "$[0]",
            "$.a.b.name",
        ] {
            let selected =
                select(text, &document).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(selected, by_library(text, &document), "{text}");
        }
    }

    #[test]
    fn the_budget_bounds_every_query() {
        let mut value = Value::from("leaf");
        for _ in 0..20 {
            value = json!({"a": [value, 1, 2, 3], "b": {"c": [1, 2, 3]}});
        }
        let nested = |n: usize| format!("$..[?{}@.a{}]", "(".repeat(n), ")".repeat(n));
        for text in [
            "$..*..*".to_owned(),
            nested(7),
            "$..[?@.*[?@.*[?@.*[?@..x]]]]".to_owned(),
            "$..[?@..[?@..a]]".to_owned(),
            "$[*,*][*,*][*,*][*,*][*,*][*,*][*,*][*,*]".to_owned(),
        ] {
            let Ok(query) = Query::parse(&text) else {
                continue;
            };
            let begun = Instant::now();
            let mut budget = Budget::of_work(1_000_000);
            while query.select(&value, &mut budget).is_ok() {}
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(10), "{text} took {took:?}");
        }
    }

    #[test]
    fn selects_each_location_once_and_in_order() {
        let value = json!({"a": {"b": [1, 2]}});
        let selected = select("$..*..*", &value).unwrap();
        assert_eq!(selected.len(), 3);
        assert!(selected.is_sorted());
    }

    #[test]
    fn syntax_errors_have_a_position() {
        let error = Query::parse("$.a[").unwrap_err();
        assert!(error.contains("at character"), "{error}");
    }
}
