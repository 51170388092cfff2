//! JSONPath queries that cannot take the machine down, and the places they select.
//!
//! The library evaluates a query to its end whatever that costs, and queries like `$..*..*..*..*` cost more than there
//! is. So what makes them explode is counted first, outside of quoted names, and refused beyond what corrections need.

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

const MAX_LENGTH: usize = 2_000;
const MAX_NESTING: usize = 12;
const MAX_DESCENTS: usize = 2;
const MAX_FILTERS: usize = 6;
const MAX_UNIONS: usize = 8;
const MAX_SELECTED: usize = 100_000;

/// One step of a place in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Name(String),
    Index(usize),
}

/// A place in a document.
pub(super) type Steps = Vec<Step>;

/// A JSONPath query.
#[derive(Debug)]
pub(super) struct Query(JsonPath);

impl Query {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Cost::of(text).check(text)?;
        JsonPath::parse(text)
            .map(Self)
            .map_err(|e| format!("{} at character {}", e.message(), e.position() + 1))
    }

    /// Every place that matches, once each, in the order of names and indexes.
    pub(super) fn select(&self, document: &Value) -> Result<Vec<Steps>, String> {
        let nodes = self.0.query_located(document);
        if nodes.len() > MAX_SELECTED {
            return Err(format!(
                "the JSONPath selects {} nodes, more than the {MAX_SELECTED} allowed",
                nodes.len()
            ));
        }
        let mut places: Vec<Steps> = nodes
            .locations()
            .map(|location| {
                let step = |element: &PathElement<'_>| match element {
                    PathElement::Name(name) => Step::Name((*name).to_owned()),
                    PathElement::Index(index) => Step::Index(*index),
                };
                location.iter().map(step).collect()
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }
}

/// What decides how much work a query can make.
#[derive(Debug, Default, PartialEq)]
struct Cost {
    nesting: usize,
    descents: usize,
    filters: usize,
    unions: usize,
    /// Queries from the root within a filter, repeated for each candidate.
    roots: usize,
}

impl Cost {
    fn of(text: &str) -> Self {
        let mut cost = Self::default();
        let mut open = 0usize;
        let mut quote = None;
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            if let Some(end) = quote {
                if c == '\\' {
                    characters.next();
                } else if c == end {
                    quote = None;
                }
                continue;
            }
            match c {
                '\'' | '"' => quote = Some(c),
                '[' | '(' => {
                    open += 1;
                    cost.nesting = cost.nesting.max(open);
                }
                ']' | ')' => open = open.saturating_sub(1),
                '.' if characters.peek().is_some_and(|(_, next)| *next == '.') => {
                    characters.next();
                    cost.descents += 1;
                }
                '?' => cost.filters += 1,
                ',' => cost.unions += 1,
                '$' if at > 0 => cost.roots += 1,
                _ => {}
            }
        }
        cost
    }

    fn check(&self, text: &str) -> Result<(), String> {
        let limits = [
            (text.len(), MAX_LENGTH, "characters"),
            (self.nesting, MAX_NESTING, "levels of brackets"),
            (self.descents, MAX_DESCENTS, "descents (`..`)"),
            (self.filters, MAX_FILTERS, "filters"),
            (self.unions, MAX_UNIONS, "commas"),
            (self.roots, 0, "queries from the root (`$`) inside it"),
        ];
        match limits.into_iter().find(|(number, most, _)| number > most) {
            Some((number, most, what)) => Err(format!(
                "it has {number} {what}, and at most {most} are allowed"
            )),
            None => Ok(()),
        }
    }
}

pub(super) fn get<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Name(name) => value.as_object()?.get(name),
        Step::Index(index) => value.as_array()?.get(*index),
    })
}

pub(super) fn get_mut<'v>(document: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Name(name) => value.as_object_mut()?.get_mut(name),
        Step::Index(index) => value.as_array_mut()?.get_mut(*index),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_explodes_is_counted_outside_of_names() {
        let cost = Cost::of("$..a['..?,$'][?@.b == \"\\\"..\"]..*[0,1]");
        assert_eq!(
            cost,
            Cost {
                nesting: 1,
                descents: 2,
                filters: 1,
                unions: 1,
                roots: 0
            }
        );
    }

    #[test]
    fn queries_that_explode_are_refused() {
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
    fn what_is_allowed_is_quick() {
        let mut value = Value::from("leaf");
        for _ in 0..20 {
            value = serde_json::json!({"a": [value, 1, 2, 3], "b": {"c": [1, 2, 3]}});
        }
        let nested = |n: usize| format!("$..[?{}@.a{}]", "(".repeat(n), ")".repeat(n));
        let filters = "$..[?@.*[?@.*[?@.*[?@..x]]]]".to_owned();
        for text in [
            "$..*..*".to_owned(),
            nested(11),
            filters,
            "$[*,*][*,*][*,*][*,*][*,*][*,*][*,*][*,*]".to_owned(),
        ] {
            let begun = Instant::now();
            let query = Query::parse(&text).unwrap();
            let _ = query.select(&value);
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "{text} took {:?}",
                begun.elapsed()
            );
        }
    }

    #[test]
    fn each_place_is_selected_once_and_in_order() {
        let value = serde_json::json!({"a": {"b": [1, 2]}});
        let selected = Query::parse("$..*..*").unwrap().select(&value).unwrap();
        assert_eq!(selected.len(), 3);
        assert!(selected.is_sorted());
    }

    #[test]
    fn what_is_no_query_says_where() {
        let why = Query::parse("$.a[").unwrap_err();
        assert!(why.contains("at character"), "{why}");
    }
}
