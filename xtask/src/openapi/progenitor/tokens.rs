//! Tokens in a form that can leave their thread, unlike those of `proc_macro2`.
//!
//! progenitor runs on a thread of its own. Its tokens are taken apart there and put together here, which costs less
//! than to print them as source code and to read that again.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Tokens without their spans.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// The texts of all identifiers and literals, one after the other.
    text: String,
    tokens: Vec<Token>,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open(Delimiter),
    Close,
    /// Length of the text.
    Ident(usize),
    /// Length of the text.
    Literal(usize),
    Punct(char, Spacing),
}

impl Tokens {
    /// Takes a stream apart.
    pub(super) fn of(stream: TokenStream) -> Self {
        let mut tokens = Self::default();
        tokens.add(stream);
        tokens
    }

    fn add(&mut self, stream: TokenStream) {
        for token in stream {
            match token {
                TokenTree::Group(group) => {
                    let (delimiter, inner) = (group.delimiter(), group.stream());
                    // The stream is moved instead of copied if nothing else holds it.
                    drop(group);
                    // As in source code, groups without a delimiter are only their content.
                    match delimiter {
                        Delimiter::None => self.add(inner),
                        _ => {
                            self.tokens.push(Token::Open(delimiter));
                            self.add(inner);
                            self.tokens.push(Token::Close);
                        }
                    }
                }
                TokenTree::Ident(ident) => {
                    let length = self.push(&ident.to_string());
                    self.tokens.push(Token::Ident(length));
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    // As in source code, the sign is a token of its own.
                    let number = text.strip_prefix('-');
                    if number.is_some() {
                        self.tokens.push(Token::Punct('-', Spacing::Alone));
                    }
                    let length = self.push(number.unwrap_or(&text));
                    self.tokens.push(Token::Literal(length));
                }
                TokenTree::Punct(punct) => {
                    let token = Token::Punct(punct.as_char(), punct.spacing());
                    self.tokens.push(token);
                }
            }
        }
    }

    fn push(&mut self, text: &str) -> usize {
        self.text.push_str(text);
        text.len()
    }

    /// Puts the stream together. Returns `None` if a literal cannot be read.
    pub(super) fn stream(&self) -> Option<TokenStream> {
        let mut rest = self.text.as_str();
        let mut text = |length: usize| {
            let (text, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(text)
        };
        let mut open = Vec::new();
        let mut current: Vec<TokenTree> = Vec::new();
        for token in &self.tokens {
            let token = match token {
                Token::Open(delimiter) => {
                    open.push((*delimiter, std::mem::take(&mut current)));
                    continue;
                }
                Token::Close => {
                    let (delimiter, outer) = open.pop()?;
                    let inner = std::mem::replace(&mut current, outer);
                    Group::new(delimiter, inner.into_iter().collect()).into()
                }
                Token::Ident(length) => {
                    let text = text(*length)?;
                    let ident = match text.strip_prefix("r#") {
                        Some(raw) => Ident::new_raw(raw, Span::call_site()),
                        None => Ident::new(text, Span::call_site()),
                    };
                    ident.into()
                }
                Token::Literal(length) => text(*length)?.parse::<Literal>().ok()?.into(),
                Token::Punct(punct, spacing) => Punct::new(*punct, *spacing).into(),
            };
            current.push(token);
        }
        Some(current.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn the_stream_reads_like_its_source_code() {
        let (negative, text) = (-7_i64, "it's \"x\"\n");
        let inner = Group::new(Delimiter::None, quote!(a::b));
        let stream = quote! {
            #[doc = " Text."]
            pub fn r#type<'a>(&'a self) -> Option<[u8; 2]> { self.x(#negative, 1.5e3, #text, b'c', r#"y"#) }
            type A = #inner;
        };
        let source = stream.to_string();
        let moved = Tokens::of(stream).stream().expect("tokens");
        let reread: TokenStream = source.parse().expect("Rust");
        assert_eq!(moved.to_string(), reread.to_string());
        let file: syn::File = syn::parse2(moved).expect("items");
        assert_eq!(file, syn::parse_str(&source).expect("items"));
    }
}
