//! The rows of the report and their place in `BENCHMARKS.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One comparison.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) peer: String,
    pub(crate) ratio: Option<f64>,
    pub(crate) goal: String,
}

impl Row {
    /// Creates the row of two numbers, whose ratio it shows.
    pub(crate) fn ratio(what: &str, ours: f64, peer: f64, unit: Unit, goal: &str) -> Self {
        Self {
            what: what.to_owned(),
            ours: unit.show(ours),
            peer: unit.show(peer),
            ratio: Some(ours / peer),
            goal: goal.to_owned(),
        }
    }

    /// Creates the row of a number without a peer.
    pub(crate) fn figure(what: &str, ours: f64, unit: Unit, goal: &str) -> Self {
        Self {
            what: what.to_owned(),
            ours: unit.show(ours),
            peer: String::new(),
            ratio: None,
            goal: goal.to_owned(),
        }
    }
}

/// Unit of the numbers of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    Instructions,
    Seconds,
    Micros,
    Bytes,
    Count,
    Ratio,
}

impl Unit {
    fn show(self, number: f64) -> String {
        match self {
            Self::Instructions if number >= 1e9 => format!("{:.2} G instr.", number / 1e9),
            Self::Instructions if number >= 1e6 => format!("{:.1} M instr.", number / 1e6),
            Self::Instructions => format!("{:.1} k instr.", number / 1e3),
            Self::Seconds => format!("{number:.2} s"),
            Self::Micros => format!("{number:.1} µs"),
            Self::Bytes if number >= 1e6 => format!("{:.1} MB", number / 1e6),
            Self::Bytes => format!("{:.1} kB", number / 1e3),
            Self::Count => format!("{number:.0}"),
            Self::Ratio => format!("{number:.2}"),
        }
    }
}

/// `BENCHMARKS.md`, in which each section of the report is between two comments.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    text: String,
}

impl Table {
    pub(crate) fn open(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            text: fs::read_to_string(path).expect("BENCHMARKS.md"),
        }
    }

    /// Prints the rows of a section and replaces those of an earlier run.
    pub(crate) fn set(&mut self, name: &str, heading: &str, rows: &[Row]) {
        let markdown = markdown(rows);
        println!("{heading}\n\n{markdown}");
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let from = self.text.find(&start).map(|at| at + start.len());
        let to = self.text.find(&end);
        let (Some(from), Some(to)) = (from, to) else {
            panic!("BENCHMARKS.md has no place for `{name}`");
        };
        self.text.replace_range(from..to, &markdown);
    }

    pub(crate) fn write(&self) {
        fs::write(&self.path, &self.text).expect("BENCHMARKS.md can be written");
    }
}

fn markdown(rows: &[Row]) -> String {
    let mut text = String::from("| | Ours | Peer | Ratio | Goal |\n|---|---:|---:|---:|---|\n");
    for row in rows {
        let ratio = row
            .ratio
            .map(|ratio| format!("{ratio:.2}"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {ratio} | {} |",
            row.what, row.ours, row.peer, row.goal
        );
    }
    text
}
