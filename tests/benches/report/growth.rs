//! Growth of code generation and lint: time and peak memory for documents of 10 to 3,000 operations, and for 1 to
//! 1,000 workflows over 300 operations.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use tests::synthetic::{arazzo, openapi};

use crate::child;
use crate::table::{Row, Unit};

const OPERATIONS: [usize; 6] = [10, 30, 100, 300, 1000, 3000];
const WORKFLOWS: [usize; 7] = [1, 3, 10, 30, 100, 300, 1000];
/// Operations of the document that the workflows call.
const CALLED: usize = 300;

/// Time and peak memory of one run.
#[derive(Clone, Copy, Debug)]
struct Cost {
    seconds: f64,
    bytes: f64,
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for command in ["codegen", "lint"] {
        let costs = OPERATIONS.map(|size| (size, cost(command, size, 0)));
        add(&mut rows, command, "operations", &costs);
        let costs = WORKFLOWS.map(|size| (size, cost(command, CALLED, size)));
        add(&mut rows, command, "workflows", &costs);
    }
    rows
}

/// Adds the row of the largest size and that of growth: by how much a third more costs more than a third.
fn add(rows: &mut Vec<Row>, command: &str, of: &str, costs: &[(usize, Cost)]) {
    let sizes: Vec<String> = costs
        .iter()
        .map(|(size, cost)| format!("{size}: {:.2} s, {:.0} MB", cost.seconds, cost.bytes / 1e6))
        .collect();
    println!("{command}, {of}: {}", sizes.join("; "));
    let (Some((size, cost)), Some((before, smaller))) =
        (costs.last(), costs.len().checked_sub(2).map(|at| costs[at]))
    else {
        return;
    };
    // The cost of the smallest document is subtracted: starting up is no part of growth.
    let base = costs[0].1;
    let factor = *size as f64 / before as f64;
    let time = (cost.seconds - base.seconds) / (smaller.seconds - base.seconds) / factor;
    let memory = (cost.bytes - base.bytes) / (smaller.bytes - base.bytes) / factor;
    let goal = match (command, of) {
        ("codegen", "operations") => ("under 10 s", "under 1 GB"),
        ("lint", "operations") => ("under 2 s", ""),
        _ => ("", ""),
    };
    let named = |what: &str| format!("`{command}` of {size} {of}, {what}");
    rows.push(Row::figure(
        &named("time"),
        cost.seconds,
        Unit::Seconds,
        goal.0,
    ));
    rows.push(Row::figure(
        &named("peak memory"),
        cost.bytes,
        Unit::Bytes,
        goal.1,
    ));
    let grows = |what: &str| {
        format!("`{command}`, {what} from {before} to {size} {of}, against linear growth")
    };
    rows.push(Row::figure(
        &grows("time"),
        time,
        Unit::Ratio,
        "at most 1.2",
    ));
    rows.push(Row::figure(
        &grows("memory"),
        memory,
        Unit::Ratio,
        "at most 1.2",
    ));
}

/// Measures a command on a document of a size.
fn cost(command: &str, operations: usize, workflows: usize) -> Cost {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, value: &Value| -> String {
        let path = folder.path().join(name);
        fs::write(&path, value.to_string()).expect("a document");
        path.to_string_lossy().into_owned()
    };
    let openapi = write("openapi.json", &openapi(operations));
    let mut arguments = match command {
        // Compares with code that does not exist instead of writing it, which would measure the disk.
        "codegen" => vec!["codegen", "--check", "--openapi", &openapi],
        _ => vec!["lint", &openapi],
    };
    let out = folder.path().join("generated");
    let (out, flows) = (
        out.to_string_lossy(),
        arazzo(workflows.max(1), operations, "openapi.json"),
    );
    let flows = (workflows > 0).then(|| write("flows.arazzo.json", &flows));
    if command == "codegen" {
        arguments.extend(["--out", &out, "--runtime", "sdk/runtime"]);
        arguments.extend(flows.iter().flat_map(|flows| ["--arazzo", flows]));
    } else {
        arguments.extend(flows.iter().map(String::as_str));
    }
    let (seconds, bytes) = child::cost(child::generator(&arguments));
    Cost { seconds, bytes }
}
