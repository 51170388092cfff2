//! Tests of simple conditions: the generator's parser together with the comparisons of the runtime.

use pipedream_sdk_runtime::criterion;
use serde_json::Value;
use xtask::arazzo::criterion::{Comparison, Simple};
use xtask::arazzo::expression::{Expression, Part};
use xtask::arazzo::template::TextPart;

/// Interprets a condition as generated code evaluates it.
fn holds(condition: &Simple, context: &Value) -> bool {
    match condition {
        Simple::Not(inner) => !holds(inner, context),
        Simple::And(parts) => parts.iter().all(|part| holds(part, context)),
        Simple::Or(parts) => parts.iter().any(|part| holds(part, context)),
        Simple::Compare(comparison, left, right) => {
            let compare = match comparison {
                Comparison::Equal => criterion::equal,
                Comparison::NotEqual => criterion::not_equal,
                Comparison::Less => criterion::less,
                Comparison::LessOrEqual => criterion::less_or_equal,
                Comparison::Greater => criterion::greater,
                Comparison::GreaterOrEqual => criterion::greater_or_equal,
            };
            compare(value(left, context), value(right, context))
        }
        Simple::Literal(_) | Simple::Expression(_) | Simple::Text(_) | Simple::Length(_) => {
            criterion::holds(value(condition, context))
        }
    }
}

fn value(operand: &Simple, context: &Value) -> Option<Value> {
    match operand {
        Simple::Literal(value) => Some(value.clone()),
        Simple::Expression(Expression::Response(Part::Body(pointer))) => {
            pointer.get(&context["$response.body"]).cloned()
        }
        Simple::Expression(expression) => context.get(expression.to_string()).cloned(),
        Simple::Length(list) => {
            criterion::length(value(&Simple::Expression(list.clone()), context))
        }
        Simple::Text(text) => {
            let parts = text.parts.iter().map(|part| match part {
                TextPart::Literal(text) => Some(text.clone()),
                TextPart::Expression(expression) | TextPart::Xml(expression) => {
                    let inner = value(&Simple::Expression(expression.clone()), context)?;
                    Some(
                        inner
                            .as_str()
                            .map_or_else(|| inner.to_string(), str::to_owned),
                    )
                }
            });
            parts.collect::<Option<String>>().map(Value::from)
        }
        condition => Some(holds(condition, context).into()),
    }
}

fn decide(text: &str, context: &Value) -> bool {
    let (condition, _) =
        Simple::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
    holds(&condition, context)
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn evaluates_the_public_suite_of_conditions() {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    let path = std::path::Path::new(&root).join("suites/simple-conditions.json");
    let suite: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (context, cases) = (
        &suite["evaluate"]["context"],
        suite["evaluate"]["cases"].as_array().unwrap(),
    );
    assert!(cases.len() > 20);
    for case in cases {
        let text = case["condition"].as_str().unwrap();
        assert_eq!(
            decide(text, context),
            case["expect"].as_bool().unwrap(),
            "{text}"
        );
    }
}

#[test]
fn conditions_compare_loosely_and_respect_precedence() {
    let context = serde_json::json!({
        "$statusCode": 429,
        "$response.body": {"name": "It's OK", "items": [], "count": "7", "none": null},
        "$inputs.limit": 5
    });
    for (text, expected) in [
        ("$response.body#/name == 'it''s ok'", true),
        ("!($statusCode >= 400)", false),
        ("!$response.body#/items/0", true),
        ("$response.body#/count > $inputs.limit", true),
        (
            "$response.body#/none == null && $response.body#/missing == null",
            true,
        ),
        ("$response.body#/none != 0", true),
        ("true || false && false", true),
        ("(true || false) && false", false),
        (
            "$statusCode == 429 && ($inputs.limit < 5 || $inputs.limit == '5')",
            true,
        ),
        ("$response.body#/items == []", true),
        ("($statusCode == 429) == true", true),
    ] {
        assert_eq!(decide(text, &context), expected, "{text}");
    }
}
