//! The parts of a value that a JSONPath query reads, as far as they are known without the value.

use crate::jsonpath::{self, Segments, Selector, syntax};

/// Segment of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// A member of an object.
    Name(String),
    /// An element of an array.
    Index,
    /// All children, or those that a filter selects, with the paths that the filter reads below each child.
    Children(Vec<Vec<Segment>>),
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

/// Returns the paths that a filter reads below the child that it tests. Filters within it test other values.
fn reads(filter: &str) -> Vec<Vec<Segment>> {
    let mut found = Vec::new();
    let mut depth = 0;
    for (position, char) in syntax(filter) {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            '@' if depth == 0 => found.push(path(Segments::after(&filter[position + 1..]))),
            _ => {}
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::{Segment, segments};

    fn name(name: &str) -> Segment {
        Segment::Name(name.to_owned())
    }

    #[test]
    fn reads_names_indices_and_filters() {
        let all = || Segment::Children(Vec::new());
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
                    Segment::Children(vec![vec![name("b")], vec![name("c"), name("d")]]),
                    name("e"),
                ],
            ),
            (
                "$[?count(@.a[?@.b > 1]) > 0]",
                vec![Segment::Children(vec![vec![
                    name("a"),
                    Segment::Children(vec![vec![name("b")]]),
                ]])],
            ),
            ("a.b", vec![]),
            ("$.a[", vec![name("a")]),
        ] {
            assert_eq!(segments(query), expected, "{query}");
        }
    }
}
