//! The parts of a value that a JSONPath query reads, as far as they are known without the value.

use crate::arazzo::criterion::Comparison;
use crate::jsonpath::{self, Segments, Selector, syntax};

/// Segment of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// A member of an object.
    Name(String),
    /// An element of an array.
    Index,
    /// All children, or those that a filter selects, with what the filter reads below each child.
    Children(Vec<Read>),
}

/// A value that a filter reads below a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) path: Vec<Segment>,
    /// The string that the value is compared with.
    pub(super) constant: Option<(Comparison, String)>,
}

/// Returns the segments at the start of a query, up to the first one that is not known, such as `..`.
pub(super) fn segments(query: &str) -> Vec<Segment> {
    Segments::of(query).map(path).unwrap_or_default()
}

fn path(segments: Segments<'_>) -> Vec<Segment> {
    segments.map_while(known).collect()
}

fn known(segment: jsonpath::Segment<'_>) -> Option<Segment> {
    match segment.selector {
        _ if segment.descends => None,
        Selector::Name(name) => Some(Segment::Name(name.to_owned())),
        Selector::Index(_) => Some(Segment::Index),
        Selector::Wildcard => Some(Segment::Children(Vec::new())),
        Selector::Other(brackets) => {
            let inner = jsonpath::inside(brackets)?;
            match inner.strip_prefix('?') {
                Some(filter) => Some(Segment::Children(reads(filter))),
                None => is_slice(inner).then_some(Segment::Index),
            }
        }
    }
}

fn is_slice(selector: &str) -> bool {
    let mut parts = selector.split(':').map(str::trim);
    selector.contains(':') && parts.all(|part| part.is_empty() || part.parse::<i64>().is_ok())
}

/// Returns the values that a filter reads below the child that it tests. Filters within it test other values.
fn reads(filter: &str) -> Vec<Read> {
    let mut found = Vec::new();
    let mut depth = 0;
    for (position, char) in syntax(filter) {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            '@' if depth == 0 => found.push(read(&filter[position + 1..])),
            _ => {}
        }
    }
    found.retain(|read| !read.path.is_empty());
    found
}

/// Reads the path after an `@`, and the constant that its value is compared with.
fn read(after: &str) -> Read {
    let mut segments = Segments::after(after);
    let path: Vec<Option<Segment>> = segments.by_ref().map(known).collect();
    let constant = constant(segments.rest()).filter(|_| path.iter().all(Option::is_some));
    Read {
        path: path.into_iter().map_while(|segment| segment).collect(),
        constant,
    }
}

/// Returns the comparison with a string literal at the start of a text.
fn constant(text: &str) -> Option<(Comparison, String)> {
    let operators = [("==", Comparison::Equal), ("!=", Comparison::NotEqual)];
    operators.into_iter().find_map(|(sign, comparison)| {
        let literal = text.strip_prefix(sign)?.trim_start();
        let quote = literal.chars().next().filter(|c| "'\"".contains(*c))?;
        let (value, _) = literal[1..].split_once(quote)?;
        (!value.contains('\\')).then(|| (comparison, value.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Read, Segment, segments};

    fn name(name: &str) -> Segment {
        Segment::Name(name.to_owned())
    }

    #[test]
    fn reads_names_indices_and_filters() {
        let all = || Segment::Children(Vec::new());
        let reads = |path| Read {
            path,
            constant: None,
        };
        for (query, expected) in [
            ("$", vec![]),
            ("$.a.b", vec![name("a"), name("b")]),
            ("$['a b'][0]", vec![name("a b"), Segment::Index]),
            ("$[\"a\"][-1]", vec![name("a"), Segment::Index]),
            ("$.a[*].b", vec![name("a"), all(), name("b")]),
            ("$.a.*", vec![name("a"), all()]),
            ("$.a[1:3]", vec![name("a"), Segment::Index]),
            ("$.a..b", vec![name("a")]),
            ("$.a['b','c']", vec![name("a")]),
            ("$.a.length()", vec![name("a")]),
            (
                "$.a[?(@.b == 'x]@.y' && !@.c.d)].e",
                vec![
                    name("a"),
                    Segment::Children(vec![
                        Read {
                            path: vec![name("b")],
                            constant: Some((Comparison::Equal, "x]@.y".to_owned())),
                        },
                        reads(vec![name("c"), name("d")]),
                    ]),
                    name("e"),
                ],
            ),
            (
                "$[?count(@.a[?@.b > 1]) > 0]",
                vec![Segment::Children(vec![reads(vec![
                    name("a"),
                    Segment::Children(vec![reads(vec![name("b")])]),
                ])])],
            ),
            ("a.b", vec![]),
            ("$.a[", vec![name("a")]),
        ] {
            assert_eq!(segments(query), expected, "{query}");
        }
    }
}
