//! The matrix as a person reads it: a summary, and a file with every row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::matrix::{Row, Subject};
use crate::troubles::TROUBLES;

/// Writes the whole table under `target`, and gives a summary that says where.
pub(crate) fn write(rows: &[Row]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = path.parent().unwrap_or(&path).join("fault-matrix.md");
    std::fs::write(&path, whole(rows)).expect("the table can be written");
    summary(rows, &path)
}

fn whole(rows: &[Row]) -> String {
    let mut table = String::from(
        "# The fault matrix\n\n\
         Each operation and each step of each workflow against each fault. *Waited* is on a clock on which nothing \
         but waiting takes time.\n\n\
         | subject | method | fault | the caller gets | status | headers | body | finished steps | requests | waited | as the rules say |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let observed = &row.observed;
        let finished = match &row.subject {
            Subject::Call(_) => "-".to_owned(),
            Subject::Step(step) => format!("{} of {}", observed.finished.len(), step.all.len()),
        };
        let status = observed.status.map_or("-".to_owned(), |it| it.to_string());
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {status} | {} | {} | {finished} | {} | {:.1} s | {} |",
            row.subject.name(),
            row.subject.operation().method,
            row.trouble.name(),
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

fn body(bytes: usize) -> String {
    if bytes == 0 {
        "-".to_owned()
    } else {
        format!("{bytes} B")
    }
}

/// One line for all rows of a fault that look alike.
fn summary(rows: &[Row], path: &Path) -> String {
    let mut text = format!("\n{} rows, each in {}\n", rows.len(), path.display());
    for trouble in TROUBLES {
        let _ = writeln!(text, "\n{}", trouble.name());
        let mut alike: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.trouble == trouble) {
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
    }
    text
}

/// What rows of one fault have in common.
fn likeness(row: &Row) -> String {
    let observed = &row.observed;
    let what_came = match (observed.status, observed.body.is_empty()) {
        (Some(status), true) => format!("status {status}, no body"),
        (Some(status), false) => format!("status {status}, body"),
        (None, _)
            if matches!(row.subject, Subject::Step(_)) && row.observed.stopped_at.is_none() =>
        {
            "the run goes on".to_owned()
        }
        (None, _) => "no answer".to_owned(),
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

/// Waits are rounded down to what is not random in them.
fn waited(seconds: f64) -> String {
    match seconds {
        ..0.1 => "0 s".to_owned(),
        1.5..3.1 => "1.5 to 3 s".to_owned(),
        181.5..183.1 => "181.5 to 183 s".to_owned(),
        _ => format!("{seconds:.0} s"),
    }
}
