//! Explanations of the diagnostic codes: printed by `cargo xtask explain CODE`, and collected in `DIAGNOSTICS.md`.

mod arazzo;
mod calls;
mod files;
mod openapi;
mod workflows;

use std::fmt::Write;

use super::{Code, Group, Severity};

/// Explanation of a code, in addition to its title.
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    /// Cause, and consequences for the generated code.
    pub meaning: &'static str,
    /// Excerpt of a document, or a command, that causes the finding.
    pub bad: &'static str,
    /// Corrected excerpt or command.
    pub good: &'static str,
    /// Change that resolves the finding.
    pub fix: &'static str,
}

impl Code {
    /// Returns the explanation of the code. A test asserts that every code has one.
    pub fn explanation(self) -> Option<Explanation> {
        match self.group() {
            Group::Files => files::of(self),
            Group::OpenApi => openapi::of(self),
            Group::Arazzo => arazzo::of(self),
            Group::Workflows => workflows::of(self).or_else(|| calls::of(self)),
        }
    }

    /// Returns the explanation as plain text for a terminal.
    pub fn explain(self) -> String {
        let mut text = format!("{self} ({}): {}\n", self.severity(), self.title());
        if let Some(it) = self.explanation() {
            let (meaning, fix) = (wrap(it.meaning), wrap(it.fix));
            let (bad, good) = (indent(it.bad), indent(it.good));
            text += &format!("\n{meaning}\nBad:\n\n{bad}\nGood:\n\n{good}\n{fix}");
        }
        text
    }
}

/// Lists all codes with their titles, by group.
pub fn list() -> String {
    let width = Code::ALL
        .iter()
        .map(|code| code.as_str().len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for group in Group::ALL {
        let _ = writeln!(text, "{}", group.title());
        for code in group.codes() {
            let _ = writeln!(text, "  {:width$}  {}", code.as_str(), code.title());
        }
        text.push('\n');
    }
    text + "`cargo xtask explain CODE` explains a code.\n"
}

/// Prints `DIAGNOSTICS.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "<!-- Written by `UPDATE_DIAGNOSTICS=1 cargo test -p xtask --lib diagnostic` from \
         `xtask/src/diagnostic`. Do not edit. -->\n\n\
         # Diagnostics\n\n\
         Findings of `cargo xtask codegen` and `cargo xtask lint`, by the code in brackets. Errors stop generation; \
         `--deny-warnings` turns warnings into errors; notes are shown with `--verbose`. `cargo xtask explain CODE` \
         prints the same text.\n",
    );
    for group in Group::ALL {
        let _ = write!(text, "\n## {}\n\n", group.title());
        text += "| code | severity | meaning |\n|---|---|---|\n";
        for code in group.codes() {
            let _ = writeln!(
                text,
                "| [`{code}`](#{code}) | {} | {} |",
                code.severity(),
                code.title()
            );
        }
        for code in group.codes() {
            let _ = write!(text, "\n### `{code}`\n\n{}", code.title());
            if let Some(it) = code.explanation() {
                let _ = write!(
                    text,
                    " {}\n\nBad:\n\n```yaml\n{}```\n\nGood:\n\n```yaml\n{}```\n\n{}",
                    it.meaning, it.bad, it.good, it.fix
                );
            }
            text.push('\n');
        }
    }
    text
}

impl Group {
    /// All groups, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Files, Self::OpenApi, Self::Arazzo, Self::Workflows];

    fn title(self) -> &'static str {
        match self {
            Self::Files => "Files and overlays",
            Self::OpenApi => "OpenAPI documents",
            Self::Arazzo => "Arazzo documents",
            Self::Workflows => "Workflows and the operations they call",
        }
    }

    fn codes(self) -> impl Iterator<Item = Code> {
        Code::ALL
            .iter()
            .copied()
            .filter(move |code| code.group() == self)
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// Wraps text at 80 characters.
fn wrap(text: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let added = word.chars().count();
        if length > 0 && length + 1 + added > 80 {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += added;
    }
    lines + "\n"
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explains_every_code_in_standard_form() {
        for code in Code::ALL.iter().copied() {
            let it = code
                .explanation()
                .unwrap_or_else(|| panic!("no explanation of `{code}`"));
            for sentence in [code.title(), it.meaning, it.fix] {
                assert!(sentence.ends_with('.'), "{code}: {sentence}");
            }
            assert_ne!(it.bad, it.good, "{code}");
            for example in [it.bad, it.good] {
                assert!(
                    example.ends_with('\n') && example.trim() == example.trim_end(),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn examples_are_valid_yaml_or_commands() {
        for code in Code::ALL
            .iter()
            .copied()
            .filter(|code| *code != Code::Syntax)
        {
            let it = code.explanation().unwrap();
            for example in [it.bad, it.good] {
                let document = crate::load::parse(std::path::Path::new("example.yml"), example);
                assert!(
                    document.is_ok() || example.starts_with("cargo ") || example.starts_with('#'),
                    "{code}: {:?}\n{example}",
                    document.err()
                );
            }
        }
    }

    #[test]
    fn the_committed_reference_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/DIAGNOSTICS.md");
        let current = reference();
        if std::env::var_os("UPDATE_DIAGNOSTICS").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(
            committed == current,
            "stale; run `UPDATE_DIAGNOSTICS=1 cargo test -p xtask --lib diagnostic`"
        );
    }

    #[test]
    fn wraps_an_explanation_for_a_terminal() {
        for code in Code::ALL {
            for line in code.explain().lines().skip(1) {
                assert!(
                    line.chars().count() <= 80 || line.starts_with("    "),
                    "{code}: {line}"
                );
            }
        }
        let text = Code::MissingProperty.explain();
        let parts = [
            "missing-property (error): A required property of the request body has no value.\n\n",
            "Bad:\n\n    payload:\n      count: 3\n",
            "Good:\n\n    payload:\n      sku: $inputs.sku\n",
            "\nAdd the property.",
        ];
        for part in parts {
            assert!(text.contains(part), "{part:?} in\n{text}");
        }
    }
}
