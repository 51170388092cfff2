//! Lookup of the operation that a step calls.

use serde_json::Value;

use super::read_expression::Response;
use super::report::{DocumentLocation, Reported, choices};
use super::workflow::Lowering;
use crate::arazzo::document::{self, OperationRef};
use crate::arazzo::sources::same_path;
use crate::arazzo::template::{Template, TextPart};
use crate::diagnostic::suggestion::nearest;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::convert::of_client;
use crate::lower::expand::form_body;
use crate::lower::plan::is_synonym;
use crate::model::ResponseBody;
use crate::names::is_same_text;
use crate::openapi::index::{self, Ty};

/// An operation, and the index of its client.
#[derive(Clone, Copy)]
pub(crate) struct CalledOperation<'a> {
    pub api: usize,
    pub operation: &'a index::Operation,
}

impl<'a> CalledOperation<'a> {
    /// Returns the response that expressions can read.
    pub(crate) fn response(&self) -> Response<'a> {
        Response::Operation {
            api: self.api,
            response_type: &self.operation.response,
            method: method(&self.operation.http),
        }
    }

    /// Returns the decoded body of its response.
    pub(crate) fn body(&self) -> ResponseBody {
        match &self.operation.response {
            index::ResponseType::Value(ty) => ResponseBody::Value(of_client(self.api, ty)),
            index::ResponseType::MaybeAccepted(ty) => {
                ResponseBody::MaybeAccepted(of_client(self.api, ty))
            }
            index::ResponseType::Empty | index::ResponseType::Stream => ResponseBody::Opaque,
        }
    }
}

impl<'a> Lowering<'a> {
    /// Finds the operation that a step refers to.
    pub(crate) fn operation(
        &self,
        wanted: &OperationRef,
        step: &document::Step,
    ) -> Result<CalledOperation<'a>, Reported> {
        let field = match wanted {
            OperationRef::Id { .. } => "operationId",
            OperationRef::Path { .. } => "operationPath",
        };
        let pointer = format!("{}/{field}", step.pointer);
        let at = self.reports.at(&pointer);
        let apis = self.apis(wanted, at)?;
        match self.matching(&apis, wanted).as_slice() {
            [only] => Ok(CalledOperation {
                operation: variant(only.operation, step.body.as_ref()),
                ..*only
            }),
            [] => Err(self
                .reports
                .error(self.unknown_operation(&display_name(wanted), at))),
            _ => {
                let message = format!(
                    "`{}` is ambiguous: several operations match",
                    display_name(wanted)
                );
                let error = at.diagnostic(Code::AmbiguousOperation, message);
                let help = "write `$sourceDescriptions.NAME.OPERATION-ID`";
                Err(self.reports.error(error.help(help)))
            }
        }
    }

    /// Returns the indices of the clients that can have an operation.
    fn apis(
        &self,
        wanted: &OperationRef,
        at: DocumentLocation<'_>,
    ) -> Result<Vec<usize>, Reported> {
        let sources = &self.linked.sources;
        let Some(name) = wanted.source() else {
            let mut apis: Vec<_> = sources.values().copied().collect();
            apis.sort_unstable();
            apis.dedup();
            return Ok(apis);
        };
        sources.get(name).map(|api| vec![*api]).ok_or_else(|| {
            let known: Vec<_> = sources.keys().map(String::as_str).collect();
            let message = format!("no source description `{name}` refers to an API description");
            let error = at.diagnostic(Code::UnknownSource, message);
            self.reports
                .error(error.help(choices("declared are", &known)))
        })
    }

    fn matching(&self, apis: &[usize], wanted: &OperationRef) -> Vec<CalledOperation<'a>> {
        let find = |matches: &dyn Fn(&index::Operation) -> bool| {
            let clients = apis
                .iter()
                .filter_map(|api| Some((*api, self.clients.get(*api)?)));
            let operations = clients.flat_map(|(api, client)| {
                let operations = client.index.operations.values();
                operations.map(move |operation| CalledOperation { api, operation })
            });
            let found = operations.filter(|called| matches(called.operation));
            found.collect::<Vec<_>>()
        };
        match wanted {
            OperationRef::Path { path, method, .. } => find(&|operation| {
                same_path(&operation.path, path)
                    && method
                        .as_ref()
                        .is_none_or(|method| operation.http.eq_ignore_ascii_case(method))
            }),
            OperationRef::Id { id, .. } => {
                let mut found = find(&|operation| declared_id(operation) == id);
                // Duplicate IDs are made unique, and one operation has kept the declared ID.
                if found.len() > 1 {
                    found.retain(|called| called.operation.id == *id);
                }
                // Other unambiguous spellings. `lint` reports them.
                if found.is_empty() {
                    found = find(&|operation| operation.id.eq_ignore_ascii_case(id));
                }
                if let (true, Some((source, short))) = (found.is_empty(), id.split_once('.')) {
                    let api = self.linked.sources.get(source);
                    found = find(&|operation| declared_id(operation) == short);
                    found.retain(|called| Some(&called.api) == api);
                }
                found
            }
        }
    }

    fn unknown_operation(&self, name: &str, at: DocumentLocation<'_>) -> Diagnostic {
        // `lint` reports operations that the API description does not declare.
        let omitted = "an operation that the API description declares was omitted from the client: see the warnings about it";
        let message = format!("there is no operation `{name}`");
        let error = at.diagnostic(Code::UnknownOperation, message);
        let sources = self.linked.sources.values();
        let clients = sources.filter_map(|api| self.clients.get(*api));
        let ids = clients.flat_map(|client| client.index.operations.keys());
        error.help(match nearest(name, ids) {
            Some(similar) => format!("did you mean `{similar}`? {omitted}"),
            None => omitted.to_owned(),
        })
    }
}

