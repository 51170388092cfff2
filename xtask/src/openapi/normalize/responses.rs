//! Pass that keeps one response per operation: progenitor panics if responses of one class have different types.
//!
//! Successes with different JSON bodies become one response with a union. Error responses are moved to
//! `x-error-responses` because the runtime handles them: it keeps status, headers and body of every error. Redirects
//! are removed, as well as a success without a value beside one with a value. All of them stay in the notes.

use serde_json::{Map, Value, json};

use super::request_bodies::is_media_type;
use super::{Context, ResponseNotes, walk};
use crate::diagnostic::child;
use crate::openapi::description::ApiDescription;
use crate::openapi::extensions::{ERRORS, STATUSES, is_extension};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let components = json!({"components": {"schemas": walk::components(document).cloned()}});
    let api = ApiDescription::new(&components);
    walk::each_operation(document, |location, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let responses = match operation.shift_remove("responses") {
            Some(Value::Object(responses)) => responses,
            _ => Map::new(),
        };
        let at = child(&location.pointer, "responses");
        let documented: Vec<ResponseNotes> = responses
            .iter()
            .filter(|(status, _)| !is_extension(status))
            .map(|(status, response)| {
                let mut notes = response_notes(api, status, response);
                // HTTP has no body here, whatever the document says.
                if location.method == "head" || ["204", "205", "304"].contains(&status.as_str()) {
                    notes.content.clear();
                }
                notes
            })
            .collect();
        let (kept, accepted) = choose(&documented);
        let union = kept.and_then(|kept| union(kept, &documented));
        for response in &documented {
            let is_kept = Some(&response.status) == kept.map(|k| &k.status)
                || union.is_some() && is_success(response) && json_schema(response).is_some();
            if !is_kept {
                context.changed(
                    child(&at, &response.status),
                    "removed the response, which the client does not decode",
                );
            }
        }
        let normalized = match (kept, union) {
            (Some(kept), Some(union)) => json!({ "2XX": {
                "description": kept.description,
                "content": {"application/json": {"schema": union}}
            } }),
            (Some(kept), None) => json!({ "2XX": simplified(kept) }),
            (None, _) => json!({"2XX": {"description": ""}}),
        };
        operation.insert("responses".into(), normalized);
        let errors = errors(&documented, kept);
        if !errors.is_empty() {
            operation.insert(ERRORS.into(), Value::Object(errors));
        }
        let not_modified = documented.iter().any(|response| response.status == "304");
        let is_text = kept.is_some_and(|kept| {
            let mut media_types = kept.content.iter().map(|(media_type, _)| media_type);
            !kept.content.is_empty() && media_types.all(|media_type| is_text(media_type))
        });
        let notes = context.notes.operations.entry(id).or_default();
        let has_value = kept.is_some_and(|kept| !kept.content.is_empty());
        notes.accepted = accepted || not_modified && has_value;
        notes.not_modified = not_modified;
        notes.is_text = is_text;
        notes.accept = kept.and_then(|kept| accept(kept, &documented));
        notes.responses = documented;
    });
}

