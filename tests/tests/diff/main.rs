//! Tests of `cargo xtask diff`.

mod checks;
mod names;
mod output;
mod own;
mod pairs;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use checks::{CHECKS, DEVIATIONS, Level, OTHER_CHECKS};
use own::PAIRS;
use pairs::{Verdict, failure};
use xtask::diff::change::ChangeCode;

#[test]
fn classifies_one_change_per_check() {
    let failures: Vec<String> = CHECKS
        .iter()
        .filter_map(|(check, _, place, old, new, code, verdict)| {
            let failure = failure(*place, (old, new), code, *verdict)?;
            Some(format!("{check}: {failure}"))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn classifies_one_change_per_pair() {
    assert!(PAIRS.len() >= 120);
    let failures: Vec<String> = PAIRS
        .iter()
        .filter_map(|(title, place, old, new, code, verdict)| {
            let failure = failure(*place, (old, new), code, *verdict)?;
            Some(format!("{title}: {failure}"))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn verdicts_agree_with_the_levels_of_the_checks_or_give_a_reason() {
    let deviating: BTreeSet<&str> = CHECKS
        .iter()
        .filter(|(_, level, .., verdict)| {
            (*level == Level::Info) != (*verdict == Verdict::Compatible)
        })
        .map(|(check, ..)| *check)
        .collect();
    let explained: BTreeSet<&str> = DEVIATIONS.iter().map(|(check, _)| *check).collect();
    assert_eq!(deviating, explained);
}

#[test]
fn every_code_is_tested() {
    let codes = CHECKS
        .iter()
        .map(|row| row.5)
        .chain(PAIRS.iter().map(|row| row.4));
    let tested: BTreeSet<&str> = codes.flat_map(|codes| codes.split(' ')).collect();
    // Tests of folders cover these.
    let elsewhere = ["document-added", "document-removed"];
    let codes = ChangeCode::ALL.iter().map(|code| code.as_str());
    let missing: Vec<&str> = codes
        .filter(|code| !tested.contains(code) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Tables of `xtask/DIFF.md`, below a heading each.
fn tables() -> Vec<(&'static str, String)> {
    let mut codes = "| Code | Meaning |\n|---|---|\n".to_owned();
    for code in ChangeCode::ALL {
        codes += &format!("| `{code}` | {} |\n", code.meaning());
    }
    let mut covered = "| Check | Code | Verdict |\n|---|---|---|\n".to_owned();
    for (check, _, _, _, _, code, verdict) in CHECKS {
        let verdict = format!("{verdict:?}").to_lowercase();
        let code = code.split(' ').map(|code| format!("`{code}`"));
        let code = code.collect::<Vec<_>>().join(", ");
        covered += &format!("| `{check}` | {code} | {verdict} |\n");
    }
    let reasons = |rows: &[(&str, &str)]| {
        let mut table = "| Check | Reason |\n|---|---|\n".to_owned();
        for (check, reason) in rows {
            table += &format!("| `{check}` | {reason} |\n");
        }
        table
    };
    vec![
        ("## Codes", codes),
        ("## Checks with another verdict", reasons(DEVIATIONS)),
        ("## Checks that do not apply", reasons(OTHER_CHECKS)),
        ("## Checks that are covered", covered),
    ]
}

#[test]
fn the_document_lists_all_codes_and_checks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/DIFF.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut expected = text.clone();
    for (heading, table) in tables() {
        let start = expected.find(&format!("{heading}\n")).expect(heading);
        let start = expected[start..]
            .find("\n| ")
            .map(|at| start + at + 1)
            .expect(heading);
        let end = expected[start..]
            .find("\n\n")
            .map_or(expected.len(), |at| start + at + 1);
        expected.replace_range(start..end, &table);
    }
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    assert_eq!(text, expected, "run with UPDATE_GOLDENS=1");
}
