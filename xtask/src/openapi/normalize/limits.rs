//! Rejects documents that are too deep or too large to be traversed.

use serde_json::Value;

use super::Context;
use crate::diagnostic::{Code, child};

/// The deepest nesting: above that of known documents (under 40), and low enough for recursion.
const DEPTH: usize = 128;
/// The most values: above the number in the largest known document (about 600,000).
const NODES: usize = 4_000_000;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut nodes = 0usize;
    // An explicit stack: this traversal runs before the depth is known.
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

/// The first `steps` steps of the JSON Pointer to the deepest value.
fn deepest(document: &Value, steps: usize) -> String {
    let mut best: (usize, Vec<usize>) = (0, Vec::new());
    let mut open: Vec<(&Value, Vec<usize>, usize)> = vec![(document, Vec::new(), 0)];
    let mut seen = 0usize;
    while let Some((value, way, depth)) = open.pop() {
        seen += 1;
        if depth > best.0 {
            best = (depth, way.clone());
        }
        if depth > DEPTH || seen > NODES {
            break;
        }
        let mut push = |index: usize, inner| {
            let mut way = way.clone();
            if way.len() < steps {
                way.push(index);
            }
            open.push((inner, way, depth + 1));
        };
        match value {
            Value::Array(items) => items.iter().enumerate().for_each(|(i, v)| push(i, v)),
            Value::Object(map) => map.values().enumerate().for_each(|(i, v)| push(i, v)),
            _ => {}
        }
    }
    let (mut pointer, mut at) = (String::new(), document);
    for index in best.1 {
        let next = match at {
            Value::Array(items) => items.get(index).map(|v| (index.to_string(), v)),
            Value::Object(map) => map.iter().nth(index).map(|(k, v)| (k.clone(), v)),
            _ => None,
        };
        let Some((token, inner)) = next else { break };
        pointer = child(&pointer, token);
        at = inner;
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schema_nested_too_deep_is_refused_with_its_place() {
        let mut schema = json!({"type": "string"});
        for _ in 0..100 {
            schema = json!({"type": "array", "items": schema});
        }
        for _ in 0..100 {
            schema = json!({"type": "array", "items": schema});
        }
        let mut context_document = with_schemas(json!({"Deep": schema}));
        let (_, _, codes) = pass(run, std::mem::take(&mut context_document));
        assert_eq!(codes, ["too-deep"]);
    }

    #[test]
    fn an_ordinary_document_passes() {
        let (_, _, codes) = pass(run, with_schemas(json!({"A": {"type": "string"}})));
        assert!(codes.is_empty());
    }
}
