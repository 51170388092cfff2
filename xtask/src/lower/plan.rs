//! Assignment of the values of a step to slots: parameters, credentials, the body, and inputs of another workflow.
//!
//! The types of the values are not checked yet.

use std::borrow::Cow;

use serde_json::Value;

use super::Client;
use super::callee::{LoweredWorkflow, Target};
use super::convert::of_client;
use super::expand::{form_body, form_names};
use super::operation::{CalledOperation, leading_text};
use super::report::{Reported, all};
use super::slot::{Shape, Slot};
use super::workflow::Lowering;
use crate::arazzo::document::{self, Location, Parameter, ReplacementError};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{Template, Text, TextPart};
use crate::diagnostic::Code;
use crate::lint::literal::{elements, same_spelling};
use crate::model::{ParameterLocation, Ty};
use crate::names::is_same_text;
use crate::openapi::index;

/// A value and its slot.
pub(crate) struct Planned<'a> {
    pub value: Cow<'a, Template>,
    pub slot: Slot<'a>,
    /// JSON Pointer of the value in the document.
    pub pointer: String,
}

/// A slot and its value, if any.
pub(crate) struct PlannedSlot<'a> {
    pub ty: Ty,
    pub value: Option<Planned<'a>>,
}

/// The call of a step.
// Short-lived and never stored in large numbers.
#[allow(clippy::large_enum_variant)]
pub(crate) enum CallPlan<'a> {
    Request(RequestPlan<'a>),
    Run(RunPlan<'a>),
}

/// The request of a step.
pub(crate) struct RequestPlan<'a> {
    pub called: CalledOperation<'a>,
    /// The arguments of the operation's method, without the body.
    pub arguments: Vec<PlannedSlot<'a>>,
    /// The body, if the operation takes one.
    pub body: Option<(&'a index::Body, Planned<'a>)>,
    /// Values that replace parts of a JSON body which is an expression.
    pub replaced: Vec<PlannedReplacement<'a>>,
    pub credentials: Vec<PlannedCredential<'a>>,
    pub undeclared: Vec<PlannedParameter<'a>>,
    pub timeout: Option<u64>,
}

/// A value that replaces a part of the body.
pub(crate) struct PlannedReplacement<'a> {
    /// JSON Pointer in the body.
    pub target: String,
    /// The declared type of the target, if any.
    pub ty: Option<Ty>,
    pub value: Planned<'a>,
}

/// A credential of one step.
pub(crate) struct PlannedCredential<'a> {
    pub scheme: &'a str,
    pub value: Planned<'a>,
}

/// A parameter that the operation does not declare.
pub(crate) struct PlannedParameter<'a> {
    pub name: &'a str,
    pub location: ParameterLocation,
    pub value: Planned<'a>,
}

/// The run of another workflow.
pub(crate) struct RunPlan<'a> {
    pub lowered: &'a LoweredWorkflow,
    /// The inputs of the workflow, in order.
    pub inputs: Vec<PlannedSlot<'a>>,
}

impl<'a> CallPlan<'a> {
    /// Returns all values that the step sends.
    pub(crate) fn values(&self) -> Vec<&Planned<'a>> {
        match self {
            Self::Request(request) => {
                let arguments = request.arguments.iter().filter_map(|it| it.value.as_ref());
                let credentials = request.credentials.iter().map(|it| &it.value);
                let undeclared = request.undeclared.iter().map(|it| &it.value);
                let body = request.body.iter().map(|(_, value)| value);
                let replaced = request.replaced.iter().map(|it| &it.value);
                arguments
                    .chain(credentials)
                    .chain(undeclared)
                    .chain(body)
                    .chain(replaced)
                    .collect()
            }
            Self::Run(run) => run
                .inputs
                .iter()
                .filter_map(|it| it.value.as_ref())
                .collect(),
        }
    }
}

