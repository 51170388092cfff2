//! Validation of a request against the document: credential, parameters, media type and body.

use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;

use crate::document::{Operation, Parameter, ParameterLocation};
use crate::response::Rejection;
use crate::route::ImpliedValue;
use crate::schema::ValueType;
use crate::state::{CONNECT_TOKEN, Caller, State};

/// Parts of a request that has not been validated.
pub(crate) struct RawRequest<'a> {
    pub(crate) path: &'a [(String, String)],
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
}

/// Returns the token of the `Authorization` header, if it is a bearer token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Returns the project that a Connect token implies.
///
/// The project is empty for an unknown token, because such a request is rejected later.
pub(crate) fn implied_value(headers: &HeaderMap, state: &State) -> Option<ImpliedValue> {
    let token = bearer(headers)?;
    let project = state.project_of(token).unwrap_or_default();
    token.starts_with("ctok_").then(|| ImpliedValue {
        scheme: CONNECT_TOKEN,
        value: project.to_owned(),
    })
}

/// Authenticates the caller and checks that the credential is accepted by the operation.
pub(crate) fn caller(
    operation: &Operation,
    raw: &RawRequest<'_>,
    state: &State,
) -> Result<Caller, Rejection> {
    if operation.security.is_empty() {
        return Ok(Caller::Anyone);
    }
    let token = bearer(raw.headers)
        .ok_or_else(|| Rejection::new(401, "missing bearer token in the Authorization header"))?;
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
                format!("requires {}, not {}", wanted.join(" or "), caller.scheme()),
            )
        })?;
    for scope in alternative.iter().flat_map(|it| &it.scopes) {
        if !caller.has_scope(scope) {
            return Err(Rejection::new(403, format!("missing scope {scope}")));
        }
    }
    Ok(caller)
}

/// Validates the parameters of an operation without a document of its own.
pub(crate) fn parameters(operation: &Operation, raw: &RawRequest<'_>) -> Result<(), Rejection> {
    let parameters = operation.parameters.iter();
    let findings = parameters.flat_map(|parameter| parameter_findings(parameter, raw));
    let findings: Vec<String> = findings.collect();
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Rejection::invalid(findings.join("; "))),
    }
}

/// Validates parameters and body against the document, and returns the decoded body.
pub(crate) fn request(operation: &Operation, raw: &RawRequest<'_>) -> Result<Value, Rejection> {
    let mut findings = Vec::new();
    for parameter in &operation.parameters {
        findings.extend(parameter_findings(parameter, raw));
    }
    for (name, _) in raw.query {
        if !operation
            .parameters(ParameterLocation::Query)
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

fn parameter_findings(parameter: &Parameter, raw: &RawRequest<'_>) -> Vec<String> {
    let name = &parameter.name;
    let (location, texts): (_, Vec<&str>) = match parameter.location {
        ParameterLocation::Path => ("path", named(raw.path, name)),
        ParameterLocation::Query => ("query", named(raw.query, name)),
        ParameterLocation::Header => {
            let values = raw.headers.get_all(name).iter();
            let texts = values.filter_map(|it| std::str::from_utf8(it.as_bytes()).ok());
            ("header", texts.collect())
        }
    };
    let value = match (parameter.schema.value_type(), texts.as_slice()) {
        (_, []) if parameter.required => {
            return vec![format!("{location} parameter {name}: missing")];
        }
        (_, []) => return Vec::new(),
        (ValueType::Array, texts) => texts.iter().map(|text| Value::from(*text)).collect(),
        (value_type, [text]) => value_type.parse(text),
        (_, _) => return vec![format!("{location} parameter {name}: repeated")],
    };
    let findings = parameter.schema.findings(&value).into_iter();
    findings
        .map(|finding| format!("{location} parameter {name}: {finding}"))
        .collect()
}

fn named<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let pairs = pairs.iter().filter(|(known, _)| known == name);
    pairs.map(|(_, value)| value.as_str()).collect()
}

fn body(
    operation: &Operation,
    raw: &RawRequest<'_>,
    findings: &mut Vec<String>,
) -> Result<Value, Rejection> {
    if operation.is_proxy() {
        return Ok(serde_json::from_slice(raw.body).unwrap_or_default());
    }
    let Some(expected) = &operation.body else {
        if !raw.body.is_empty() {
            findings.push("body: not allowed for this operation".to_owned());
        }
        return Ok(Value::Null);
    };
    if raw.body.is_empty() {
        // The document marks most bodies as optional, even if their schema has required properties.
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
            format!("body: {media_type:?} is not a media type of the operation"),
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

/// Returns the media type without its parameters.
fn media_type(headers: &HeaderMap) -> &str {
    let text = headers.get(header::CONTENT_TYPE);
    let text = text.and_then(|it| it.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim()
}

/// Returns the mismatches between a response of the fake and the document; used by the tests of this crate.
#[cfg(test)]
pub(crate) fn response(
    operation: &Operation,
    response: &crate::response::FakeResponse,
) -> Vec<String> {
    let status = response.status_code().as_u16();
    if operation.is_proxy() {
        // The document does not describe the responses of proxied hosts.
        return Vec::new();
    }
    let Some(media_types) = operation.responses.get(&status) else {
        return vec![format!("{}: {status} is not in the document", operation.id)];
    };
    let received = media_type(response.header_map());
    if media_types.is_empty() {
        return match response.content().is_empty() {
            true => Vec::new(),
            false => vec![format!("{}: {status} has no body", operation.id)],
        };
    }
    let Some(schema) = media_types.get(received) else {
        return match media_types.contains_key("*/*") {
            true => Vec::new(),
            false => vec![format!(
                "{}: {received:?} is not in the document",
                operation.id
            )],
        };
    };
    if received != "application/json" {
        return Vec::new();
    }
    let value = serde_json::from_slice(response.content()).unwrap_or_default();
    let findings = schema.findings(&value).into_iter();
    findings
        .map(|finding| format!("{}: {finding}", operation.id))
        .collect()
}
