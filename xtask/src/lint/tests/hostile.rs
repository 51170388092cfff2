//! Tests with malformed and hostile documents: the reader and the checks do not panic, loop or overflow the stack.

use proptest::prelude::*;

use super::*;

/// Collects all pointers into a document.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    let mut inner = |token: String, value: &Value| {
        let pointer = crate::diagnostic::child(at, token);
        all.push(pointer.clone());
        pointers(value, &pointer, all);
    };
    match value {
        Value::Object(object) => object
            .iter()
            .for_each(|(key, value)| inner(key.clone(), value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| inner(index.to_string(), value)),
        _ => {}
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "\\$(inputs|steps|response|outputs|statusCode)[.a-z#/\\[\\]0-9]{0,12}"
            .prop_map(Value::from),
        "#/(components|workflows|paths)[/a-zA-Z0-9]{0,12}".prop_map(|text| json!({"$ref": text})),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(
                (
                    "(type|name|in|value|\\$ref|reference|items|properties|[a-z]{1,3})",
                    inner
                ),
                0..4
            )
            .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_changes_do_not_panic(
        changes in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>(), anything()), 1..4),
    ) {
        let (mut arazzo, mut openapi) = (arazzo(), openapi());
        for (in_workflows, index, value) in changes {
            let document = if in_workflows { &mut arazzo } else { &mut openapi };
            let mut all = Vec::new();
            pointers(document, "", &mut all);
            if all.is_empty() {
                continue;
            }
            if let Some(target) = document.pointer_mut(&all[index.index(all.len())]) {
                *target = value;
            }
        }
        findings(&arazzo, &openapi);
    }
}

#[test]
fn reports_input_references_that_expand_exponentially() {
    let mut document = arazzo();
    let level = |next: usize| {
        let reference = json!({"$ref": format!("#/components/inputs/level{next}")});
        json!({"type": "object", "properties": {"a": reference, "b": reference, "c": reference, "d": reference}})
    };
    let mut inputs: serde_json::Map<String, Value> = (0..30)
        .map(|n| (format!("level{n}"), level(n + 1)))
        .collect();
    inputs.insert(
        "level30".into(),
        json!({"$ref": "#/components/inputs/level0"}),
    );
    put(&mut document, "/components", json!({"inputs": inputs}));
    put(
        &mut document,
        "/workflows/1/inputs",
        json!({"$ref": "#/components/inputs/level0"}),
    );
    assert!(
        findings(&document, &openapi())
            .iter()
            .any(|finding| finding.code.as_str() == "large-schema")
    );
}

#[test]
fn reports_a_circular_reference() {
    let mut document = arazzo();
    put(
        &mut document,
        "/components",
        json!({"inputs": {"a": {"$ref": "#/components/inputs/b"}, "b": {"$ref": "#/components/inputs/a"}}}),
    );
    put(
        &mut document,
        "/workflows/1/inputs",
        json!({"$ref": "#/components/inputs/a"}),
    );
    assert!(
        findings(&document, &openapi())
            .iter()
            .any(|finding| finding.code.as_str() == "circular-reference")
    );
}

#[test]
fn checks_thousands_of_steps_within_the_time_limit() {
    let mut document = arazzo();
    let steps: Vec<_> = (0..2000)
        .map(|n| json!({"stepId": format!("s{n}"), "operationId": "readSecret", "outputs": {"a": format!("$steps.s{}.outputs.a", n.max(1) - 1)}}))
        .collect();
    put(&mut document, "/workflows/1/steps", Value::from(steps));
    let start = std::time::Instant::now();
    findings(&document, &openapi());
    assert!(
        start.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}