impl<'a> Lowering<'a> {
    /// Plans the call of a step.
    pub(crate) fn plan(
        &self,
        step: &'a document::Step,
        target: &Target<'a>,
    ) -> Result<CallPlan<'a>, Reported> {
        match target {
            Target::Operation(called) => self.request(step, *called).map(CallPlan::Request),
            Target::Workflow(lowered) => self.run(step, lowered).map(CallPlan::Run),
        }
    }

    fn request(
        &self,
        step: &'a document::Step,
        called: CalledOperation<'a>,
    ) -> Result<RequestPlan<'a>, Reported> {
        let declared = called.operation.arguments.iter();
        let arguments = all(declared.map(|argument| self.argument(step, called, argument)));
        let body = self.body(step, called);
        let credentials = all(step.security.iter().map(|it| self.credential(it)));
        let undeclared = self.undeclared(step, called).map(|mut undeclared| {
            undeclared.extend(synonym(step, called));
            undeclared
        });
        Ok(RequestPlan {
            called,
            arguments: arguments?,
            body: body?,
            replaced: self.replaced_later(step, called).unwrap_or_default(),
            credentials: credentials?,
            undeclared: undeclared?,
            timeout: step.timeout,
        })
    }

    fn argument(
        &self,
        step: &'a document::Step,
        called: CalledOperation<'a>,
        argument: &'a index::Argument,
    ) -> Result<PlannedSlot<'a>, Reported> {
        let ty = of_client(called.api, &argument.ty);
        let ty = if argument.required { ty } else { ty.optional() };
        let mut parameters = step.parameters.iter();
        let provided = parameters.find(|parameter| matches_argument(parameter, argument));
        if provided.is_none() && argument.required {
            let message = format!(
                "the operation `{}` requires the parameter `{}`",
                called.operation.id, argument.name
            );
            let at = self.reports.at(&step.pointer);
            return Err(self
                .reports
                .error(at.diagnostic(Code::MissingParameter, message)));
        }
        let value = |parameter: &'a Parameter| match element_type(&ty, self.clients) {
            Some(inner) => self.as_list(parameter, inner),
            None => Cow::Borrowed(&parameter.value),
        };
        Ok(PlannedSlot {
            value: provided.map(|parameter| Planned {
                value: value(parameter),
                slot: Slot {
                    ty: ty.clone(),
                    declaration: Some(Cow::Borrowed(&argument.declaration)),
                },
                pointer: parameter.value_pointer.clone(),
            }),
            ty,
        })
    }

    /// Returns the value of a list parameter. A single value that the document has for it becomes a list.
    fn as_list(&self, parameter: &'a Parameter, inner: &Ty) -> Cow<'a, Template> {
        let items = match &parameter.value {
            Template::Literal(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => {
                let items = elements(value, inner.inner().is_text());
                items.into_iter().map(Template::Literal).collect()
            }
            Template::Text(_) => vec![parameter.value.clone()],
            _ => return Cow::Borrowed(&parameter.value),
        };
        let message = format!(
            "the value is not a list, but the parameter `{}` takes one",
            parameter.name
        );
        let sent = match items.len() {
            1 => "sent as a list of one element".to_owned(),
            several => format!("sent as a list of {several} elements"),
        };
        let at = self.reports.at(&parameter.value_pointer);
        let warning = at.diagnostic(Code::TypeMismatch, message).label(sent);
        self.reports.warn(warning.help("write a list"));
        Cow::Owned(Template::Array(items))
    }

    fn body(
        &self,
        step: &'a document::Step,
        called: CalledOperation<'a>,
    ) -> Result<Option<(&'a index::Body, Planned<'a>)>, Reported> {
        let id = &called.operation.id;
        let Some(body) = &called.operation.body else {
            let Some(provided) = &step.body else {
                return Ok(None);
            };
            let message = format!("the operation `{id}` does not take a request body");
            let at = self.reports.at(&provided.pointer);
            return Err(self
                .reports
                .error(at.diagnostic(Code::UnexpectedBody, message)));
        };
        let planned = |value, pointer| {
            let slot = Slot {
                ty: of_client(called.api, &body.ty),
                declaration: Some(Cow::Borrowed(&body.declaration)),
            };
            Some((
                body,
                Planned {
                    value,
                    slot,
                    pointer,
                },
            ))
        };
        // A method takes bytes and text even if the body is optional.
        let default_body = || {
            Cow::Owned(Template::Literal(empty_body(&of_client(
                called.api, &body.ty,
            ))))
        };
        let Some(provided) = &step.body else {
            if body.required {
                let message = format!("the operation `{id}` requires a request body");
                let at = self.reports.at(&step.pointer);
                return Err(self
                    .reports
                    .error(at.diagnostic(Code::MissingBody, message)));
            }
            return Ok(match body.is_optional {
                true => None,
                false => planned(default_body(), step.pointer.clone()),
            });
        };
        let accepts = |wanted: &str| {
            same_media_type(&body.media_type, wanted)
                || body.synonyms.iter().any(|name| is_synonym(name, wanted))
        };
        if let Some(content_type) = &provided.content_type
            && !accepts(content_type)
        {
            let message =
                format!("the operation `{id}` does not accept the content type `{content_type}`");
            let at = self.reports.at(&provided.pointer);
            let error = at.diagnostic(Code::ContentType, message);
            let variants = called.operation.variants.iter();
            let bodies = std::iter::once(body).chain(variants.filter_map(|it| it.body.as_ref()));
            let accepted: Vec<&str> = bodies.map(|body| body.media_type.as_str()).collect();
            let help = format!("use `{}`", accepted.join("` or `"));
            return Err(self.reports.error(error.help(help)));
        }
        let payload = match self.replaced_later(step, called) {
            Some(_) => Ok(provided.payload.clone()),
            None => provided.replaced(),
        };
        let payload = payload.map_err(|(replacement, reason)| {
            let at = self.reports.at(&replacement.pointer);
            self.reports.error(at.unsupported(match reason {
                ReplacementError::Target => {
                    "a replacement whose target is neither a JSON Pointer nor a JSONPath query"
                }
                ReplacementError::Value => "a list, an object or a selector in XML",
                ReplacementError::Nothing => "a replacement whose target selects nothing",
                ReplacementError::Payload => {
                    "a replacement in a value that is not an object or a list"
                }
            }))
        })?;
        if let Some(payload) = &payload
            && body.media_type.contains("json")
            && !matches!(body.ty, index::Ty::String)
            && leading_text(payload).is_some_and(|text| text.trim_start().starts_with(['{', '[']))
        {
            let at = self.reports.at(&provided.pointer);
            let error = at.diagnostic(Code::InvalidValue, "the payload is not valid JSON");
            return Err(self
                .reports
                .error(error.help("correct it, or write it as an object")));
        }
        let is_form = form_body::is_form(&body.media_type);
        Ok(match payload {
            Some(payload) => {
                let payload = match is_form {
                    true => self.form(payload, body, called),
                    false => payload,
                };
                let pointer = format!("{}/payload", provided.pointer);
                planned(Cow::Owned(payload), pointer)
            }
            None if body.is_optional => None,
            None => planned(default_body(), provided.pointer.clone()),
        })
    }

    /// Returns the form of a body as an object, with the nested properties that the API declares.
    fn form(&self, payload: Template, body: &index::Body, called: CalledOperation<'a>) -> Template {
        let payload = form_body::fields(payload);
        let client = self.clients.get(called.api);
        let (Some(client), index::Ty::Struct(name)) = (client, &body.ty) else {
            return payload;
        };
        let declared = client.index.properties(name);
        form_names::nested(payload, |name| declared.iter().any(|it| it.name == name))
    }

    /// Returns the replacements in a JSON body that is an expression, whose parts are only known when it is sent.
    fn replaced_later(
        &self,
        step: &'a document::Step,
        called: CalledOperation<'a>,
    ) -> Option<Vec<PlannedReplacement<'a>>> {
        let provided = step.body.as_ref()?;
        let is_json = called.operation.body.as_ref()?.media_type.contains("json");
        let is_expression = matches!(provided.payload, Some(Template::Expression(_)));
        if !is_json || !is_expression || provided.replacements.is_empty() {
            return None;
        }
        let body = called.operation.body.as_ref()?;
        let index = self.clients.get(called.api).map(|client| client.index);
        let ty = |target: &str| {
            let found = index?.resolve(&body.ty, target).ok()?;
            Some(of_client(called.api, &found.ty).inner().clone())
        };
        let replaced = provided.replacements.iter().map(|replacement| {
            let is_pointer = (replacement.kind.as_deref()).is_none_or(|kind| kind == "jsonpointer");
            let target = Pointer::parse(replacement.target.trim_start_matches('#')).ok();
            let target = target.filter(|_| is_pointer)?.to_string();
            Some(PlannedReplacement {
                ty: ty(&target),
                target,
                value: Planned {
                    value: Cow::Borrowed(&replacement.value),
                    slot: Slot::of(Ty::Json.optional()),
                    pointer: format!("{}/value", replacement.pointer),
                },
            })
        });
        replaced.collect()
    }

    fn credential(
        &self,
        security: &'a document::Security,
    ) -> Result<PlannedCredential<'a>, Reported> {
        let values: Vec<(&str, &Template)> = security
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        let unsupported = |construct| {
            let at = self.reports.at(&security.pointer);
            self.reports.error(at.unsupported(construct))
        };
        let (value, pointer) = match values.as_slice() {
            [(name, value)] => (
                Cow::Borrowed(*value),
                format!("{}/values/{name}", security.pointer),
            ),
            // In either order.
            [("username", user), ("password", password)]
            | [("password", password), ("username", user)] => {
                let Some(both) = basic_credential(user, password) else {
                    return Err(unsupported("a username or password that is not a string"));
                };
                (Cow::Owned(both), format!("{}/values", security.pointer))
            }
            _ => {
                let construct = "a credential with other values than `username` and `password`";
                return Err(unsupported(construct));
            }
        };
        Ok(PlannedCredential {
            scheme: &security.scheme,
            value: Planned {
                value,
                slot: Slot::of(Ty::Secret),
                pointer,
            },
        })
    }

    /// Plans the parameters of a step that its operation does not declare, including credentials.
    fn undeclared(
        &self,
        step: &'a document::Step,
        called: CalledOperation<'a>,
    ) -> Result<Vec<PlannedParameter<'a>>, Reported> {
        let arguments = &called.operation.arguments;
        let undeclared = step.parameters.iter().filter(|parameter| {
            !arguments
                .iter()
                .any(|argument| matches_argument(parameter, argument))
        });
        let mut planned = Vec::new();
        for parameter in undeclared {
            let is_credential = self.is_credential(parameter, called);
            // The workflow's parameters apply to all steps, but not every operation declares them. `lint` warns.
            if parameter.inherited && !is_credential {
                continue;
            }
            planned.push(self.undeclared_location(parameter, called).map(|location| {
                // An input used here keeps the type of its schema, unless it is a credential.
                let ty = if is_credential { Ty::Secret } else { Ty::Json };
                PlannedParameter {
                    name: &parameter.name,
                    location,
                    value: Planned {
                        value: Cow::Borrowed(&parameter.value),
                        slot: Slot::of(ty),
                        pointer: parameter.value_pointer.clone(),
                    },
                }
            }));
        }
        all(planned)
    }

    fn undeclared_location(
        &self,
        parameter: &Parameter,
        called: CalledOperation<'a>,
    ) -> Result<ParameterLocation, Reported> {
        let at = self.reports.at(&parameter.pointer);
        let error = match parameter.location {
            Some(Location::Header) => return Ok(ParameterLocation::Header),
            Some(Location::Query) => return Ok(ParameterLocation::Query),
            Some(Location::Cookie) => return Ok(ParameterLocation::Cookie),
            Some(Location::QueryString) => {
                at.unsupported("a `querystring` parameter that is not a form string")
            }
            Some(Location::Path) | None => {
                let message = format!(
                    "the operation `{}` has no parameter `{}`",
                    called.operation.id, parameter.name
                );
                at.diagnostic(Code::UnknownParameter, message)
            }
        };
        Err(self.reports.error(error))
    }

    /// Returns `true` if a parameter is the credential of a security scheme.
    fn is_credential(&self, parameter: &Parameter, called: CalledOperation<'_>) -> bool {
        let location = match parameter.location {
            Some(it @ (Location::Header | Location::Query | Location::Cookie)) => it,
            Some(Location::Path | Location::QueryString) | None => return false,
        };
        let client = self.clients.get(called.api);
        client.is_some_and(|client| client.index.is_credential(&parameter.name, location))
    }

    /// Plans the run of another workflow.
    fn run(
        &self,
        step: &'a document::Step,
        lowered: &'a LoweredWorkflow,
    ) -> Result<RunPlan<'a>, Reported> {
        let workflow = &lowered.workflow;
        let inputs = workflow.inputs.iter().zip(&lowered.input_variables);
        let inputs = inputs.map(|(input, variable)| {
            let ty = match input.required {
                true => input.ty.clone(),
                false => input.ty.clone().optional(),
            };
            let mut parameters = step.parameters.iter();
            let provided = parameters.find(|parameter| parameter.name == input.id);
            if provided.is_none() && input.required {
                let message = format!(
                    "the workflow `{}` requires the input `{}`",
                    workflow.id, input.id
                );
                let at = self.reports.at(&step.pointer);
                return Err(self
                    .reports
                    .error(at.diagnostic(Code::MissingParameter, message)));
            }
            let properties = workflow.inputs_schema.pointer("/properties");
            let schema = properties.and_then(|properties| properties.get(&input.id));
            Ok(PlannedSlot {
                value: provided.map(|parameter| Planned {
                    value: Cow::Borrowed(&parameter.value),
                    slot: Slot {
                        ty: ty.clone(),
                        declaration: Some(Cow::Owned(index::Declaration {
                            variable: variable.clone(),
                            schema: schema.cloned().unwrap_or(Value::Null),
                            ..index::Declaration::default()
                        })),
                    },
                    pointer: parameter.value_pointer.clone(),
                }),
                ty,
            })
        });
        Ok(RunPlan {
            lowered,
            inputs: all(inputs)?,
        })
    }
}

