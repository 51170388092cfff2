//! JSON Pointers (RFC 6901), and the dot and bracket paths that some documents use instead.

use std::fmt;

use serde_json::Value;

use super::expression::SyntaxProblem;

/// JSON Pointer as decoded reference tokens. The empty pointer refers to the entire value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer {
    /// Reference tokens with `~0` and `~1` decoded.
    pub tokens: Vec<String>,
}

impl Pointer {
    /// Parses `""` or `/a/b~1c/0`.
    pub fn parse(text: &str) -> Result<Self, SyntaxProblem> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err(SyntaxProblem::new(format!(
                "`{text}` is not a JSON Pointer: it must start with `/`"
            ))
            .help(format!("write `#/{}`", text.trim_start_matches(['.', '$']))));
        };
        let tokens = rest.split('/').map(unescape).collect::<Result<_, _>>()?;
        Ok(Self { tokens })
    }

    /// Parses a path in dot and bracket notation: `.a.b`, `[0].c`, `['d e']`.
    pub fn parse_path(text: &str) -> Result<Self, SyntaxProblem> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, next) = after.split_at(end);
                if name.is_empty() {
                    return Err(SyntaxProblem::new(format!(
                        "`{text}` has an empty name in its path"
                    )));
                }
                tokens.push(name.to_owned());
                rest = next;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (token, next) = bracketed(after).ok_or_else(|| {
                    SyntaxProblem::new(format!(
                        "`{text}` has a bracket without an index or a quoted name"
                    ))
                })?;
                tokens.push(token);
                rest = next;
            } else {
                return Err(SyntaxProblem::new(format!(
                    "`{text}` is not a path of `.name` and `[index]`"
                )));
            }
        }
        Ok(Self { tokens })
    }

    /// Returns `true` if the pointer refers to the entire value.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Appends another pointer to this one.
    pub fn join(&self, other: &Self) -> Self {
        Self {
            tokens: self.tokens.iter().chain(&other.tokens).cloned().collect(),
        }
    }

    /// Returns the value the pointer refers to, if it exists.
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.tokens
            .iter()
            .try_fold(value, |value, token| match value {
                Value::Object(object) => object.get(token),
                Value::Array(items) => items.get(index(token)?),
                _ => None,
            })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens
            .iter()
            .try_for_each(|token| write!(f, "/{}", escape(token)))
    }
}

/// Parses an array index as defined by RFC 6901: digits without a leading zero.
pub fn index(token: &str) -> Option<usize> {
    let is_index = token == "0"
        || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    if is_index { token.parse().ok() } else { None }
}

/// Escapes `~` and `/` in a reference token.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn unescape(token: &str) -> Result<String, SyntaxProblem> {
    let mut text = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(char) = chars.next() {
        match char {
            '~' => match chars.next() {
                Some('0') => text.push('~'),
                Some('1') => text.push('/'),
                _ => {
                    return Err(SyntaxProblem::new(format!(
                        "`{token}` has a `~` that is not part of `~0` or `~1`"
                    ))
                    .help("write `~0` for `~` and `~1` for `/`"));
                }
            },
            other => text.push(other),
        }
    }
    Ok(text)
}

/// Parses `0]…` or `'name']…` after an opening bracket. Returns the token and the remaining input.
fn bracketed(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next()?;
    if quote == '\'' || quote == '"' {
        let inner = &text[1..];
        let end = inner.find(quote)?;
        Some((inner[..end].to_owned(), inner[end + 1..].strip_prefix(']')?))
    } else {
        let end = text.find(']')?;
        index(&text[..end])?;
        Some((text[..end].to_owned(), &text[end + 1..]))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decodes_and_restores_escapes() {
        let pointer = Pointer::parse("/a~1b/c~0d//0").unwrap();
        assert_eq!(pointer.tokens, ["a/b", "c~d", "", "0"]);
        assert_eq!(pointer.to_string(), "/a~1b/c~0d//0");
        assert!(Pointer::parse("/a~2").is_err());
        assert!(Pointer::parse("a").is_err());
    }

    #[test]
    fn resolves_properties_and_elements() {
        let value = json!({"a": [{"b/c": 1}], "0": 2});
        assert_eq!(
            Pointer::parse("/a/0/b~1c").unwrap().get(&value),
            Some(&json!(1))
        );
        assert_eq!(Pointer::parse("/0").unwrap().get(&value), Some(&json!(2)));
        assert_eq!(Pointer::parse("/a/00").unwrap().get(&value), None);
        assert_eq!(Pointer::parse("/a/-1").unwrap().get(&value), None);
        assert_eq!(Pointer::parse("").unwrap().get(&value), Some(&value));
    }

    #[test]
    fn parses_dot_and_bracket_paths() {
        assert_eq!(
            Pointer::parse_path(".a[0]['b c'].d").unwrap().to_string(),
            "/a/0/b c/d"
        );
        for wrong in [".", "a", ".a..b", "[x]", "['x", "[0", "[01]"] {
            assert!(Pointer::parse_path(wrong).is_err(), "{wrong}");
        }
    }
}
