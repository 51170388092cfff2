//! Holds a request against the document: credential, parameters, media type and body.

use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;

use crate::document::{Operation, Parameter, Place};
use crate::response::Rejection;
use crate::route::Said;
use crate::schema::Kind;
use crate::state::{CONNECT_TOKEN, Caller, State};

/// A request taken apart, before anything is known to be right with it.
pub(crate) struct Raw<'a> {
    pub(crate) path: &'a [(String, String)],
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
}

/// The token of the `Authorization` header, if it is a bearer token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What the credential of a request says by itself: a Connect token says its project. Of one that is not known the
/// project is not known either; such a request is refused soon.
pub(crate) fn said(headers: &HeaderMap, state: &State) -> Option<Said> {
    let token = bearer(headers)?;
    let project = state.project_of(token).unwrap_or_default();
    token.starts_with("ctok_").then(|| Said {
        scheme: CONNECT_TOKEN,
        value: project.to_owned(),
    })
}

/// Who is calling, if that one may call this operation at all.
pub(crate) fn caller(
    operation: &Operation,
    raw: &Raw<'_>,
    state: &State,
) -> Result<Caller, Rejection> {
    if operation.security.is_empty() {
        return Ok(Caller::Anyone);
    }
    let token = bearer(raw.headers)
        .ok_or_else(|| Rejection::new(401, "no bearer token in the Authorization header"))?;
    let caller = state
        .caller(token)
        .ok_or_else(|| Rejection::new(401, "the token is unknown or has expired"))?;
    let alternative = operation
        .security
        .iter()
        .find(|schemes| schemes.iter().any(|it| it.scheme == caller.scheme()))
        .ok_or_else(|| {
            let wanted: Vec<&str> = operation
                .security
                .iter()
                .flatten()
                .map(|it| it.scheme.as_str())
                .collect();
            Rejection::new(
                403,
                format!("takes {}, not {}", wanted.join(" or "), caller.scheme()),
            )
        })?;
    for scope in alternative.iter().flat_map(|it| &it.scopes) {
        if !caller.has_scope(scope) {
            return Err(Rejection::new(
                403,
                format!("the token lacks the scope {scope}"),
            ));
        }
    }
    Ok(caller)
}

/// Whether parameters and body are as the document has them. Gives the body, decoded.
pub(crate) fn request(operation: &Operation, raw: &Raw<'_>) -> Result<Value, Rejection> {
    let mut findings = Vec::new();
    for parameter in &operation.parameters {
        findings.extend(parameter_findings(parameter, raw));
    }
    for (name, _) in raw.query {
        if !operation
            .parameters(Place::Query)
            .any(|it| it.name == *name)
        {
            findings.push(format!("query parameter {name}: not in the document"));
        }
    }
    let body = body(operation, raw, &mut findings)?;
    if findings.is_empty() {
        Ok(body)
    } else {
        Err(Rejection::new(400, findings.join("; ")))
    }
}

fn parameter_findings(parameter: &Parameter, raw: &Raw<'_>) -> Vec<String> {
    let name = &parameter.name;
    let (place, texts): (_, Vec<&str>) = match parameter.place {
        Place::Path => ("path", named(raw.path, name)),
        Place::Query => ("query", named(raw.query, name)),
        Place::Header => {
            let values = raw.headers.get_all(name).iter();
            ("header", values.filter_map(|it| it.to_str().ok()).collect())
        }
    };
    let value = match (parameter.schema.kind(), texts.as_slice()) {
        (_, []) if parameter.required => return vec![format!("{place} parameter {name}: missing")],
        (_, []) => return Vec::new(),
        (Kind::Array, texts) => texts.iter().map(|text| Value::from(*text)).collect(),
        (kind, [text]) => kind.read(text),
        (_, _) => return vec![format!("{place} parameter {name}: given more than once")],
    };
    let findings = parameter.schema.findings(&value).into_iter();
    findings
        .map(|finding| format!("{place} parameter {name}: {finding}"))
        .collect()
}

fn named<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let pairs = pairs.iter().filter(|(known, _)| known == name);
    pairs.map(|(_, value)| value.as_str()).collect()
}

fn body(
    operation: &Operation,
    raw: &Raw<'_>,
    findings: &mut Vec<String>,
) -> Result<Value, Rejection> {
    if operation.forwards() {
        return Ok(serde_json::from_slice(raw.body).unwrap_or_default());
    }
    let Some(expected) = &operation.body else {
        if !raw.body.is_empty() {
            findings.push("body: the operation takes none".to_owned());
        }
        return Ok(Value::Null);
    };
    if raw.body.is_empty() {
        // The document leaves most bodies optional; a schema with required fields cannot mean it.
        let needed = expected.required
            || expected.media_types.values().any(|schema| {
                !schema
                    .findings(&Value::Object(Default::default()))
                    .is_empty()
            });
        if needed {
            findings.push("body: missing".to_owned());
        }
        return Ok(Value::Null);
    }
    let media_type = media_type(raw.headers);
    let Some(schema) = expected.media_types.get(media_type) else {
        return Err(Rejection::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("body: {media_type:?} is no media type of the operation"),
        ));
    };
    let Ok(value) = serde_json::from_slice::<Value>(raw.body) else {
        findings.push("body: not JSON".to_owned());
        return Ok(Value::Null);
    };
    let wrong = schema.findings(&value).into_iter();
    findings.extend(wrong.map(|finding| format!("body: {finding}")));
    Ok(value)
}

/// The media type alone, without its parameters.
fn media_type(headers: &HeaderMap) -> &str {
    let text = headers.get(header::CONTENT_TYPE);
    let text = text.and_then(|it| it.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim()
}

/// What is wrong with one of the fake's own answers, for its tests.
#[cfg(test)]
pub(crate) fn answer(operation: &Operation, answer: &crate::response::FakeResponse) -> Vec<String> {
    let status = answer.status_code().as_u16();
    if operation.forwards() {
        // What a foreign host answers is its own affair.
        return Vec::new();
    }
    let Some(media_types) = operation.answers.get(&status) else {
        return vec![format!("{}: {status} is not in the document", operation.id)];
    };
    let came = media_type(answer.header_map());
    if media_types.is_empty() {
        return match answer.content().is_empty() {
            true => Vec::new(),
            false => vec![format!("{}: {status} has no body", operation.id)],
        };
    }
    let Some(schema) = media_types.get(came) else {
        return match media_types.contains_key("*/*") {
            true => Vec::new(),
            false => vec![format!("{}: {came:?} is not in the document", operation.id)],
        };
    };
    if came != "application/json" {
        return Vec::new();
    }
    let value = serde_json::from_slice(answer.content()).unwrap_or_default();
    let findings = schema.findings(&value).into_iter();
    findings
        .map(|finding| format!("{}: {finding}", operation.id))
        .collect()
}