/// Returns the `content-type` of a step that is not the one of the operation's method.
fn synonym<'a>(
    step: &'a document::Step,
    called: CalledOperation<'a>,
) -> Option<PlannedParameter<'a>> {
    let provided = step.body.as_ref()?;
    let wanted = provided.content_type.as_ref()?;
    let body = called.operation.body.as_ref()?;
    // The boundary of a multipart body is chosen when it is sent.
    let has_parameters = wanted.contains(';')
        && !is_same_text(&body.media_type, wanted)
        && !wanted
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("multipart/");
    let is_other = has_parameters
        || !same_media_type(&body.media_type, wanted)
            && body.synonyms.iter().any(|name| is_synonym(name, wanted));
    is_other.then(|| PlannedParameter {
        name: "content-type",
        location: ParameterLocation::Header,
        value: Planned {
            value: Cow::Owned(Template::Literal(Value::String(wanted.clone()))),
            slot: Slot::of(Ty::Json),
            pointer: provided.pointer.clone(),
        },
    })
}

/// Returns an empty body.
fn empty_body(ty: &Ty) -> Value {
    match ty.inner() {
        Ty::List(_) => Value::Array(Vec::new()),
        Ty::String | Ty::Text { .. } | Ty::Secret | Ty::Bytes => Value::String(String::new()),
        _ => Value::Object(serde_json::Map::new()),
    }
}

