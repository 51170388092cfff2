//! Pass that rejects documents that are too deep or too large.

use serde_json::Value;

use super::Context;
use crate::diagnostic::{Code, child};

/// Maximum depth: above that of known documents (less than 40), and low enough for recursion.
const DEPTH: usize = 128;
/// Maximum number of values: above that of the largest known document (about 600,000).
const NODES: usize = 4_000_000;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut nodes = 0usize;
    // Uses an explicit stack, because the depth is not limited yet.
    let mut open: Vec<(&Value, usize)> = vec![(document, 0)];
    while let Some((value, depth)) = open.pop() {
        nodes += 1;
        if depth > DEPTH || nodes > NODES {
            let (code, message) = if depth > DEPTH {
                (
                    Code::TooDeep,
                    format!("the document is nested more than {DEPTH} levels deep"),
                )
            } else {
                (
                    Code::TooLarge,
                    format!("the document has more than {NODES} values"),
                )
            };
            let pointer = deepest(document, DEPTH.min(8));
            context.report(context.diagnostic(code, pointer, message));
            return;
        }
        match value {
            Value::Array(items) => open.extend(items.iter().map(|v| (v, depth + 1))),
            Value::Object(map) => open.extend(map.values().map(|v| (v, depth + 1))),
            _ => {}
        }
    }
}

/// Returns the first `steps` steps of the JSON Pointer to the deepest value.
fn deepest(document: &Value, steps: usize) -> String {
    let mut best: (usize, Vec<usize>) = (0, Vec::new());
    let mut open: Vec<(&Value, Vec<usize>, usize)> = vec![(document, Vec::new(), 0)];
    let mut visited = 0usize;
    while let Some((value, path, depth)) = open.pop() {
        visited += 1;
        if depth > best.0 {
            best = (depth, path.clone());
        }
        if depth > DEPTH || visited > NODES {
            break;
        }
        let mut push = |index: usize, inner| {
            let mut path = path.clone();
            if path.len() < steps {
                path.push(index);
            }
            open.push((inner, path, depth + 1));
        };
        match value {
            Value::Array(items) => items.iter().enumerate().for_each(|(i, v)| push(i, v)),
            Value::Object(map) => map.values().enumerate().for_each(|(i, v)| push(i, v)),
            _ => {}
        }
    }
    let (mut pointer, mut value) = (String::new(), document);
    for index in best.1 {
        let next = match value {
            Value::Array(items) => items.get(index).map(|v| (index.to_string(), v)),
            Value::Object(map) => map.iter().nth(index).map(|(k, v)| (k.clone(), v)),
            _ => None,
        };
        let Some((token, inner)) = next else { break };
        pointer = child(&pointer, token);
        value = inner;
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn rejects_a_document_that_is_too_deep() {
        let mut schema = json!({"type": "string"});
        for _ in 0..100 {
            schema = json!({"type": "array", "items": schema});
        }
        for _ in 0..100 {
            schema = json!({"type": "array", "items": schema});
        }
        let (_, _, codes) = pass(run, with_schemas(json!({"Deep": schema})));
        assert_eq!(codes, ["too-deep"]);
    }

    #[test]
    fn accepts_an_ordinary_document() {
        let (_, _, codes) = pass(run, with_schemas(json!({"A": {"type": "string"}})));
        assert!(codes.is_empty());
    }
}
