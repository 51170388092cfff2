//! Identifiers of generated workflow code.
//!
//! A name of a document becomes a Rust name in the usual case of its kind. Keywords are escaped, and a name that
//! starts with a digit gets a prefix. If two names of a scope are equal, the later one gets a number. The names
//! therefore depend on the documents alone.

pub mod reserved;

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// A scope of unique names.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeSet<String>,
    /// The next number to try for a name that is already taken.
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
    /// Returns a scope in which no name is taken.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a scope in which these names are already taken.
    pub fn with(taken: &[&str]) -> Self {
        taken.iter().copied().collect()
    }

    /// Returns `true` if a name is taken.
    pub fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Marks a name as taken.
    pub fn take(&mut self, name: impl Into<String>) {
        self.taken.insert(name.into());
    }

    /// Returns a unique name of a field, variable or function.
    pub fn snake(&mut self, name: &str) -> Ident {
        self.unique(&snake_text(name), "_")
    }

    /// Returns a unique name of a module with its own file. `fallback` is used if no character of `name` is
    /// allowed.
    pub fn module(&mut self, name: &str, fallback: &str) -> Ident {
        self.unique(&module_text(name, fallback), "_")
    }

    /// Returns a unique name of a type or variant.
    pub fn pascal(&mut self, name: &str) -> Ident {
        self.unique(&pascal_text(name), "")
    }

    /// Returns a unique name of a constant.
    pub fn constant(&mut self, name: &str) -> Ident {
        self.unique(&legal(name.to_shouty_snake_case(), "N_", "UNNAMED"), "_")
    }

    fn unique(&mut self, name: &str, separator: &str) -> Ident {
        if self.taken.insert(name.to_owned()) {
            return ident(name);
        }
        let number = self.numbers.entry(name.to_owned()).or_insert(2);
        loop {
            // `mod__2` would not be in the case of its kind.
            let stem = match separator {
                "" => name,
                _ => name.trim_end_matches(separator),
            };
            let chosen = format!("{stem}{separator}{number}");
            *number += 1;
            if self.taken.insert(chosen.clone()) {
                return ident(&chosen);
            }
        }
    }
}

/// Returns a name without case and punctuation, to compare spellings such as `petId` and `pet_id`.
pub fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Compares texts such as media types with parameters, ignoring case and spaces.
pub fn is_same_text(a: &str, b: &str) -> bool {
    let folded = |text: &str| -> String {
        let characters = text.chars().filter(|c| !c.is_whitespace());
        characters.flat_map(char::to_lowercase).collect()
    };
    folded(a) == folded(b)
}

/// Returns the singular of a name: `workflow_id` for `workflow_ids`.
pub fn singular(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let cut = |n: usize| name[..name.len() - n].to_owned();
    if lower.ends_with("ies") && lower.len() > 4 {
        format!("{}y", cut(3))
    } else if ["sses", "xes", "ches", "shes"]
        .iter()
        .any(|end| lower.ends_with(end))
    {
        cut(2)
    } else if lower.ends_with('s') && !["ss", "us", "is"].iter().any(|end| lower.ends_with(end)) {
        cut(1)
    } else {
        name.to_owned()
    }
}

/// Prelude names that generated code uses. No generated type may have one of these names.
pub const PRELUDE: &[&str] = &[
    "Box", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Some",
    "String", "Vec",
];

/// Returns a type name as a string, for composed names.
pub fn pascal_text(name: &str) -> String {
    legal(name.to_upper_camel_case(), "N", "Unnamed")
}

/// Returns a field name as a string, before keywords are escaped.
pub fn snake_text(name: &str) -> String {
    legal(name.to_snake_case(), "n_", "unnamed")
}

/// Returns the name of a module as a string.
///
/// The name is also a file name. Compilers accept only ASCII letters there, and file systems limit the length and
/// reserve some names.
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

/// Returns `true` for device names, which Windows does not allow as file names, with or without an extension.
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

/// Returns an identifier, escaped if it is a keyword.
pub fn ident(name: &str) -> Ident {
    // A keyword since the edition 2024, which `syn` takes for an identifier.
    if name != "gen" && syn::parse_str::<Ident>(name).is_ok() {
        return Ident::new(name, Span::call_site());
    }
    // `self`, `super`, `crate` and `_` cannot be written raw.
    match syn::parse_str::<Ident>(&format!("r#{name}")) {
        Ok(raw) => raw,
        Err(_) => Ident::new(&format!("{name}_"), Span::call_site()),
    }
}

