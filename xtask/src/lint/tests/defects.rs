//! Tests with documents that have one defect each, and the expected diagnostic.

use serde_json::{Value, json};

use super::*;

/// Each row adds one defect to the documents. It has the expected severity, code, pointer, and part of the message
/// or help.
#[test]
fn each_defect_has_exactly_its_diagnostic() {
    use Severity::{Error, Warning};
    let goto = |step: &str, guarded: bool| {
        let criteria = if guarded {
            json!([{"condition": "$response.body#/0 != null"}])
        } else {
            json!([])
        };
        json!([{"name": "go", "type": "goto", "stepId": step, "criteria": criteria}])
    };
    let rows: Vec<(String, Value, Severity, &str, String, &str)> = vec![
        // The document itself.
        (
            "/arazzo".into(),
            json!("2.0.0"),
            Error,
            "arazzo-version",
            "/arazzo".into(),
            "1.0.1",
        ),
        (
            "/arazzo".into(),
            json!(1.0),
            Error,
            "arazzo-version",
            "/arazzo".into(),
            "`1.0`",
        ),
        (
            "/info".into(),
            Value::Null,
            Error,
            "missing-field",
            "".into(),
            "`info`",
        ),
        (
            "/info/tittle".into(),
            json!("x"),
            Warning,
            "unknown-field",
            "/info/tittle".into(),
            "`title`",
        ),
        (
            "/info/version".into(),
            json!(1),
            Error,
            "wrong-type",
            "/info/version".into(),
            "'1', in quotes",
        ),
        (
            "/workflows/1/workflowId".into(),
            json!("adopt"),
            Error,
            "duplicate-id",
            "/workflows/1/workflowId".into(),
            "duplicate workflow",
        ),
        (
            format!("{MAKE}/operationPath"),
            json!("#/paths/~1pets/post"),
            Error,
            "ambiguous-target",
            MAKE.into(),
            "operationPath",
        ),
        (
            format!("{MAKE}/outputs/é"),
            json!("$statusCode"),
            Warning,
            "invalid-name",
            format!("{MAKE}/outputs/é"),
            "letters",
        ),
        (
            format!("{LIST}/onFailure/0/retryLimit"),
            json!(-1),
            Error,
            "invalid-value",
            format!("{LIST}/onFailure/0/retryLimit"),
            "whole number",
        ),
        (
            format!("{LIST}/onFailure/0/type"),
            json!("stop"),
            Error,
            "invalid-value",
            format!("{LIST}/onFailure/0/type"),
            "`retry`",
        ),
        (
            format!("{LIST}/onFailure/-"),
            json!({"reference": "$components.failureActions.x"}),
            Error,
            "unknown-component",
            format!("{LIST}/onFailure/1"),
            "`x`",
        ),
        (
            format!("{LIST}/outputs/first"),
            json!("$response.bdy#/0"),
            Error,
            "invalid-expression",
            format!("{LIST}/outputs/first"),
            "`bdy",
        ),
        // Criteria.
        (
            format!("{MAKE}/successCriteria/0/condition"),
            json!("$statusCode = 201"),
            Error,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/0/condition"),
            "`==`",
        ),
        (
            format!("{MAKE}/successCriteria/1/condition"),
            json!("$.length > 0"),
            Warning,
            "nonstandard",
            format!("{MAKE}/successCriteria/1/condition"),
            "read as a comparison",
        ),
        (
            format!("{MAKE}/successCriteria/1/type"),
            json!("xpath"),
            Error,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/1/condition"),
            "XPath",
        ),
        (
            format!("{MAKE}/successCriteria/1/context"),
            Value::Null,
            Error,
            "missing-field",
            format!("{MAKE}/successCriteria/1"),
            "context",
        ),
        (
            format!("{MAKE}/successCriteria/-"),
            json!({"context": "$statusCode", "type": "regex", "condition": "(2"}),
            Error,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/2/condition"),
            "regular expression",
        ),
        // Sources and operations.
        (
            "/sourceDescriptions/0/url".into(),
            json!("../old/pets.openapi.json"),
            Warning,
            "dangling-source",
            "/sourceDescriptions/0/url".into(),
            "by its name",
        ),
        (
            "/sourceDescriptions/0/url".into(),
            json!("https://example.com/api"),
            Warning,
            "dangling-source",
            "/sourceDescriptions/0/url".into(),
            "pets.openapi.json",
        ),
        (
            format!("{MAKE}/operationId"),
            json!("makePets"),
            Error,
            "unknown-operation",
            format!("{MAKE}/operationId"),
            "`makePet`",
        ),
        (
            format!("{MAKE}/operationId"),
            json!("$sourceDescriptions.pet.makePet"),
            Error,
            "unknown-source",
            format!("{MAKE}/operationId"),
            "`pets`",
        ),
        (
            "/workflows/1/steps/0/workflowId".into(),
            json!("adapt"),
            Error,
            "unknown-workflow",
            "/workflows/1/steps/0/workflowId".into(),
            "`adopt`",
        ),
        // Requests.
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "trace", "in": "header", "value": 1}),
            Warning,
            "unknown-parameter",
            format!("{LIST}/parameters/3"),
            "overlay",
        ),
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "limits", "in": "query", "value": 1}),
            Error,
            "unknown-parameter",
            format!("{LIST}/parameters/3"),
            "`limit`",
        ),
        (
            format!("{LIST}/parameters/2/in"),
            json!("header"),
            Error,
            "parameter-location",
            format!("{LIST}/parameters/2/in"),
            "`in: query`",
        ),
        (
            format!("{LIST}/parameters/1"),
            Value::Null,
            Error,
            "missing-parameter",
            LIST.into(),
            "X-Env",
        ),
        (
            format!("{LIST}/parameters/2/value"),
            json!("many"),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/2/value"),
            "integer",
        ),
        (
            format!("{LIST}/parameters/2/value"),
            json!(101),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/2/value"),
            "maximum 100",
        ),
        (
            format!("{LIST}/parameters/1/value"),
            json!("prod"),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/1/value"),
            "\"live\"",
        ),
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "id", "in": "query", "value": "dog_a"}),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/3/value"),
            "pattern",
        ),
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "Authorization", "in": "header", "value": "x"}),
            Warning,
            "credential-parameter",
            format!("{LIST}/parameters/3"),
            "x-security",
        ),
        (
            format!("{LIST}/requestBody"),
            json!({"payload": {"a": 1}}),
            Error,
            "unexpected-body",
            format!("{LIST}/requestBody"),
            "takes no request body",
        ),
        (
            format!("{MAKE}/requestBody/contentType"),
            json!("text/csv"),
            Error,
            "content-type",
            format!("{MAKE}/requestBody/contentType"),
            "application/json",
        ),
        (
            format!("{MAKE}/requestBody/payload/nome"),
            json!("x"),
            Warning,
            "unknown-property",
            format!("{MAKE}/requestBody/payload/nome"),
            "`name`",
        ),
        (
            format!("{MAKE}/requestBody/payload/age"),
            json!("three"),
            Error,
            "invalid-body-value",
            format!("{MAKE}/requestBody/payload/age"),
            "integer",
        ),
        (
            format!("{MAKE}/requestBody/payload/age"),
            json!("of {$inputs.name}"),
            Error,
            "invalid-body-value",
            format!("{MAKE}/requestBody/payload/age"),
            "embedded expressions",
        ),
        (
            format!("{MAKE}/requestBody/payload/size"),
            json!("m"),
            Error,
            "invalid-body-value",
            format!("{MAKE}/requestBody/payload/size"),
            "\"s\"",
        ),
        (
            format!("{MAKE}/requestBody/replacements"),
            json!([{"target": "/aage", "value": 1}]),
            Error,
            "unknown-property",
            format!("{MAKE}/requestBody/replacements/0/target"),
            "`age`",
        ),
        (
            format!("{MAKE}/x-expires"),
            json!("$response.body#/id"),
            Error,
            "invalid-expression",
            format!("{MAKE}/x-expires"),
            "`$outputs.NAME`",
        ),
        (
            format!("{MAKE}/x-expires"),
            json!(3600),
            Error,
            "invalid-expression",
            format!("{MAKE}/x-expires"),
            "does not name an output",
        ),
        (
            format!("{MAKE}/x-expires"),
            json!("$outputs.ids"),
            Error,
            "unknown-output",
            format!("{MAKE}/x-expires"),
            "`id`",
        ),
        (
            format!("{MAKE}/x-security"),
            json!([{"schemeName": "OAut", "values": {"token": "$inputs.name"}}]),
            Error,
            "unknown-scheme",
            format!("{MAKE}/x-security/0/schemeName"),
            "`OAuth`",
        ),
        (
            format!("{LIST}/x-security"),
            json!([{"schemeName": "Key", "values": {"token": "$inputs.name"}}]),
            Warning,
            "credential-not-sent",
            format!("{LIST}/x-security/0/schemeName"),
            "OAuth",
        ),
        (
            "/workflows/0/steps/-".into(),
            json!({"stepId": "secret", "operationId": "readSecret"}),
            Warning,
            "unsatisfied-security",
            "/workflows/0/steps/2".into(),
            "schemeName: Key",
        ),
        (
            "/workflows/1/steps/0/x-security".into(),
            json!([{"schemeName": "Key", "values": {"token": "t"}}]),
            Warning,
            "credential-not-sent",
            "/workflows/1/steps/0/x-security/0".into(),
            "move `x-security`",
        ),
        (
            "/workflows/1/steps/0/parameters/0/name".into(),
            json!("kin"),
            Error,
            "unknown-parameter",
            "/workflows/1/steps/0/parameters/0".into(),
            "`kind`",
        ),
        // Responses.
        (
            format!("{LIST}/outputs/first"),
            json!("$response.body#/0/owner/nam"),
            Warning,
            "unknown-response-property",
            format!("{LIST}/outputs/first"),
            "`name`",
        ),
        (
            format!("{LIST}/outputs/first"),
            json!("$response.body#/id"),
            Warning,
            "unknown-response-property",
            format!("{LIST}/outputs/first"),
            "`/0`",
        ),
        (
            format!("{LIST}/outputs/total"),
            json!("$response.header.X-Totl"),
            Warning,
            "undeclared-header",
            format!("{LIST}/outputs/total"),
            "`X-Total`",
        ),
        (
            format!("{MAKE}/successCriteria/0/condition"),
            json!("$statusCode == 200"),
            Warning,
            "undeclared-status",
            format!("{MAKE}/successCriteria/0/condition"),
            "201",
        ),
        (
            format!("{MAKE}/successCriteria/0/condition"),
            json!("$response.body#/ident == 1"),
            Warning,
            "unknown-response-property",
            format!("{MAKE}/successCriteria/0/condition"),
            "`/ident`",
        ),
        // References.
        (
            format!("{LIST}/parameters/0/value"),
            json!("$inputs.kinds"),
            Error,
            "unknown-input",
            format!("{LIST}/parameters/0/value"),
            "`kind`",
        ),
        (
            "/workflows/0/outputs/id".into(),
            json!("$steps.maker.outputs.id"),
            Error,
            "unknown-step",
            "/workflows/0/outputs/id".into(),
            "`make`",
        ),
        (
            "/workflows/0/outputs/id".into(),
            json!("$steps.make.outputs.ids"),
            Error,
            "unknown-output",
            "/workflows/0/outputs/id".into(),
            "`id`",
        ),
        (
            "/workflows/0/outputs/id".into(),
            json!("$statusCode"),
            Error,
            "invalid-expression",
            "/workflows/0/outputs/id".into(),
            "only available in a step",
        ),
        (
            format!("{LIST}/parameters/2/value"),
            json!("$steps.make.outputs.id"),
            Error,
            "forward-reference",
            format!("{LIST}/parameters/2/value"),
            "never runs before",
        ),
        (
            format!("{MAKE}/requestBody/payload/size"),
            json!("$steps.make.outputs.id"),
            Error,
            "forward-reference",
            format!("{MAKE}/requestBody/payload/size"),
            "an output of the same step",
        ),
        (
            format!("{MAKE}/requestBody/payload/size"),
            json!("$statusCode"),
            Error,
            "invalid-expression",
            format!("{MAKE}/requestBody/payload/size"),
            "not available before the response",
        ),
        (
            format!("{MAKE}/outputs/id"),
            json!("$workflows.twice.outputs.first"),
            Error,
            "missing-dependency",
            format!("{MAKE}/outputs/id"),
            "dependsOn: [twice]",
        ),
        (
            format!("{MAKE}/outputs/id"),
            json!("$request.body#/color"),
            Warning,
            "unknown-request-part",
            format!("{MAKE}/outputs/id"),
            "has no `$request.body#/color`",
        ),
        (
            format!("{MAKE}/outputs/id"),
            json!("$request.query.a"),
            Warning,
            "unknown-request-part",
            format!("{MAKE}/outputs/id"),
            "has no `$request.query.a`",
        ),
        (
            "/workflows/0/inputs/properties/other".into(),
            json!({"type": "string"}),
            Warning,
            "unused-input",
            "/workflows/0/inputs/properties/other".into(),
            "`other`",
        ),
        (
            "/workflows/0/inputs/required/-".into(),
            json!("nam"),
            Warning,
            "undeclared-input",
            "/workflows/0/inputs/required/1".into(),
            "`name`",
        ),
        (
            "/workflows/0/dependsOn".into(),
            json!(["nowhere"]),
            Error,
            "unknown-workflow",
            "/workflows/0/dependsOn/0".into(),
            "nowhere",
        ),
        (
            "/workflows/0/dependsOn".into(),
            json!(["adopt"]),
            Error,
            "circular-dependency",
            "/workflows/0/dependsOn".into(),
            "itself",
        ),
        // The flow.
        (
            format!("{LIST}/onSuccess"),
            goto("mke", true),
            Error,
            "unknown-step",
            format!("{LIST}/onSuccess/0/stepId"),
            "`make`",
        ),
        (
            format!("{LIST}/onSuccess"),
            goto("make", true),
            Warning,
            "redundant-goto",
            format!("{LIST}/onSuccess/0"),
            "`end`",
        ),
        (
            format!("{LIST}/onSuccess"),
            json!([{"name": "stop", "type": "end"}]),
            Warning,
            "unreachable-step",
            MAKE.into(),
            "`make`",
        ),
        (
            format!("{LIST}/onFailure"),
            json!([{"name": "a", "type": "end"}, {"name": "b", "type": "end"}]),
            Warning,
            "unreachable-action",
            format!("{LIST}/onFailure/1"),
            "put the action",
        ),
        (
            format!("{LIST}/onFailure/0/retryLimit"),
            json!(0),
            Warning,
            "retry-limit",
            format!("{LIST}/onFailure/0/retryLimit"),
            "`retryLimit` is 0",
        ),
        (
            format!("{LIST}/onFailure/0/retryAfter"),
            json!(100_000),
            Warning,
            "retry-after",
            format!("{LIST}/onFailure/0/retryAfter"),
            "day",
        ),
    ];
    for (pointer, value, severity, code, location, part) in rows {
        let mut defective = arazzo();
        put(&mut defective, &pointer, value.clone());
        let found = findings(&defective, &openapi());
        let matching = |finding: &&Diagnostic| {
            finding.code.as_str() == code
                && finding.severity == severity
                && finding.pointer == location
        };
        let row = format!("{pointer} = {value}: {found:#?}");
        let finding = found
            .iter()
            .find(matching)
            .unwrap_or_else(|| panic!("{code} at {location} is not reported for {row}"));
        let text = format!(
            "{} {}",
            finding.message,
            finding.help.as_deref().unwrap_or_default()
        );
        assert!(text.contains(part), "the message has no `{part}` for {row}");
        assert!(!finding.label.is_empty(), "{row}");
        // Consequences of the defect may also be reported, but no other diagnostics.
        let consequences = [
            "unused-input",
            "undeclared-input",
            "missing-parameter",
            "unknown-input",
        ];
        let others = found.iter().filter(|other| {
            other.code.as_str() != code && !consequences.contains(&other.code.as_str())
        });
        assert_eq!(others.count(), 0, "{row}");
    }
}
