//! Rust names as progenitor and typify generate them, so that clashes are found beforehand.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};

/// Converts a name to a type or enum variant.
pub(super) fn pascal(name: &str) -> String {
    // Reactions have these values.
    match name {
        "+1" => return "Plus1".to_owned(),
        "-1" => return "Minus1".to_owned(),
        _ => {}
    }
    let cased = sanitized(name).to_pascal_case();
    match cased.chars().next() {
        None => "X".to_owned(),
        Some(_) if cased == "Self" => "Self_".to_owned(),
        Some(first) if first.is_alphabetic() => cased,
        Some(_) => format!("X{cased}"),
    }
}

/// Converts a name to a method, argument or field.
pub(super) fn snake(name: &str) -> String {
    // Votes have fields of these names.
    match name {
        "+1" => return "plus1".to_owned(),
        "-1" => return "minus1".to_owned(),
        // Most names of properties.
        _ if is_snake(name) => return name.to_owned(),
        _ => {}
    }
    let cased = sanitized(name).to_snake_case();
    match cased.chars().next() {
        None => "x".to_owned(),
        Some(first) if first.is_alphabetic() => cased,
        Some(_) => format!("_{cased}"),
    }
}

/// Returns `true` if a name consists of words in lower case with `_` between them.
fn is_snake(name: &str) -> bool {
    let mut words = name.split('_');
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && words.all(|word| {
            let mut bytes = word.bytes();
            !word.is_empty() && bytes.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

fn sanitized(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '\'')
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

/// Returns the name, followed by the smallest number that makes it unique if it is taken.
pub(super) fn unused(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let mut number = 2usize;
    loop {
        let candidate = format!("{name}{number}");
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

/// Numbers after names that are taken, if taken names are never released.
///
/// Many equal names get their numbers in linear time.
#[derive(Debug, Default)]
pub(super) struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    /// Returns the same name as [`unused`].
    pub(super) fn unused(&mut self, name: &str, taken: impl Fn(&str) -> bool) -> String {
        if !taken(name) {
            return name.to_owned();
        }
        let number = self.0.entry(name.to_owned()).or_insert(2);
        loop {
            let candidate = format!("{name}{number}");
            if !taken(&candidate) {
                return candidate;
            }
            *number += 1;
        }
    }
}

/// Splits a PascalCase name into words.
pub(super) fn words(pascal: &str) -> Vec<String> {
    pascal
        .to_snake_case()
        .split('_')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_in_snake_case_are_kept() {
        for name in ["a", "a1", "a_1", "a1b_c2", "project_id", "x_y_z9"] {
            assert!(is_snake(name), "{name}");
            assert_eq!(sanitized(name).to_snake_case(), name);
        }
        for name in ["", "_a", "a_", "a__b", "aB", "1a", "a-b", "\u{e9}"] {
            assert!(!is_snake(name), "{name}");
        }
    }

    #[test]
    fn numbers_equal_names_like_unused_in_linear_time() {
        let (mut numbers, mut taken) = (Numbers::default(), BTreeSet::from(["x3".to_owned()]));
        for _ in 0..4 {
            let expected = unused("x", |name| taken.contains(name));
            let name = numbers.unused("x", |name| taken.contains(name));
            assert_eq!(name, expected);
            taken.insert(name);
        }
        for _ in 0..50_000 {
            taken.insert(numbers.unused("x", |name| taken.contains(name)));
        }
        assert!(taken.contains("x50005"));
    }

    #[test]
    fn names_match_those_of_progenitor() {
        assert_eq!(pascal("project_id"), "ProjectId");
        assert_eq!(pascal("$.discord.channel[]"), "DiscordChannel");
        assert_eq!(pascal("2fa"), "X2fa");
        assert_eq!(pascal("+"), "X");
        assert_eq!((&*pascal("+1"), &*pascal("-1")), ("Plus1", "Minus1"));
        assert_eq!(snake("x-pd-environment"), "x_pd_environment");
    }

    #[test]
    fn appends_a_number_to_a_taken_name() {
        assert_eq!(unused("A", |n| n == "A" || n == "A2"), "A3");
    }
}