/// Returns an identifier without `r#`, for a file name or as a part of another identifier.
pub fn bare(name: impl std::fmt::Display) -> String {
    let name = name.to_string();
    match name.strip_prefix("r#") {
        Some(bare) => bare.to_owned(),
        None => name,
    }
}

fn legal(name: String, prefix: &str, fallback: &str) -> String {
    let name: String = name.chars().filter(|c| *c == '_' || is_legal(*c)).collect();
    match name.chars().next() {
        None => fallback.to_owned(),
        Some(first) if first.is_numeric() => format!("{prefix}{name}"),
        Some(_) => name,
    }
}

/// Returns `true` for ASCII letters and digits, and for other letters that Rust accepts at any position.
fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (!c.is_ascii() && c.is_alphabetic() && syn::parse_str::<Ident>(&format!("a{c}")).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_names_to_the_case_of_their_kind() {
        let mut scope = Scope::new();
        assert_eq!(scope.snake("externalUserId"), "external_user_id");
        assert_eq!(
            scope.pascal("token-mint-and-validate"),
            "TokenMintAndValidate"
        );
        assert_eq!(scope.constant("createToken"), "CREATE_TOKEN");
    }

    #[test]
    fn escapes_keywords() {
        let mut scope = Scope::new();
        assert_eq!(scope.snake("type").to_string(), "r#type");
        assert_eq!(scope.snake("self").to_string(), "self_");
        assert_eq!(scope.pascal("self").to_string(), "Self_");
        assert_eq!(scope.snake("async").to_string(), "r#async");
        assert_eq!(scope.snake("gen").to_string(), "r#gen");
    }

    #[test]
    fn bare_removes_the_keyword_escape() {
        assert_eq!(bare(ident("type")), "type");
        assert_eq!(bare("r#match"), "match");
        assert_eq!(bare(ident("order")), "order");
    }

    #[test]
    fn numbers_duplicate_names_in_order() {
        let mut scope = Scope::with(&["steps"]);
        let names: Vec<_> = ["fooBar", "foo_bar", "foo-bar", "steps"]
            .map(|name| scope.snake(name).to_string())
            .into();
        assert_eq!(names, ["foo_bar", "foo_bar_2", "foo_bar_3", "steps_2"]);
        let mut scope = Scope::new();
        let names: Vec<_> = ["mod", "Mod", "mod_2"]
            .map(|name| scope.module(name, "group").to_string())
            .into();
        assert_eq!(names, ["mod_", "mod_2", "mod_2_2"]);
    }

    #[test]
    fn a_name_without_legal_characters_gets_one_in_the_case_of_its_kind() {
        let mut scope = Scope::new();
        assert_eq!(scope.pascal("").to_string(), "Unnamed");
        assert_eq!(scope.pascal("🦀").to_string(), "Unnamed2");
        assert_eq!(scope.snake("…").to_string(), "unnamed");
        assert_eq!(scope.constant("").to_string(), "UNNAMED");
    }

    #[test]
    fn module_names_are_valid_file_names() {
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
        assert_eq!(names, ["group", "group_2", "aux_", "aux_2"]);
    }

    #[test]
    fn device_names_are_reserved_files() {
        for name in ["con", "NUL.rs", "Aux.tar.gz", "com9.txt", "prn "] {
            assert!(is_reserved_file(name), "{name}");
        }
        for name in ["console.rs", "com10", "com", "auxiliary", "lpt"] {
            assert!(!is_reserved_file(name), "{name}");
        }
    }

    #[test]
    fn singular_of_plural_names() {
        for (plural, expected) in [
            ("workflow_ids", "workflow_id"),
            ("app_categories", "app_category"),
            ("boxes", "box"),
            ("status", "status"),
            ("access", "access"),
            ("s", ""),
        ] {
            assert_eq!(singular(plural), expected);
        }
    }

    #[test]
    fn numbers_many_duplicate_names_in_linear_time() {
        let mut scope = Scope::new();
        let last = (0..20_000).map(|_| scope.snake("x")).last().unwrap();
        assert_eq!(last, "x_20000");
    }

    #[test]
    fn every_string_becomes_a_legal_identifier() {
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
                    "{name:?} became {text:?}"
                );
            }
        }
    }
}
