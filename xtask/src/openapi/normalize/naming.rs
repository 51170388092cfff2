//! Names as progenitor and typify make them, so that clashes are found beforehand.

use heck::{ToPascalCase, ToSnakeCase};

/// The name as a type or enum variant.
pub(super) fn pascal(name: &str) -> String {
    let cased = plain(name).to_pascal_case();
    match cased.chars().next() {
        None => "X".to_owned(),
        Some(_) if cased == "Self" => "Self_".to_owned(),
        Some(first) if first.is_alphabetic() => cased,
        Some(_) => format!("X{cased}"),
    }
}

/// The name as a method, argument or field.
pub(super) fn snake(name: &str) -> String {
    let cased = plain(name).to_snake_case();
    match cased.chars().next() {
        None => "x".to_owned(),
        Some(first) if first.is_alphabetic() => cased,
        Some(_) => format!("_{cased}"),
    }
}

fn plain(name: &str) -> String {
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

/// The name, followed by the smallest number that makes it unique if it is taken.
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

/// The singular of a name: `workflow_id` for `workflow_ids`.
pub(super) fn singular(name: &str) -> String {
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

/// The words of a PascalCase name.
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
    use super::*;

    #[test]
    fn names_are_those_of_the_generator() {
        assert_eq!(pascal("project_id"), "ProjectId");
        assert_eq!(pascal("$.discord.channel[]"), "DiscordChannel");
        assert_eq!(pascal("2fa"), "X2fa");
        assert_eq!(pascal("+"), "X");
        assert_eq!(snake("x-pd-environment"), "x_pd_environment");
    }

    #[test]
    fn one_of_many() {
        for (many, one) in [
            ("workflow_ids", "workflow_id"),
            ("app_categories", "app_category"),
            ("boxes", "box"),
            ("status", "status"),
            ("access", "access"),
            ("s", ""),
        ] {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(unused("A", |n| n == "A" || n == "A2"), "A3");
    }
}