fn response_notes(api: ApiDescription<'_>, status: &str, response: &Value) -> ResponseNotes {
    let map = |value: Option<&Value>| {
        value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    ResponseNotes {
        status: status.to_owned(),
        description: response["description"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        content: map(response.get("content"))
            .into_iter()
            .map(|(name, media_type)| {
                let schema = media_type.get("schema").cloned().unwrap_or_default();
                let is_json = !is_json(&name)
                    && name.contains('*')
                    && api.is_json_response(&name, Some(&schema));
                (
                    if is_json {
                        "application/json".to_owned()
                    } else {
                        name
                    },
                    schema,
                )
            })
            .collect(),
        headers: map(response.get("headers")).into_iter().collect(),
    }
}

fn is_success(response: &ResponseNotes) -> bool {
    response.status.starts_with('2')
}

/// Returns the response that the method decodes, and `true` if a success without a value, such as 202 or 204, may be
/// returned instead.
fn choose(documented: &[ResponseNotes]) -> (Option<&ResponseNotes>, bool) {
    let best = documented
        .iter()
        .filter(|response| is_success(response))
        // In order of preference: a response with a value, a 200, the lowest status code.
        .min_by_key(|response| {
            (
                response.content.is_empty(),
                response.status != "200",
                response.status.clone(),
            )
        })
        // A single `default` response describes the success as well.
        .or_else(|| {
            documented
                .iter()
                .find(|response| response.status == "default" && documented.len() == 1)
        });
    let accepted = best.is_some_and(|best| {
        best.status != "202"
            && !best.content.is_empty()
            && documented
                .iter()
                .any(|other| is_success(other) && other.content.is_empty())
    });
    (best, accepted)
}

/// Returns the union of the JSON bodies of all successes, if they differ. That of `kept` comes first.
fn union(kept: &ResponseNotes, documented: &[ResponseNotes]) -> Option<Value> {
    json_schema(kept)?;
    let others = documented
        .iter()
        .filter(|response| is_success(response) && response.status != kept.status);
    let mut members: Vec<(Value, Vec<&str>)> = Vec::new();
    for response in std::iter::once(kept).chain(others) {
        let Some(schema) = json_schema(response) else {
            continue;
        };
        match members.iter_mut().find(|(known, _)| *known == schema) {
            Some((_, statuses)) => statuses.push(&response.status),
            None => members.push((schema, vec![&response.status])),
        }
    }
    if members.len() < 2 {
        return None;
    }
    let (mut schemas, mut statuses) = (Vec::new(), Vec::new());
    for (mut schema, of) in members {
        // An inline schema with a title becomes a type of that name.
        if let (Some(map), Some(status)) = (schema.as_object_mut(), of.first())
            && !map.contains_key("$ref")
        {
            map.entry("title")
                .or_insert_with(|| json!(format!("Status{status}")));
            let described = format!("Body of a response with status {status}.");
            map.entry("description").or_insert_with(|| json!(described));
        }
        schemas.push(schema);
        statuses.push(of);
    }
    Some(json!({"oneOf": schemas, STATUSES: statuses}))
}

/// Returns the error responses with a JSON body.
fn errors(documented: &[ResponseNotes], kept: Option<&ResponseNotes>) -> Map<String, Value> {
    let is_error = |status: &str| status.starts_with(['4', '5']) || status == "default";
    let errors = documented.iter().filter(|response| {
        is_error(&response.status) && Some(&response.status) != kept.map(|kept| &kept.status)
    });
    errors
        .filter_map(|response| {
            let (_, schema) = json_content(response)?;
            let content = json!({"content": {"application/json": {"schema": schema}}});
            schema
                .is_object()
                .then(|| (response.status.clone(), content))
        })
        .collect()
}

/// Returns the media types of the JSON of all successes, unless that is `application/json` alone.
fn accept(kept: &ResponseNotes, documented: &[ResponseNotes]) -> Option<String> {
    const JSON: &str = "application/json";
    json_content(kept)?;
    let others = documented
        .iter()
        .filter(|response| is_success(response) && response.status != kept.status);
    let mut accepted: Vec<&str> = Vec::new();
    for response in std::iter::once(kept).chain(others) {
        let mut names = response.content.iter().map(|(name, _)| name.as_str());
        let is_plain = |name: &str| {
            let essence = name.split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case(JSON)
        };
        let preferred = match names.any(is_plain) {
            true => JSON,
            false => match json_content(response) {
                Some((name, _)) if is_media_type(name) => name,
                _ => continue,
            },
        };
        if !accepted.contains(&preferred) {
            accepted.push(preferred);
        }
    }
    (!accepted.is_empty() && accepted != [JSON]).then(|| accepted.join(", "))
}

fn json_content(response: &ResponseNotes) -> Option<&(String, Value)> {
    let mut content = response.content.iter();
    content.find(|(media_type, _)| is_json(media_type))
}

/// Returns the schema of a JSON body. JSON without a schema is any JSON value.
fn json_schema(response: &ResponseNotes) -> Option<Value> {
    let (_, schema) = json_content(response)?;
    Some(match schema.is_null() {
        true => json!({}),
        false => schema.clone(),
    })
}

/// Returns the response in one of three forms: JSON, bytes, or no content.
fn simplified(notes: &ResponseNotes) -> Value {
    let mut response = json!({"description": notes.description});
    if let Some(schema) = json_schema(notes) {
        response["content"] = json!({"application/json": {"schema": schema}});
    } else if !notes.content.is_empty() {
        response["content"] =
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}});
    }
    response
}

