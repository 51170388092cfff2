//! Removes every answer but one: progenitor panics where answers of one class differ in type.
//!
//! Error answers go because what the client makes of them is not what it should: the runtime keeps status, headers and
//! body of any of them. So do redirects, and a 202 beside a success with a value, which is noted instead. What the
//! document says about all of them stays in the notes.

use serde_json::{Map, Value, json};

use super::{Answer, Context, walk};
use crate::diagnostic::child;
use crate::openapi::extensions::is_extension;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_operation(document, |site, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let responses = match operation.shift_remove("responses") {
            Some(Value::Object(responses)) => responses,
            _ => Map::new(),
        };
        let at = child(&site.pointer, "responses");
        let answers: Vec<Answer> = responses
            .iter()
            .filter(|(status, _)| !is_extension(status))
            .map(|(status, response)| answer(status, response))
            .collect();
        let (kept, accepted) = choose(&answers);
        for answer in &answers {
            if Some(&answer.status) != kept.map(|k| &k.status) {
                context.changed(child(&at, &answer.status), "set the answer aside");
            }
        }
        let normal = match kept {
            Some(kept) => json!({ "2XX": plain(kept) }),
            None => json!({"2XX": {"description": ""}}),
        };
        operation.insert("responses".into(), normal);
        let notes = context.notes.operations.entry(id).or_default();
        notes.accepted = accepted;
        notes.answers = answers;
    });
}

fn answer(status: &str, response: &Value) -> Answer {
    let map = |value: Option<&Value>| {
        value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    Answer {
        status: status.to_owned(),
        description: response["description"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        content: map(response.get("content"))
            .into_iter()
            .map(|(name, media_type)| (name, media_type.get("schema").cloned().unwrap_or_default()))
            .collect(),
        headers: map(response.get("headers")).into_iter().collect(),
    }
}

fn is_success(answer: &Answer) -> bool {
    answer.status.starts_with('2')
}

/// The answer that the method gives, and whether a 202 without a value may come instead.
fn choose(answers: &[Answer]) -> (Option<&Answer>, bool) {
    let best = answers
        .iter()
        .filter(|answer| is_success(answer))
        // One with a value tells more than one without; of several the first number is the usual one.
        .min_by_key(|answer| {
            (
                answer.content.is_empty(),
                answer.status != "200",
                answer.status.clone(),
            )
        })
        // A document that describes its one answer as `default` means the success too.
        .or_else(|| {
            answers
                .iter()
                .find(|answer| answer.status == "default" && answers.len() == 1)
        });
    let accepted = best.is_some_and(|best| {
        best.status != "202"
            && !best.content.is_empty()
            && answers
                .iter()
                .any(|other| other.status == "202" && other.content.is_empty())
    });
    (best, accepted)
}

/// The answer in one of three forms: JSON, bytes, or nothing.
fn plain(answer: &Answer) -> Value {
    let mut response = json!({"description": answer.description});
    let json = answer
        .content
        .iter()
        .find(|(media_type, _)| is_json(media_type));
    if let Some((_, schema)) = json {
        // JSON of which nothing more is said is any JSON.
        let schema = if schema.is_null() {
            json!({})
        } else {
            schema.clone()
        };
        response["content"] = json!({"application/json": {"schema": schema}});
    } else if !answer.content.is_empty() {
        response["content"] =
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}});
    }
    response
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

    fn left(responses: Value) -> (Value, Notes) {
        let (document, notes, codes) = pass(run, with_operation(json!({"responses": responses})));
        assert!(codes.is_empty());
        (
            document["paths"]["/x/{id}"]["get"]["responses"].clone(),
            notes,
        )
    }

    #[test]
    fn errors_and_redirects_go_and_are_remembered() {
        let schema = json!({"type": "object"});
        let (left, notes) = left(json!({
            "200": {"description": "ok", "content": {"application/json": {"schema": {"type": "string"}}}},
            "302": {"description": "elsewhere"},
            "429": {"description": "slow down", "content": {"application/json": {"schema": schema}}},
            "default": {"description": "bad"}
        }));
        assert_eq!(
            left,
            json!({"2XX": {"description": "ok", "content": {"application/json": {"schema": {"type": "string"}}}}})
        );
        let answers = &notes.operations["getX"].answers;
        let statuses: Vec<_> = answers.iter().map(|a| a.status.as_str()).collect();
        assert_eq!(statuses, ["200", "302", "429", "default"]);
        assert_eq!(
            answers[2].content,
            [("application/json".to_owned(), schema)]
        );
        assert!(!notes.accepted("getX"));
    }

    #[test]
    fn a_202_without_a_value_is_noted() {
        let (left, notes) = left(json!({
            "202": {"description": "later"},
            "200": {"description": "now", "content": {"application/json": {"schema": {}}}}
        }));
        assert_eq!(left["2XX"]["description"], "now");
        assert!(notes.accepted("getX"));
    }

    #[test]
    fn a_lone_202_is_the_answer() {
        let (left, notes) = left(json!({"202": {"description": "later"}}));
        assert_eq!(left, json!({"2XX": {"description": "later"}}));
        assert!(!notes.accepted("getX"));
    }

    #[test]
    fn json_of_any_name_is_json_and_anything_else_is_bytes() {
        let of = |media_type: &str| {
            left(json!({"200": {"description": "", "content": {media_type: {"schema": {"type": "integer"}}}}})).0["2XX"]["content"].clone()
        };
        for json in [
            "application/json; charset=utf-8",
            "application/problem+json",
            "application/json",
        ] {
            assert_eq!(
                of(json),
                json!({"application/json": {"schema": {"type": "integer"}}})
            );
        }
        for bytes in ["*/*", "application/octet-stream", "text/html"] {
            assert_eq!(
                of(bytes),
                json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
            );
        }
    }

    #[test]
    fn json_without_a_schema_is_any_json() {
        let (left, _) =
            left(json!({"200": {"description": "", "content": {"application/json": {}}}}));
        assert_eq!(
            left["2XX"]["content"],
            json!({"application/json": {"schema": {}}})
        );
    }

    #[test]
    fn of_several_values_that_of_200_is_kept() {
        let value = |name: &str| json!({"description": name, "content": {"application/json": {"schema": {}}}});
        let (left, _) =
            left(json!({"201": value("a"), "200": value("b"), "204": {"description": "c"}}));
        assert_eq!(left["2XX"]["description"], "b");
    }

    #[test]
    fn no_success_means_no_value_and_a_lone_default_is_the_success() {
        assert_eq!(
            left(json!({"404": {"description": "no"}})).0,
            json!({"2XX": {"description": ""}})
        );
        assert_eq!(
            left(json!({"default": {"description": "d"}})).0["2XX"]["description"],
            "d"
        );
    }
}
