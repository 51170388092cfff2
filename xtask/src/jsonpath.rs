//! Syntax of JSONPath queries (RFC 9535): their segments, one after the other, and what is outside of string literals.
//!
//! The library that evaluates a query also checks its syntax, except for the depth of its brackets.

use serde_json_path::JsonPath;

/// Maximum depth of brackets. The parser of the library takes exponential time for nested ones.
pub const MAX_NESTING: usize = 8;

/// Parses a query. Returns the reason for an invalid one.
pub fn parse(query: &str) -> Result<JsonPath, String> {
    let nesting = nesting(query);
    if nesting > MAX_NESTING {
        return Err(format!(
            "it has {nesting} levels of brackets, the limit is {MAX_NESTING}"
        ));
    }
    JsonPath::parse(query).map_err(|error| format!("error at character {}", error.position() + 1))
}

/// Returns the depth of the brackets of a query.
pub fn nesting(query: &str) -> usize {
    let mut open = 0usize;
    let depths = syntax(query).map(|(_, c)| {
        match c {
            '[' | '(' => open += 1,
            ']' | ')' => open = open.saturating_sub(1),
            _ => {}
        }
        open
    });
    depths.max().unwrap_or_default()
}

/// Step of a query from a value to some of its children or descendants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'q> {
    /// `true` for `..`, which applies the selector to the value and all its descendants.
    pub descends: bool,
    pub selector: Selector<'q>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector<'q> {
    Name(&'q str),
    Index(i64),
    Wildcard,
    /// Any other selector, with its brackets: a filter, a slice, several selectors, or a name with escapes.
    Other(&'q str),
}

/// Reads the segments of a query. It ends at the end of the query, or where no segment begins.
#[derive(Clone, Debug)]
pub struct Segments<'q> {
    rest: &'q str,
}

impl<'q> Segments<'q> {
    /// Returns `None` if the text does not begin with `$`.
    pub fn of(query: &'q str) -> Option<Self> {
        let rest = query.trim().strip_prefix('$')?;
        Some(Self::after(rest))
    }

    /// Reads the segments after `$` or `@`.
    pub fn after(rest: &'q str) -> Self {
        Self { rest }
    }

    /// Returns the text that has not been read.
    pub fn rest(&self) -> &'q str {
        self.rest.trim_start_matches(BLANKS)
    }

    /// Returns `true` if the query has been read to its end.
    pub fn is_complete(&self) -> bool {
        self.rest().is_empty()
    }
}

impl<'q> Iterator for Segments<'q> {
    type Item = Segment<'q>;

    fn next(&mut self) -> Option<Segment<'q>> {
        let rest = self.rest.trim_start_matches(BLANKS);
        let (descends, after) = match rest.strip_prefix("..") {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (selector, rest) = match after.starts_with('[') {
            true => {
                let (brackets, rest) = after.split_at(closing_bracket(after)? + 1);
                (bracketed(brackets)?, rest)
            }
            false if descends => shorthand(after)?,
            false => shorthand(after.strip_prefix('.')?)?,
        };
        self.rest = rest;
        Some(Segment { descends, selector })
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// Reads the selector after a dot.
fn shorthand(text: &str) -> Option<(Selector<'_>, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((Selector::Wildcard, rest));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    // A call of a function, which other dialects have, is not a name.
    let is_valid = !name.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with('(');
    (is_valid && !name.is_empty()).then_some((Selector::Name(name), rest))
}

fn bracketed(brackets: &str) -> Option<Selector<'_>> {
    let inner = inside(brackets)?;
    if inner == "*" {
        return Some(Selector::Wildcard);
    }
    if let Ok(index) = inner.parse() {
        return Some(Selector::Index(index));
    }
    let quoted = ['\'', '"'].into_iter().find_map(|quote| {
        let name = inner.strip_prefix(quote)?.strip_suffix(quote)?;
        (!name.contains([quote, '\\'])).then_some(name)
    });
    Some(quoted.map_or(Selector::Other(brackets), Selector::Name))
}

/// Returns the text between brackets.
pub fn inside(brackets: &str) -> Option<&str> {
    let inner = brackets.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.trim_matches(BLANKS))
}

/// Returns the index of the bracket that closes the first one.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut open = 0usize;
    syntax(text).find_map(|(at, c)| {
        match c {
            '[' => open += 1,
            ']' => open = open.saturating_sub(1),
            _ => return None,
        }
        (open == 0).then_some(at)
    })
}

/// Iterates over the characters outside of string literals, including the quotes.
pub fn syntax(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    text.char_indices().filter(move |(_, c)| match quote {
        _ if escaped => {
            escaped = false;
            false
        }
        Some(_) if *c == '\\' => {
            escaped = true;
            false
        }
        Some(end) if *c == end => {
            quote = None;
            true
        }
        Some(_) => false,
        None => {
            if matches!(c, '\'' | '"') {
                quote = Some(*c);
            }
            true
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_brackets_are_limited() {
        let nested = |depth: usize| format!("$.a{}@.b{}", "[?".repeat(depth), "]".repeat(depth));
        assert_eq!(nesting("$[?count(@['(']) > 1]"), 3);
        assert_eq!(
            parse(&nested(5_000)).unwrap_err(),
            "it has 5000 levels of brackets, the limit is 8"
        );
        assert_eq!(parse("$[").unwrap_err(), "error at character 2");
        assert!(parse("$.a[?@.b == '[[[[[[[[[']").is_ok());
    }

    #[test]
    fn reads_segments_up_to_the_first_that_is_none() {
        let child = |selector| Segment {
            descends: false,
            selector,
        };
        let name = |name| child(Selector::Name(name));
        for (query, expected, is_complete) in [
            ("$", vec![], true),
            ("$ .a ['b c'] ", vec![name("a"), name("b c")], true),
            ("$.größe[\"]\"]", vec![name("größe"), name("]")], true),
            (
                "$[0][-1].*",
                vec![
                    child(Selector::Index(0)),
                    child(Selector::Index(-1)),
                    child(Selector::Wildcard),
                ],
                true,
            ),
            (
                "$..a[?@.b == ']']",
                vec![
                    Segment {
                        descends: true,
                        selector: Selector::Name("a"),
                    },
                    child(Selector::Other("[?@.b == ']']")),
                ],
                true,
            ),
            ("$['a\\'']", vec![child(Selector::Other("['a\\'']"))], true),
            ("$.a.length()", vec![name("a")], false),
            ("$.a > 0", vec![name("a")], false),
            ("$.a.0", vec![name("a")], false),
            ("$.a[", vec![name("a")], false),
            ("$.a.", vec![name("a")], false),
            ("$a", vec![], false),
        ] {
            let mut segments = Segments::of(query).unwrap();
            assert_eq!(segments.by_ref().collect::<Vec<_>>(), expected, "{query}");
            assert_eq!(segments.is_complete(), is_complete, "{query}");
        }
        assert!(Segments::of("a.b").is_none());
    }
}
