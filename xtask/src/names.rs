//! Every identifier of generated workflow code is chosen here.
//!
//! A name of a document becomes a Rust name by the usual spelling of its kind. What would be a keyword is escaped,
//! what would begin with a digit gets a letter, and where two names of one scope would be the same, the later one gets
//! a number: so the names depend on nothing but the documents.

pub mod reserved;

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// Names in one scope: no two that are handed out are the same.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeSet<String>,
    /// The number to try next for a name that is taken.
    numbers: BTreeMap<String, usize>,
}

impl<'n> FromIterator<&'n str> for Scope {
    fn from_iter<I: IntoIterator<Item = &'n str>>(taken: I) -> Self {
        Self {
            taken: taken.into_iter().map(str::to_owned).collect(),
            numbers: BTreeMap::new(),
        }
    }
}

impl Scope {
    /// A scope in which nothing is taken.
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope in which these names are taken already.
    pub fn with(taken: &[&str]) -> Self {
        taken.iter().copied().collect()
    }

    /// `true` if a name is taken.
    pub fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Takes a name that was chosen elsewhere.
    pub fn take(&mut self, name: impl Into<String>) {
        self.taken.insert(name.into());
    }

    /// A field, variable or function.
    pub fn snake(&mut self, name: &str) -> Ident {
        self.unique(&snake_text(name), "_")
    }

    /// A module with a file of its own; `fallback` names one of whose name nothing is left.
    pub fn module(&mut self, name: &str, fallback: &str) -> Ident {
        self.unique(&module_text(name, fallback), "_")
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
        if self.taken.insert(name.to_owned()) {
            return ident(name);
        }
        let number = self.numbers.entry(name.to_owned()).or_insert(2);
        loop {
            let chosen = format!("{name}{joint}{number}");
            *number += 1;
            if self.taken.insert(chosen.clone()) {
                return ident(&chosen);
            }
        }
    }
}

/// A name without case and punctuation, to compare spellings such as `petId` and `pet_id`.
pub fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
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

/// The text of a module's name, which is the name of a file as well: compilers take no other letters than those of
/// ASCII there, and file systems neither every word nor every length.
pub fn module_text(name: &str, fallback: &str) -> String {
    const LONGEST: usize = 80;
    let name = name.to_snake_case();
    let name: String = name
        .chars()
        .filter(|c| *c == '_' || c.is_ascii_alphanumeric())
        .take(LONGEST)
        .collect();
    let name = name.trim_matches('_');
    if name.is_empty() {
        fallback.to_owned()
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("n_{name}")
    } else if reserved::MODULES.contains(&name) || is_reserved_file(name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// Returns `true` for the names of devices, which Windows gives no file, whatever its extension.
pub fn is_reserved_file(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_lowercase();
    let is_numbered = |device: &str| {
        let number = stem.strip_prefix(device);
        number.is_some_and(|n| n.len() == 1 && n.starts_with(|c: char| c.is_ascii_digit()))
    };
    matches!(&*stem, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || is_numbered("com")
        || is_numbered("lpt")
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
    fn modules_have_names_of_files() {
        for (name, module) in [
            ("createToken", "create_token"),
            ("mod", "mod_"),
            ("Self", "self_"),
            ("lib", "lib_"),
            ("AUX", "aux_"),
            ("com1", "com1_"),
            ("str", "str_"),
            ("type", "type"),
            ("日本", "group"),
            ("café au lait", "caf_au_lait"),
            ("", "group"),
            ("../../etc", "etc"),
            ("a/b\\c:d", "a_b_c_d"),
            ("1st", "n_1st"),
        ] {
            assert_eq!(module_text(name, "group"), module, "{name}");
            assert!(!is_reserved_file(module));
        }
        assert!(module_text(&"x".repeat(20_000), "group").len() < 100);
        let mut scope = Scope::new();
        let names =
            ["日本", "中国", "Aux", "aux_"].map(|name| scope.module(name, "group").to_string());
        assert_eq!(names, ["group", "group_2", "aux_", "aux__2"]);
    }

    #[test]
    fn devices_are_no_files() {
        for name in ["con", "NUL.rs", "Aux.tar.gz", "com9.txt", "prn "] {
            assert!(is_reserved_file(name), "{name}");
        }
        for name in ["console.rs", "com10", "com", "auxiliary", "lpt"] {
            assert!(!is_reserved_file(name), "{name}");
        }
    }

    #[test]
    fn many_equal_names_are_numbered_in_a_moment() {
        let mut scope = Scope::new();
        let last = (0..20_000).map(|_| scope.snake("x")).last().unwrap();
        assert_eq!(last, "x_20000");
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
