//! Code for strings with embedded values: texts, and the patterns and queries of criteria.

use proc_macro2::TokenStream;
use quote::quote;

use super::judge::read_as_json;
use super::value::Values;
use crate::model::{Read, TextPiece};

/// Part of a formatted string.
enum Part {
    Constant(String),
    /// Code for an argument.
    Argument(TokenStream),
}

/// Returns a string formatted from pieces, for use outside of the closure of a criterion.
pub fn text(values: &Values<'_>, pieces: &[TextPiece]) -> TokenStream {
    let runtime = values.runtime;
    text_of(values, pieces, |read| {
        let value = values.read(read).as_option();
        quote!(#runtime::criterion::json(#value))
    })
}

/// Returns a string formatted from pieces. `json` returns the code for a value as `Option<Value>`.
pub fn text_of(
    values: &Values<'_>,
    pieces: &[TextPiece],
    json: impl Fn(&Read) -> TokenStream,
) -> TokenStream {
    let runtime = values.runtime;
    let parts = pieces.iter().map(|piece| match piece {
        TextPiece::Constant(text) => Part::Constant(text.clone()),
        TextPiece::Read(read) | TextPiece::Xml(read) => {
            let value = json(read);
            Part::Argument(quote!(#runtime::criterion::plain(#value)))
        }
    });
    formatted(parts)
}

/// Returns a regular expression as `&str`. The embedded values are parts of the pattern.
pub fn regex(values: &Values<'_>, pieces: &[TextPiece]) -> TokenStream {
    if let [TextPiece::Constant(text)] = pieces {
        return quote!(#text);
    }
    let text = text_of(values, pieces, |read| read_as_json(values, read));
    quote!(&#text)
}

/// Returns a JSONPath query as `&str`. Values in its string literals are escaped.
pub fn query(values: &Values<'_>, pieces: &[TextPiece]) -> TokenStream {
    if let [TextPiece::Constant(text)] = pieces {
        return quote!(#text);
    }
    let runtime = values.runtime;
    let mut open = None;
    let parts = pieces.iter().map(|piece| match piece {
        TextPiece::Constant(text) => {
            open = quote_after(text, open);
            Part::Constant(text.clone())
        }
        TextPiece::Read(read) | TextPiece::Xml(read) => {
            let value = read_as_json(values, read);
            Part::Argument(match open {
                Some(_) => quote!(#runtime::criterion::query_text(#value)),
                None => quote!(#runtime::criterion::plain(#value)),
            })
        }
    });
    let text = formatted(parts);
    quote!(&#text)
}

/// Returns the quote of the JSONPath string literal that is open after a part of a query.
fn quote_after(text: &str, mut open: Option<char>) -> Option<char> {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match open {
            Some(_) if char == '\\' => drop(chars.next()),
            Some(quote) if char == quote => open = None,
            None if matches!(char, '\'' | '"') => open = Some(char),
            _ => {}
        }
    }
    open
}

/// Returns an XPath expression as `&str`. String literals with values become expressions that can hold their quotes.
pub fn xpath(values: &Values<'_>, pieces: &[TextPiece]) -> TokenStream {
    if let [TextPiece::Constant(text)] = pieces {
        return quote!(#text);
    }
    let runtime = values.runtime;
    let parts =
        segments(pieces)
            .into_iter()
            .map(|(is_literal, pieces)| match (is_literal, &pieces[..]) {
                (false, [TextPiece::Constant(text)]) => Part::Constant(text.clone()),
                (_, pieces) => {
                    let text = text_of(values, pieces, |read| read_as_json(values, read));
                    Part::Argument(match is_literal {
                        true => quote!(#runtime::criterion::xpath_text(&#text)),
                        false => text,
                    })
                }
            });
    let text = formatted(parts);
    quote!(&#text)
}

/// Splits an XPath expression into the contents of the string literals that have values, marked by `true`, and the
/// pieces between them.
fn segments(pieces: &[TextPiece]) -> Vec<(bool, Vec<TextPiece>)> {
    let mut segments = Vec::new();
    let mut code = String::new();
    let mut literal: Option<(char, Vec<TextPiece>)> = None;
    let flush = |code: &mut String, segments: &mut Vec<_>| {
        if !code.is_empty() {
            let text = TextPiece::Constant(std::mem::take(code));
            segments.push((false, vec![text]));
        }
    };
    for piece in pieces {
        match (piece, &mut literal) {
            (TextPiece::Read(_) | TextPiece::Xml(_), Some((_, inner))) => inner.push(piece.clone()),
            (TextPiece::Read(_) | TextPiece::Xml(_), None) => {
                flush(&mut code, &mut segments);
                segments.push((false, vec![piece.clone()]));
            }
            (TextPiece::Constant(text), _) => {
                for char in text.chars() {
                    match &mut literal {
                        Some((quote, _)) if *quote == char => {
                            let (quote, inner) = literal.take().unwrap_or_default();
                            match &inner[..] {
                                [] => code.extend([quote, quote]),
                                [TextPiece::Constant(text)] => {
                                    code += &format!("{quote}{text}{quote}");
                                }
                                _ => {
                                    flush(&mut code, &mut segments);
                                    segments.push((true, inner));
                                }
                            }
                        }
                        Some((_, inner)) => match inner.last_mut() {
                            Some(TextPiece::Constant(text)) => text.push(char),
                            _ => inner.push(TextPiece::Constant(char.to_string())),
                        },
                        None if matches!(char, '\'' | '"') => literal = Some((char, Vec::new())),
                        None => code.push(char),
                    }
                }
            }
        }
    }
    flush(&mut code, &mut segments);
    segments
}

fn formatted(parts: impl Iterator<Item = Part>) -> TokenStream {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for part in parts {
        match part {
            Part::Constant(text) => format += &text.replace('{', "{{").replace('}', "}}"),
            Part::Argument(argument) => {
                format.push_str("{}");
                arguments.push(argument);
            }
        }
    }
    match &arguments[..] {
        [argument] if format == "{}" => argument.clone(),
        _ => quote!(format!(#format, #(#arguments),*)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_open_string_literals_of_queries() {
        for (text, open) in [
            ("$[?@.a == '", Some('\'')),
            (r#"$[?@.a == 'it\'s' && @.b == ""#, Some('"')),
            (r#"$["a'b"][?@.c == "#, None),
            (r"$['a\\'][", None),
        ] {
            assert_eq!(quote_after(text, None), open, "{text}");
        }
        assert_eq!(quote_after("x' && @.b == 'c", Some('\'')), Some('\''));
    }
}
