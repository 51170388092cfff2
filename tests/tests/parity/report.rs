//! Report of the replay: a summary, and a file with every scenario.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::intended::{EVERYWHERE, Intended};
use crate::replay::Outcome;

/// Writes the full table below `target` and returns a summary with its path.
pub(crate) fn write(outcomes: &[Outcome]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = path.parent().unwrap_or(&path).join("wire-parity.md");
    std::fs::write(&path, table(outcomes)).expect("the table can be written");
    summary(outcomes) + &format!("\nFull table: {}", path.display())
}

fn particular(outcome: &Outcome) -> Vec<String> {
    let intended = outcome.intended.iter();
    let intended = intended.filter(|it| !EVERYWHERE.contains(it));
    intended.map(|it| format!("{it:?}")).collect()
}

fn summary(outcomes: &[Outcome]) -> String {
    let wrong = outcomes.iter().filter(|it| !it.wrong.is_empty()).count();
    let differ = outcomes
        .iter()
        .filter(|it| !particular(it).is_empty())
        .count();
    format!(
        "{} comparisons with the official SDKs: {} send the same, {} differ as intended, {} are wrong.",
        outcomes.len(),
        outcomes.len() - differ - wrong,
        differ,
        wrong,
    )
}

const HEAD: &str = "\
# The requests of the official SDKs, replayed

Each scenario as TypeScript 3.1.6 and Python 2.3.0 sent it to a local server, and as this SDK sends it: methods, paths,
queries, headers and bodies are compared.

";

fn table(outcomes: &[Outcome]) -> String {
    let mut text = format!("{HEAD}{}\n\n", summary(outcomes));
    text += "| scenario | against | their requests | ours | result |\n|---|---|---|---|---|\n";
    for outcome in outcomes {
        let particular = particular(outcome);
        let result = if !outcome.wrong.is_empty() {
            format!("**wrong**: {}", outcome.wrong.join("; "))
        } else if particular.is_empty() {
            "the same".to_owned()
        } else {
            format!("as intended: {}", particular.join(", "))
        };
        let _ = writeln!(
            text,
            "| {} | {:?} | {} | {} | {result} |",
            outcome.scenario, outcome.sdk, outcome.theirs, outcome.ours
        );
    }
    text += "\n## The intended differences\n\n| name | reason |\n|---|---|\n";
    for intended in Intended::ALL {
        let _ = writeln!(text, "| {intended:?} | {} |", intended.reason());
    }
    text
}
