//! Every identifier of generated workflow code is chosen here.
//!
//! A name of a document becomes a Rust name by the usual spelling of its kind. What would be a keyword is escaped,
//! what would begin with a digit gets a letter, and where two names of one scope would be the same, the later one gets
//! a number: so the names depend on nothing but the documents.

pub mod reserved;

use std::collections::BTreeSet;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// Names in one scope: no two that are handed out are the same.
#[derive(Clone, Debug, Default)]
pub struct Scope(BTreeSet<String>);

impl<'n> FromIterator<&'n str> for Scope {
    fn from_iter<I: IntoIterator<Item = &'n str>>(taken: I) -> Self {
        Self(taken.into_iter().map(str::to_owned).collect())
    }
}

impl Scope {
    /// A scope in which nothing is taken.
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope in which these names are taken already.
    pub fn with(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// `true` if a name is taken.
    pub fn is_taken(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// A field, variable, function or module.
    pub fn snake(&mut self, name: &str) -> Ident {
        self.unique(&snake_text(name), "_")
    }

    /// A type or variant.
    pub fn pascal(&mut self, name: &str) -> Ident {
        self.unique(&pascal_text(name), "")
    }

    /// A constant.
    pub fn constant(&mut self, name: &str) -> Ident {
        self.unique(&legal(name.to_shouty_snake_case(), "N_"), "_")
    }

    fn unique(&mut self, name: &str, joint: &str) -> Ident {
        let mut chosen = name.to_owned();
        let mut number = 2;
        while !self.0.insert(chosen.clone()) {
            chosen = format!("{name}{joint}{number}");
            number += 1;
        }
        ident(&chosen)
    }
}

/// Names of the standard library's prelude that generated code uses, so that no type of it may be called so.
pub const PRELUDE: &[&str] = &[
    "Box", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Some",
    "String", "Vec",
];

/// The text of a type name, for names that are put together.
pub fn pascal_text(name: &str) -> String {
    legal(name.to_upper_camel_case(), "N")
}

/// The text of a field name, before keywords are escaped.
pub fn snake_text(name: &str) -> String {
    legal(name.to_snake_case(), "n_")
}

/// An identifier, escaped where Rust has another use for the word.
pub fn ident(name: &str) -> Ident {
    if syn::parse_str::<Ident>(name).is_ok() {
        return Ident::new(name, Span::call_site());
    }
    // `self`, `super`, `crate` and `_` cannot be written raw.
    match syn::parse_str::<Ident>(&format!("r#{name}")) {
        Ok(raw) => raw,
        Err(_) => Ident::new(&format!("{name}_"), Span::call_site()),
    }
}

/// An identifier without the escape of a keyword: the name of a file, or part of another identifier.
pub fn bare(name: impl std::fmt::Display) -> String {
    let name = name.to_string();
    match name.strip_prefix("r#") {
        Some(bare) => bare.to_owned(),
        None => name,
    }
}

/// The constant that describes the operation of a client's method.
pub fn operation_constant(method: &Ident) -> Ident {
    ident(&bare(method).to_uppercase())
}

fn legal(name: String, letter: &str) -> String {
    let name: String = name.chars().filter(|c| *c == '_' || unicode(*c)).collect();
    match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_numeric() => format!("{letter}{name}"),
        Some(_) => name,
    }
}

/// ASCII is always legal in an identifier; of the rest only what Rust takes at any place.
fn unicode(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (!c.is_ascii() && c.is_alphabetic() && syn::parse_str::<Ident>(&format!("a{c}")).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_spelling_of_their_kind() {
        let mut scope = Scope::new();
        assert_eq!(scope.snake("externalUserId"), "external_user_id");
        assert_eq!(
            scope.pascal("token-mint-and-validate"),
            "TokenMintAndValidate"
        );
        assert_eq!(scope.constant("createToken"), "CREATE_TOKEN");
    }

    #[test]
    fn keywords_are_escaped() {
        let mut scope = Scope::new();
        assert_eq!(scope.snake("type").to_string(), "r#type");
        assert_eq!(scope.snake("self").to_string(), "self_");
        assert_eq!(scope.pascal("self").to_string(), "Self_");
        assert_eq!(scope.snake("async").to_string(), "r#async");
    }

    #[test]
    fn a_bare_name_has_no_escape() {
        assert_eq!(bare(ident("type")), "type");
        assert_eq!(bare("r#match"), "match");
        assert_eq!(bare(ident("order")), "order");
    }

    #[test]
    fn names_that_would_be_the_same_are_numbered_in_order() {
        let mut scope = Scope::with(&["steps"]);
        let names: Vec<_> = ["fooBar", "foo_bar", "foo-bar", "steps"]
            .map(|name| scope.snake(name).to_string())
            .into();
        assert_eq!(names, ["foo_bar", "foo_bar_2", "foo_bar_3", "steps_2"]);
    }

    #[test]
    fn every_text_gives_a_legal_identifier() {
        for name in [
            "", "1st", "--", "@", "a b", "日本", "²", "r#type", "_", "ñ-1", "\u{301}",
        ] {
            let mut scope = Scope::new();
            for text in [
                scope.snake(name).to_string(),
                scope.pascal(name).to_string(),
                scope.constant(name).to_string(),
            ] {
                assert!(
                    syn::parse_str::<Ident>(&text).is_ok(),
                    "{name:?} gave {text:?}"
                );
            }
        }
    }
}
