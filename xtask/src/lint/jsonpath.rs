//! The parts of a value that a JSONPath query reads, as far as they are known without the value.

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
    match query.trim().strip_prefix('$') {
        Some(rest) => path(rest),
        None => Vec::new(),
    }
}

fn path(text: &str) -> Vec<Segment> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let next = match rest.strip_prefix('.') {
            Some(after) => shorthand(after),
            None => rest.strip_prefix('[').and_then(bracketed),
        };
        let Some((segment, after)) = next else {
            return found;
        };
        found.push(segment);
        rest = after;
    }
}

/// Parses the segment after a dot.
fn shorthand(text: &str) -> Option<(Segment, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((Segment::Children(Vec::new()), rest));
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    // A function, which RFC 9535 does not have.
    let is_known = !name.is_empty() && !rest.starts_with('(');
    is_known.then(|| (Segment::Name(name.to_owned()), rest))
}

/// Parses the segment after an opening bracket.
fn bracketed(text: &str) -> Option<(Segment, &str)> {
    let end = closing(text)?;
    let (selector, rest) = (text[..end].trim(), &text[end + 1..]);
    if let Some(filter) = selector.strip_prefix('?') {
        return Some((Segment::Children(reads(filter)), rest));
    }
    let is_index = |text: &str| !text.is_empty() && text.parse::<i64>().is_ok();
    let is_slice = || {
        selector
            .split(':')
            .all(|part| part.trim().is_empty() || is_index(part.trim()))
    };
    let quoted = ['\'', '"'].into_iter().find_map(|quote| {
        let name = selector.strip_prefix(quote)?.strip_suffix(quote)?;
        (!name.contains([quote, '\\'])).then(|| name.to_owned())
    });
    let segment = match quoted {
        Some(name) => Segment::Name(name),
        None if is_index(selector) => Segment::Index,
        None if selector == "*" => Segment::Children(Vec::new()),
        None if selector.contains(':') && is_slice() => Segment::Index,
        None => return None,
    };
    Some((segment, rest))
}

/// Returns the position of the bracket that closes the one before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (position, char) in outside_of_strings(text) {
        match char {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(position),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Returns the paths that a filter reads below the child that it tests. Filters within it test other values.
fn reads(filter: &str) -> Vec<Vec<Segment>> {
    let mut found = Vec::new();
    let mut depth = 0;
    for (position, char) in outside_of_strings(filter) {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            '@' if depth == 0 => found.push(path(&filter[position + 1..])),
            _ => {}
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

fn outside_of_strings(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut is_escaped = false;
    text.char_indices().filter(move |(_, char)| {
        let Some(open) = quote else {
            quote = Some(*char).filter(|char| ['\'', '"'].contains(char));
            return quote.is_none();
        };
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            char if *char == open => quote = None,
            _ => {}
        }
        false
    })
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