/// Returns `true` for a media type of text that is read whole: not for a stream of events, nor for tables, which can
/// have any size.
fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let streamed = ["text/event-stream", "text/csv", "text/tab-separated-values"];
    (essence.starts_with("text/") && !streamed.contains(&essence.as_str()))
        || essence == "application/xml"
        || essence.ends_with("+xml") && !essence.starts_with("image/")
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::super::Notes;
    use super::super::testing::{run as pass, with_operation};
    use super::*;

    fn remaining(responses: Value) -> (Value, Notes) {
        let (document, notes, codes) = pass(run, with_operation(json!({"responses": responses})));
        assert!(codes.is_empty());
        (
            document["paths"]["/x/{id}"]["get"]["responses"].clone(),
            notes,
        )
    }

    #[test]
    fn removes_errors_and_redirects_but_notes_them() {
        let schema = json!({"type": "object"});
        let (response_object, notes) = remaining(json!({
            "200": {"description": "ok", "content": {"application/json": {"schema": {"type": "string"}}}},
            "302": {"description": "elsewhere"},
            "429": {"description": "slow down", "content": {"application/json": {"schema": schema}}},
            "default": {"description": "bad"}
        }));
        assert_eq!(
            response_object,
            json!({"2XX": {"description": "ok", "content": {"application/json": {"schema": {"type": "string"}}}}})
        );
        let documented = &notes.operations["getX"].responses;
        let statuses: Vec<_> = documented.iter().map(|r| r.status.as_str()).collect();
        assert_eq!(statuses, ["200", "302", "429", "default"]);
        assert_eq!(
            documented[2].content,
            [("application/json".to_owned(), schema)]
        );
        assert!(!notes.accepted("getX"));
    }

    fn json_of(schema: Value) -> Value {
        json!({"description": "", "content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn successes_with_different_bodies_become_a_union() {
        let thing = json!({"$ref": "#/components/schemas/Thing"});
        let (response_object, notes) = remaining(json!({
            "201": json_of(json!({"type": "object"})),
            "200": json_of(thing.clone()),
            "203": json_of(thing.clone()),
            "2XX": json_of(json!({"type": "string", "title": "Text", "description": "A text."})),
            "204": {"description": "none"}
        }));
        let schema = &response_object["2XX"]["content"]["application/json"]["schema"];
        let other = json!({
            "type": "object",
            "title": "Status201",
            "description": "Body of a response with status 201."
        });
        let text = json!({"type": "string", "title": "Text", "description": "A text."});
        assert_eq!(schema["oneOf"], json!([thing, other, text]));
        assert_eq!(schema[STATUSES], json!([["200", "203"], ["201"], ["2XX"]]));
        assert!(notes.accepted("getX"));
    }

    #[test]
    fn the_client_accepts_the_declared_names_of_json() {
        let of = |names: &[&str]| {
            let content: Map<String, Value> = names
                .iter()
                .map(|name| ((*name).to_owned(), json!({"schema": {"type": "object"}})))
                .collect();
            json!({"description": "", "content": content})
        };
        for (responses, accept) in [
            (
                json!({"200": of(&["application/json; charset=utf-8"])}),
                None,
            ),
            (
                json!({"200": of(&["application/hal+json", "application/json"])}),
                None,
            ),
            (json!({"200": of(&["image/png"])}), None),
            (
                json!({"200": of(&["text/csv", "application/hal+json"]), "404": of(&["application/problem+json"])}),
                Some("application/hal+json"),
            ),
            (
                json!({"200": of(&["application/json"]), "201": of(&["application/vnd.a+json"])}),
                Some("application/json, application/vnd.a+json"),
            ),
            (json!({"200": of(&["application/é+json"])}), None),
        ] {
            let (_, notes) = remaining(responses.clone());
            assert_eq!(notes.accept("getX"), accept, "{responses}");
        }
    }

    #[test]
    fn keeps_errors_with_a_json_body_apart() {
        let problem = json!({"type": "object"});
        let responses = json!({
            "200": {"description": "ok"},
            "404": json_of(problem.clone()),
            "410": {"description": "gone", "content": {"application/json": {}}},
            "500": {"description": "broken", "content": {"text/html": {"schema": problem}}},
            "default": {"description": "", "content": {"application/problem+json": {"schema": problem}}}
        });
        let (document, _, _) = pass(run, with_operation(json!({"responses": responses})));
        let errors = &document["paths"]["/x/{id}"]["get"][ERRORS];
        let content = json!({"content": {"application/json": {"schema": problem}}});
        assert_eq!(*errors, json!({"404": content, "default": content}));
    }

    #[test]
    fn a_documented_304_is_an_outcome_without_a_value() {
        for (responses, accepted) in [
            (
                json!({"200": json_of(json!({})), "304": {"description": ""}}),
                true,
            ),
            (
                json!({"200": {"description": ""}, "304": {"description": ""}}),
                false,
            ),
        ] {
            let (_, notes) = remaining(responses);
            assert!(notes.not_modified("getX"));
            assert_eq!(notes.accepted("getX"), accepted);
        }
    }

    #[test]
    fn statuses_and_methods_without_a_body_have_no_content() {
        let body = json_of(json!({"type": "object"}));
        let (response_object, notes) = remaining(json!({"200": body, "204": body}));
        assert!(response_object["2XX"].get("content").is_some());
        assert!(notes.accepted("getX"));
        let (response_object, _) = remaining(json!({"204": body}));
        assert!(response_object["2XX"].get("content").is_none());
        let mut document = with_operation(json!({"responses": {"200": body}}));
        let item = &mut document["paths"]["/x/{id}"];
        item["head"] = item["get"].take();
        let document = pass(run, document).0;
        let success = &document["paths"]["/x/{id}"]["head"]["responses"]["2XX"];
        assert!(success.get("content").is_none(), "{success}");
    }

    #[test]
    fn notes_a_202_without_a_value() {
        let (response_object, notes) = remaining(json!({
            "202": {"description": "later"},
            "200": {"description": "now", "content": {"application/json": {"schema": {}}}}
        }));
        assert_eq!(response_object["2XX"]["description"], "now");
        assert!(notes.accepted("getX"));
    }

    #[test]
    fn a_single_202_is_the_success() {
        let (response_object, notes) = remaining(json!({"202": {"description": "later"}}));
        assert_eq!(response_object, json!({"2XX": {"description": "later"}}));
        assert!(!notes.accepted("getX"));
    }

    #[test]
    fn json_media_types_are_json_and_all_others_are_bytes() {
        let content = |media_type: &str| {
            remaining(json!({"200": {"description": "", "content": {media_type: {"schema": {"type": "integer"}}}}})).0["2XX"]["content"].clone()
        };
        for json in [
            "application/json; charset=utf-8",
            "application/problem+json",
            "application/json",
        ] {
            assert_eq!(
                content(json),
                json!({"application/json": {"schema": {"type": "integer"}}})
            );
        }
        for bytes in ["application/octet-stream", "text/html"] {
            assert_eq!(
                content(bytes),
                json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
            );
        }
    }

    #[test]
    fn behind_a_range_of_media_types_the_schema_tells_whether_the_body_is_json() {
        let content = |media_type: &str, schema: Value| {
            let response = json!({"description": "", "content": {media_type: {"schema": schema}}});
            let remaining = remaining(json!({"200": response})).0;
            let content = remaining["2XX"]["content"].as_object().cloned();
            content.and_then(|content| content.keys().next().cloned())
        };
        let structured = [
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"properties": {"id": {"type": "string"}}}),
            json!({"allOf": [{"type": "object"}]}),
        ];
        for range in ["*/*", "application/*"] {
            for schema in &structured {
                let media_type = content(range, schema.clone());
                assert_eq!(media_type.as_deref(), Some("application/json"), "{schema}");
            }
            for schema in [json!({"type": "string"}), json!({})] {
                let media_type = content(range, schema);
                assert_eq!(media_type.as_deref(), Some("application/octet-stream"));
            }
        }
        let image = content("image/*", structured[0].clone());
        assert_eq!(image.as_deref(), Some("application/octet-stream"));
    }

    #[test]
    fn json_without_a_schema_is_any_json_value() {
        let (response_object, _) =
            remaining(json!({"200": {"description": "", "content": {"application/json": {}}}}));
        assert_eq!(
            response_object["2XX"]["content"],
            json!({"application/json": {"schema": {}}})
        );
    }

    #[test]
    fn prefers_a_200_with_a_value() {
        let value = |name: &str| json!({"description": name, "content": {"application/json": {"schema": {}}}});
        let (response_object, _) =
            remaining(json!({"201": value("a"), "200": value("b"), "204": {"description": "c"}}));
        assert_eq!(response_object["2XX"]["description"], "b");
    }

    #[test]
    fn a_single_default_is_the_success_and_errors_alone_have_no_value() {
        assert_eq!(
            remaining(json!({"404": {"description": "no"}})).0,
            json!({"2XX": {"description": ""}})
        );
        assert_eq!(
            remaining(json!({"default": {"description": "d"}})).0["2XX"]["description"],
            "d"
        );
    }
}
