//! `suites/arazzo-features`: one Arazzo feature per document, verified by the requests that the server received.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tests::reference;
use xtask::pipeline::Documents;

use super::server::Server;
use super::workspace::{Built, Subject};
use super::{Expected, Verdict, judge};

const SUITE: &str = "suites/arazzo-features";

/// Documents that are not handled correctly. This list may only get shorter.
const EXPECTED: Expected = Expected {
    rejected: &[],
    wrong: &[],
    does_not_compile: &[],
};

fn expected() -> Value {
    let text = fs::read_to_string(reference(SUITE).join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn subjects() -> Vec<Subject> {
    let folder = reference(SUITE);
    let expected = expected();
    let probes = expected["probes"].as_object().unwrap();
    let subject = |(name, probe): (&String, &Value)| Subject {
        name: name.to_lowercase(),
        documents: Documents {
            openapi: vec![folder.join("docs/api.yml"), folder.join("docs/api2.yml")],
            arazzo: vec![folder.join(probe["file"].as_str().unwrap())],
            ..Documents::default()
        },
        runs: true,
    };
    probes.iter().map(subject).collect()
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn features_send_the_expected_requests() {
    let built = Built::of("features", subjects());
    let expected = expected();
    let inputs = expected["inputs"].to_string();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start());
    let mut rows = BTreeMap::new();
    for (name, probe) in expected["probes"].as_object().unwrap() {
        let krate = name.to_lowercase();
        let verdict = match built.failure(&krate) {
            Some(failure) => failure.clone(),
            None => run(&built.driver, &krate, &inputs, probe, &server),
        };
        let kind = probe["kind"].as_str().unwrap_or_default().to_owned();
        rows.insert(name.clone(), (kind, verdict));
    }
    judge("arazzo-features", &rows, &EXPECTED);
}

/// Runs the workflow and compares the requests, the time between them, and the output.
fn run(driver: &Path, name: &str, inputs: &str, probe: &Value, server: &Server) -> Verdict {
    server.reset();
    let output = Command::new(driver)
        .args([name, &server.address, inputs])
        .output()
        .expect("the driver runs");
    let result = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let log = server.log();
    let sent: Vec<&str> = log.iter().map(|(_, entry)| entry.as_str()).collect();
    let list = probe["expect"].as_array().unwrap();
    let wanted: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    if sent != wanted {
        return Verdict::Wrong(format!("sent {sent:?}, expected {wanted:?}; {result}"));
    }
    let gap = |key: &str| probe[key].as_f64().map(Duration::from_secs_f64);
    for pair in log.windows(2) {
        let between = pair[1].0 - pair[0].0;
        let too_short = gap("mingap").is_some_and(|least| between < least);
        if too_short || gap("maxgap").is_some_and(|most| between > most) {
            return Verdict::Wrong(format!("{between:?} between two requests"));
        }
    }
    let value = result
        .strip_prefix("OK ")
        .and_then(|json| serde_json::from_str(json).ok());
    match probe["out"].as_str() {
        Some("^ERR") if !result.starts_with("ERR") => {
            Verdict::Wrong(format!("{result} instead of an error"))
        }
        Some("^ERR") => Verdict::Right,
        Some(wanted) if value != Some(Value::from(wanted)) => {
            Verdict::Wrong(format!("{result}, and the output has to be {wanted}"))
        }
        _ => Verdict::Right,
    }
}
