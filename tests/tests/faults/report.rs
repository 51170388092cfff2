//! Report of the matrix: a summary, and a file with every row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tests::response_faults::{RESPONSE_FAULTS, ResponseFault};

use crate::bare::{Bare, lost_by_sdk};
use crate::matrix::{Row, Subject};

/// Writes the full table below `target` and returns a summary with its path. `bare` belongs to the rows of
/// operations.
pub(crate) fn write(rows: &[Row], bare: &[Bare]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = path.parent().unwrap_or(&path).join("fault-matrix.md");
    std::fs::write(&path, table(rows, bare)).expect("the table can be written");
    summary(rows, bare, &path)
}

const HEAD: &str = "\
# The fault matrix

Each operation and each workflow step with each fault. *Waited* is measured on a paused clock, which only advances during
waits. The last two columns are the plain progenitor client of the normalized document (progenitor panics at the original
document); it has no workflows.

| subject | method | fault | result | status | headers | body | finished steps | requests | waited | as expected | plain progenitor | loses |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
";

fn table(rows: &[Row], bare: &[Bare]) -> String {
    let mut table = HEAD.to_owned();
    let mut bare = bare.iter();
    for row in rows {
        let observed = &row.observed;
        let (finished, [gives, loses]) = match &row.subject {
            Subject::Call(_) => (
                "-".to_owned(),
                bare.next().map(bare_cells).unwrap_or_default(),
            ),
            Subject::Step(step) => (
                format!("{} of {}", observed.finished.len(), step.all.len()),
                Default::default(),
            ),
        };
        let status = observed.status.map_or("-".to_owned(), |it| it.to_string());
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {status} | {} | {} | {finished} | {} | {:.1} s | {} | {gives} | {loses} |",
            row.subject.name(),
            row.subject.operation().method,
            row.response_fault.name(),
            observed.outcome,
            observed.headers.len(),
            body(observed.body.len()),
            observed.requests,
            observed.waited.as_secs_f64(),
            row.complaint()
                .map_or("yes".to_owned(), |it| format!("**no**: {it}")),
        );
    }
    table
}

fn bare_cells(bare: &Bare) -> [String; 2] {
    [plain_result(bare), listed(&bare.lost)]
}

fn plain_result(bare: &Bare) -> String {
    bare.error
        .map_or("value".to_owned(), |it| format!("error {it}"))
}

fn listed(lost: &[&str]) -> String {
    if lost.is_empty() {
        "nothing".to_owned()
    } else {
        lost.join(", ")
    }
}

fn body(bytes: usize) -> String {
    if bytes == 0 {
        "-".to_owned()
    } else {
        format!("{bytes} B")
    }
}

/// Returns one line for all similar rows of a fault, followed by those of the plain client.
fn summary(rows: &[Row], bare: &[Bare], path: &Path) -> String {
    let mut text = format!("\n{} rows, each in {}\n", rows.len(), path.display());
    for fault in RESPONSE_FAULTS {
        let _ = writeln!(text, "\n{}", fault.name());
        let mut alike: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.response_fault == fault) {
            let [operations, steps] = alike.entry(likeness(row)).or_default();
            match row.subject {
                Subject::Call(_) => *operations += 1,
                Subject::Step(_) => *steps += 1,
            }
        }
        for (likeness, [operations, steps]) in alike {
            let _ = writeln!(
                text,
                "  {operations:>2} operations {steps:>2} steps  {likeness}"
            );
        }
        text.push_str(&bare_summary(rows, bare, fault));
    }
    let lost_by_sdk = calls(rows).map(|row| lost_by_sdk(&row.expected, &row.observed));
    let lost_by_bare = bare.iter().map(|it| it.lost.clone());
    let _ = writeln!(
        text,
        "\nLost in {} calls\n  SDK:              {}\n  plain progenitor: {}\n\
         (of the normalized document; progenitor panics at the original one)",
        bare.len(),
        counted(lost_by_sdk),
        counted(lost_by_bare),
    );
    text
}

fn calls(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter()
        .filter(|row| matches!(row.subject, Subject::Call(_)))
}

fn bare_summary(rows: &[Row], bare: &[Bare], fault: ResponseFault) -> String {
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for (_, bare) in calls(rows)
        .zip(bare)
        .filter(|(row, _)| row.response_fault == fault)
    {
        let line = format!(
            "{:<35} {} request{}  waited {:<5} loses {}",
            plain_result(bare),
            bare.requests,
            if bare.requests == 1 { " " } else { "s" },
            waited(bare.waited),
            listed(&bare.lost)
        );
        *alike.entry(line).or_default() += 1;
    }
    let mut text = String::new();
    for (line, operations) in alike {
        let _ = writeln!(text, "  plain: {operations:>2} operations  {line}");
    }
    text
}

/// Counts how often each part is lost.
fn counted(rows: impl Iterator<Item = Vec<&'static str>>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for part in rows.flatten() {
        *counts.entry(part).or_default() += 1;
    }
    if counts.is_empty() {
        return "nothing".to_owned();
    }
    let counts = counts
        .iter()
        .map(|(part, count)| format!("the {part} {count} times"));
    counts.collect::<Vec<_>>().join(", ")
}

/// Returns the key by which rows of one fault are grouped.
fn likeness(row: &Row) -> String {
    let observed = &row.observed;
    let what_came = match (observed.status, observed.body.is_empty()) {
        (Some(status), true) => format!("status {status}, no body"),
        (Some(status), false) => format!("status {status}, body"),
        (None, _)
            if matches!(row.subject, Subject::Step(_)) && row.observed.stopped_at.is_none() =>
        {
            "the run continues".to_owned()
        }
        (None, _) => "no response".to_owned(),
    };
    let repeatable = if row.subject.operation().idempotent {
        "idempotent"
    } else {
        "not idempotent"
    };
    let repeated = match observed.requests {
        1 => "1 request".to_owned(),
        more => format!("{more} requests ({repeatable})"),
    };
    format!(
        "{:<18} {what_came:<22} {repeated:<27} waited {}",
        observed.outcome.to_string(),
        waited(observed.waited.as_secs_f64())
    )
}

/// Formats a wait without its random part.
fn waited(seconds: f64) -> String {
    match seconds {
        ..0.1 => "0 s".to_owned(),
        1.5..3.1 => "1.5 to 3 s".to_owned(),
        181.5..183.1 => "181.5 to 183 s".to_owned(),
        _ => format!("{seconds:.0} s"),
    }
}
