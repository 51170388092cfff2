//! Removal of the tokens of progenitor's client that no patch reads, about half of them for a client that is printed.
//!
//! Tokens cannot leave their thread, so they are printed and parsed again, which takes time for each of them.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::patch::Purpose;

/// First words of the statements that send a request, which every method of progenitor has.
const SENDING: [&str; 6] = ["let", "self", "let", "self", "let", "match"];

/// Returns the types of a client without conversions from strings, and its methods up to the statements that send the
/// request. A method that ends in other statements is kept as it is.
///
/// Of the implementations of types, a client that is only checked keeps `FromStr`, which tells the strings from other
/// types and has their constraints.
pub(super) fn trim(client: TokenStream, purpose: Purpose) -> TokenStream {
    let is_read = |item: &[TokenTree]| match purpose {
        Purpose::Print => !is_conversion_from_string(item),
        Purpose::Check => !begins_with(item, &["impl"]) || is_from_str(item),
    };
    each(client, |item| {
        let last_words = words(item);
        match last_words.as_slice() {
            [.., keyword, name] if keyword == "mod" && name == "types" => {
                edit_body(item, |types| each(types, |item| is_read(item)));
                true
            }
            [.., keyword, name] if keyword == "impl" && name == "Client" => {
                edit_body(item, |methods| {
                    each(methods, |method| {
                        edit_body(method, until_sent);
                        true
                    })
                });
                true
            }
            _ => false,
        }
    })
}

/// Edits each item of a module or an `impl` block, and keeps those for which `edit` returns `true`.
fn each(items: TokenStream, mut edit: impl FnMut(&mut Vec<TokenTree>) -> bool) -> TokenStream {
    let mut kept = Vec::new();
    let mut item = Vec::new();
    for token in items {
        let is_end = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        item.push(token);
        if is_end {
            if edit(&mut item) {
                kept.append(&mut item);
            }
            item.clear();
        }
    }
    kept.extend(item);
    kept.into_iter().collect()
}

/// Edits the content of the braces at the end of an item.
fn edit_body(item: &mut [TokenTree], edit: impl FnOnce(TokenStream) -> TokenStream) {
    if let Some(TokenTree::Group(body)) = item.last_mut() {
        *body = Group::new(body.delimiter(), edit(body.stream()));
    }
}

/// Returns the identifiers of an item, without those in groups.
fn words(item: &[TokenTree]) -> Vec<String> {
    let word = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    };
    item.iter().filter_map(word).collect()
}

/// Returns `true` if these are the first words of an item.
fn begins_with(item: &[TokenTree], expected: &[&str]) -> bool {
    let words = item.iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    words.take(expected.len()).eq(expected.iter().copied())
}

fn is_from_str(item: &[TokenTree]) -> bool {
    begins_with(item, &["impl", "std", "str", "FromStr"])
}

/// Returns `true` for `impl TryFrom<&str> for T` and the like: the types of strings get those of the runtime.
fn is_conversion_from_string(item: &[TokenTree]) -> bool {
    const BEGIN: [&str; 4] = ["impl", "std", "convert", "TryFrom"];
    let words = words(item);
    let from = words.strip_prefix(&BEGIN.map(str::to_owned));
    from.is_some_and(|from| {
        let from = from.split(|word| word == "for").next();
        matches!(from, Some([.., from]) if from == "str" || from == "String")
    })
}

/// Returns the statements of a method up to those that send its request.
fn until_sent(body: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    let is =
        |at: usize, word: &str| matches!(tokens.get(at), Some(TokenTree::Ident(it)) if it == word);
    let Some(start) = (0..tokens.len()).find(|at| is(*at, "let") && is(at + 1, "info")) else {
        return tokens.into_iter().collect();
    };
    let statements =
        tokens[start..].split(|token| matches!(token, TokenTree::Punct(it) if it.as_char() == ';'));
    let first = statements.map(|it| it.first().map(ToString::to_string));
    if first.eq(SENDING.map(|word| Some(word.to_owned()))) {
        tokens.truncate(start);
    }
    tokens.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn keeps_types_and_the_requests_of_methods() {
        let client = quote! {
            use progenitor_client::{ByteStream, Error};
            pub mod types {
                pub struct Id(String);
                impl ::std::str::FromStr for Id { type Err = String; }
                impl ::std::convert::TryFrom<&str> for Id { type Error = String; }
                impl ::std::convert::TryFrom<::std::string::String> for Id { type Error = String; }
                impl ::std::convert::TryFrom<i64> for Id { type Error = String; }
            }
            pub struct Client { baseurl: String }
            impl ClientInfo<()> for Client { fn api_version() -> &'static str { "1" } }
            #[allow(clippy::all)]
            impl Client {
                #[doc = "First."]
                pub async fn first(&self) -> Result<(), Error<()>> {
                    let url = format!("{}/a", self.baseurl,);
                    let mut _request = self.client.get(url).build()?;
                    let info = OperationInfo { operation_id: "first" };
                    self.pre(&mut _request, &info).await?;
                    let result = self.exec(_request, &info).await;
                    self.post(&result, &info).await?;
                    let response = result?;
                    match response.status().as_u16() { _ => Err(Error::UnexpectedResponse(response)) }
                }
            }
            pub mod prelude { pub use super::Client; }
        };
        let trimmed = quote! {
            pub mod types {
                pub struct Id(String);
                impl ::std::str::FromStr for Id { type Err = String; }
                impl ::std::convert::TryFrom<i64> for Id { type Error = String; }
            }
            #[allow(clippy::all)]
            impl Client {
                #[doc = "First."]
                pub async fn first(&self) -> Result<(), Error<()>> {
                    let url = format!("{}/a", self.baseurl,);
                    let mut _request = self.client.get(url).build()?;
                }
            }
        };
        assert_eq!(
            trim(client, Purpose::Print).to_string(),
            trimmed.to_string()
        );
    }

    #[test]
    fn a_client_that_is_checked_has_no_implementations_but_those_of_strings() {
        let client = quote! {
            pub mod types {
                #[derive(Clone)]
                pub struct Id(String);
                impl ::std::ops::Deref for Id { type Target = String; }
                impl ::std::convert::From<&Self> for Id { fn from(value: &Id) -> Self { value.clone() } }
                impl ::std::str::FromStr for Id { type Err = String; }
                impl<'de> ::serde::Deserialize<'de> for Id { }
                pub mod defaults { pub(super) fn one() -> i64 { 1 } }
            }
        };
        let trimmed = quote! {
            pub mod types {
                #[derive(Clone)]
                pub struct Id(String);
                impl ::std::str::FromStr for Id { type Err = String; }
                pub mod defaults { pub(super) fn one() -> i64 { 1 } }
            }
        };
        assert_eq!(
            trim(client, Purpose::Check).to_string(),
            trimmed.to_string()
        );
    }

    #[test]
    fn keeps_methods_that_send_in_another_way() {
        let client = quote! {
            impl Client {
                pub async fn first(&self) {
                    let info = OperationInfo { operation_id: "first" };
                    self.pre(&mut request, &info).await?;
                    let result = self.exec_twice(request, &info).await;
                    match result { _ => Err(Error::UnexpectedResponse(response)) }
                }
            }
        };
        let kept = trim(client.clone(), Purpose::Check);
        assert_eq!(kept.to_string(), client.to_string());
    }
}