/// Returns the type of the elements of a list, which may be a named type.
fn element_type<'t>(ty: &'t Ty, clients: &[Client<'_>]) -> Option<&'t Ty> {
    match Shape::of(ty, clients) {
        Shape::List(inner) => Some(inner),
        Shape::Boxed(inner) | Shape::Wrapper(inner) => element_type(inner, clients),
        Shape::Struct(_) | Shape::Map(_) | Shape::Json(_) | Shape::None => None,
    }
}

/// Returns the credential of HTTP basic authentication.
fn basic_credential(user: &Template, password: &Template) -> Option<Template> {
    let parts = |value: &Template| match value {
        Template::Expression(expression) => Some(vec![TextPart::Expression(expression.clone())]),
        Template::Literal(Value::String(text)) => Some(vec![TextPart::Literal(text.clone())]),
        Template::Text(text) => Some(text.parts.clone()),
        _ => None,
    };
    let mut all = parts(user)?;
    all.push(TextPart::Literal(":".to_owned()));
    all.extend(parts(password)?);
    Some(Template::Text(Text { parts: all }))
}

fn matches_argument(parameter: &Parameter, argument: &index::Argument) -> bool {
    let location = match argument.location {
        index::ArgumentLocation::Path => Location::Path,
        index::ArgumentLocation::Query => Location::Query,
        index::ArgumentLocation::Header => Location::Header,
        index::ArgumentLocation::Cookie => Location::Cookie,
    };
    let has_name = match location {
        Location::Header => parameter.name.eq_ignore_ascii_case(&argument.name),
        Location::Path => same_spelling(&parameter.name, &argument.name),
        _ => parameter.name == argument.name,
    };
    has_name && parameter.location.is_none_or(|it| it == location)
}

/// Returns `true` if a media type is the synonym, or JSON in its range.
pub(crate) fn is_synonym(synonym: &str, wanted: &str) -> bool {
    let wanted = wanted.to_ascii_lowercase();
    match synonym.split_once('*') {
        Some((kind, _)) => {
            wanted.starts_with(&kind.to_ascii_lowercase()) && wanted.contains("json")
        }
        None => same_media_type(synonym, &wanted),
    }
}

/// Compares media types without their parameters, ignoring case.
pub(crate) fn same_media_type(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    plain(a) == plain(b)
}