/// Returns the form of an operation that sends the media type of a body.
fn variant<'a>(
    operation: &'a index::Operation,
    body: Option<&document::Body>,
) -> &'a index::Operation {
    let Some(body) = body.filter(|_| !operation.variants.is_empty()) else {
        return operation;
    };
    let sending = |is: &dyn Fn(&str) -> bool| {
        let mut all = std::iter::once(operation).chain(&operation.variants);
        all.find(|operation| {
            let body = operation.body.as_ref();
            body.is_some_and(|body| is(&body.media_type) || body.synonyms.iter().any(|it| is(it)))
        })
    };
    let takes_text = operation
        .body
        .as_ref()
        .is_some_and(|body| !matches!(body.ty, Ty::Struct(_) | Ty::List(_) | Ty::Map(_)));
    let found = match (&body.content_type, &body.payload) {
        // Media types of several versions differ in a parameter only.
        (Some(wanted), _) => sending(&|name| is_same_text(name, wanted))
            .or_else(|| sending(&|name| is_synonym(name, wanted))),
        // Text has the media type of its syntax.
        (None, Some(payload)) if !takes_text => match leading_text(payload) {
            Some(text) if text.trim_start().starts_with('<') => sending(&|name| is_xml(name)),
            Some(text) if starts_as_form(text) => sending(&form_body::is_form),
            Some(_) => sending(&|name| name.starts_with("text/") && !is_xml(name)),
            None => None,
        },
        (None, _) => None,
    };
    found.unwrap_or(operation)
}

/// Returns the literal text at the start of a payload that is a string.
pub(crate) fn leading_text(payload: &Template) -> Option<&str> {
    match payload {
        Template::Literal(Value::String(text)) => Some(text),
        Template::Text(text) => match text.parts.first()? {
            TextPart::Literal(text) => Some(text),
            TextPart::Expression(_) | TextPart::Xml(_) => Some(""),
        },
        _ => None,
    }
}

fn is_xml(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

/// Returns `true` for text that starts with a name and `=`.
fn starts_as_form(text: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]%+".contains(&byte);
    let name = text.trim_start().split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(is_name))
}

fn declared_id(operation: &index::Operation) -> &str {
    operation.declared_id.as_ref().unwrap_or(&operation.id)
}

/// Returns the name of an operation for messages.
fn display_name(wanted: &OperationRef) -> String {
    match wanted {
        OperationRef::Id { id, .. } => id.clone(),
        OperationRef::Path { path, method, .. } => {
            let method = method.as_deref().unwrap_or_default().to_uppercase();
            format!("{method} {path}").trim().to_owned()
        }
    }
}

/// Returns the upper-case name of an HTTP method, or an empty string if it is unknown.
fn method(name: &str) -> &'static str {
    const METHODS: [&str; 8] = [
        "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE",
    ];
    let known = METHODS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name));
    known.copied().unwrap_or_default()
}
