//! Third-party documents over HTTP: generated, compiled in a workspace per suite, and run against a recording server.
//!
//! Each suite lists the documents that are not handled correctly. The test fails for a document that fails without
//! being listed, and for a listed one that passes.

mod collections;
mod features;
mod reported;
mod server;
mod shim;
mod workspace;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

/// The result for one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// Rejected with errors of these codes.
    Rejected(String),
    /// Wrong result, with the difference.
    Wrong(String),
    /// Compiler errors.
    DoesNotCompile(String),
}

impl Verdict {
    /// Name of the verdict in an expectation.
    fn kind(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Rejected(_) => "rejected",
            Self::Wrong(_) => "wrong",
            Self::DoesNotCompile(_) => "does not compile",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right => f.write_str("right"),
            Self::Rejected(codes) => write!(f, "rejected {codes}"),
            Self::Wrong(why) => write!(f, "wrong: {why}"),
            Self::DoesNotCompile(why) => write!(f, "does not compile: {why}"),
        }
    }
}

/// Documents with another verdict than success, by verdict.
pub(crate) struct Expected {
    pub(crate) rejected: &'static [&'static str],
    pub(crate) wrong: &'static [&'static str],
    pub(crate) does_not_compile: &'static [&'static str],
}

impl Expected {
    fn kind(&self, name: &str) -> &'static str {
        let lists = [
            (self.rejected, "rejected"),
            (self.wrong, "wrong"),
            (self.does_not_compile, "does not compile"),
        ];
        let found = lists.into_iter().find(|(list, _)| list.contains(&name));
        found.map_or("right", |(_, kind)| kind)
    }
}

/// Writes the table to `target/NAME.md`, prints it, and compares the verdicts with the expected ones.
pub(crate) fn judge(name: &str, rows: &BTreeMap<String, (String, Verdict)>, expected: &Expected) {
    let mut table = format!("# {name}\n\n| document | kind | verdict |\n|---|---|---|\n");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (document, (kind, verdict)) in rows {
        let shown = verdict.to_string().replace('|', "\\|").replace('\n', " ");
        table += &format!("| {document} | {kind} | {shown:.400} |\n");
        *counts.entry(verdict.kind()).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect();
    table += &format!("\n{} documents: {}\n", rows.len(), counts.join(", "));
    println!("{table}");
    let file = tests::repository()
        .join("target")
        .join(format!("{name}.md"));
    fs::write(&file, table).unwrap_or_else(|error| panic!("{}: {error}", file.display()));

    let mut differences = String::new();
    for (document, (_, verdict)) in rows {
        let listed = expected.kind(document);
        if listed != verdict.kind() {
            differences += &format!("{document}: listed as {listed}, is {verdict:.2000}\n");
        }
    }
    let all = [expected.rejected, expected.wrong, expected.does_not_compile].concat();
    for document in all.iter().filter(|document| !rows.contains_key(**document)) {
        differences += &format!("{document}: listed, but does not exist\n");
    }
    assert!(differences.is_empty(), "{differences}");
}
