//! Values that expressions read, and their types.

use super::Client;
use super::expand;
use super::report::{DocumentLocation, Reported, choices};
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Field, Named, Part, Resolved};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{QueryKind, Selector, Template, Text, TextPart};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::convert::{access, of_client};
use crate::model::{Access, Integer, Output, Read, ReadFrom, TextPiece, Ty, Workflow};
use crate::openapi::index;

/// The values that expressions of one workflow can read.
pub(crate) struct Context<'a> {
    pub clients: &'a [Client<'a>],
    pub workflow: &'a document::Workflow,
    /// The type of each declared input.
    pub inputs: Vec<Ty>,
    /// The outputs of each step: its declared outputs, then those of the workflow it runs.
    pub outputs: Vec<Vec<StepOutput<'a>>>,
}

/// An output of a step.
pub(crate) struct StepOutput<'a> {
    pub name: &'a str,
    pub inferred: Inferred,
}

/// The state of the inference of an output's type.
pub(crate) enum Inferred {
    /// Not inferred yet.
    Unknown,
    Known(OutputType),
    /// Failed with a reported error in the definition.
    Failed(Reported),
}

/// The type of an output of a step.
#[derive(Clone, Debug)]
pub(crate) struct OutputType {
    pub ty: Ty,
    /// `true` if the output is present whenever the step has finished.
    pub certain: bool,
    /// `true` if the API declares that the value may be null, which the type does not tell from an absent value.
    pub is_nullable: bool,
    /// The type in the client, for pointers into the value.
    pub client_type: Option<ClientType>,
}

/// A type of a client.
#[derive(Clone, Debug)]
pub(crate) struct ClientType {
    pub api: usize,
    pub ty: index::Ty,
}

/// The value that an expression reads.
pub(crate) struct TypedRead {
    pub read: Read,
    pub client_type: Option<ClientType>,
}

impl From<Read> for TypedRead {
    fn from(read: Read) -> Self {
        Self {
            read,
            client_type: None,
        }
    }
}

/// The response that expressions can read.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// No response, because the request has not been sent or the workflow has ended.
    NoResponse,
    /// The response of the step with this index.
    Response { step: usize, of: Response<'a> },
}

/// A response.
#[derive(Clone, Copy)]
pub(crate) enum Response<'a> {
    /// The response of an operation.
    Operation {
        api: usize,
        response_type: &'a index::ResponseType,
        /// The HTTP method, such as `GET`.
        method: &'static str,
    },
    /// The outputs of a workflow that the step runs.
    Outputs(&'a Workflow),
}

/// The reason why an expression has no type.
pub(crate) enum Untyped {
    /// The expression is invalid.
    Invalid(Diagnostic),
    /// The expression reads an output whose type is not inferred yet.
    Unknown,
    /// The expression reads an output with a reported error.
    Failed(Reported),
}

impl From<Diagnostic> for Untyped {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Invalid(diagnostic)
    }
}

impl<'a> Context<'a> {
    /// Reads the value of an expression.
    pub(crate) fn read(
        &self,
        expression: &Expression,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Untyped> {
        let text = expression.to_string();
        match expression {
            Expression::Input(named) => self.input(named, text, at).map(TypedRead::from),
            Expression::Step { step, output } => {
                let step = self.step(step, at)?;
                self.output(step, output, text, scope, at)
            }
            Expression::Workflow {
                workflow,
                field: Field::Outputs,
                name,
            } => match expand::workflows::step_of(self.workflow, workflow) {
                Some(step) => self.output(step, name, text, scope, at),
                None => Err(at
                    .unsupported(&format!("`{text}` of a workflow that several steps run"))
                    .help("read the output of one of these steps instead")
                    .into()),
            },
            Expression::Workflow {
                workflow,
                field: Field::Inputs,
                name,
            } => self.input_of(workflow, name, text, at),
            Expression::Method => match scope {
                Scope::Response {
                    of: Response::Operation { method, .. },
                    ..
                } => Ok(of_response(ReadFrom::Method(method), Ty::String, text).into()),
                _ => Err(no_response(&text, at).into()),
            },
            Expression::StatusCode => match scope {
                Scope::Response { .. } => {
                    let ty = Ty::Integer(Integer::U16);
                    Ok(of_response(ReadFrom::Status, ty, text).into())
                }
                Scope::NoResponse => Err(no_response(&text, at).into()),
            },
            Expression::Response(part) => self.response(part, text, scope, at),
            Expression::Output(named) => match scope {
                Scope::Response {
                    of: Response::Outputs(workflow),
                    ..
                } => output_of(workflow, named, text, at).map(TypedRead::from),
                _ => Err(no_response(&text, at).into()),
            },
            Expression::Url => match scope {
                Scope::Response {
                    of: Response::Operation { .. },
                    ..
                } => Ok(Read {
                    path: vec![Access::Url],
                    certain: false,
                    ..of_response(ReadFrom::Header, Ty::String, text)
                }
                .into()),
                _ => Err(no_response(&text, at).into()),
            },
            // `expand` has replaced it by the URI.
            Expression::SelfUri => {
                let message = "the document has no `$self`";
                let error = at.diagnostic(Code::InvalidExpression, message);
                Err(error.help("declare it beside `arazzo`").into())
            }
            Expression::Request(_)
            | Expression::Message(_)
            | Expression::Source { .. }
            | Expression::Component { .. } => Err(unsupported_as_value(&text, at).into()),
        }
    }

    /// Lowers the pieces of a string.
    pub(crate) fn pieces(
        &self,
        text: &Text,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Vec<TextPiece>, Untyped> {
        let piece = |part: &TextPart| match part {
            TextPart::Literal(text) => Ok(TextPiece::Constant(text.clone())),
            TextPart::Expression(expression) | TextPart::Xml(expression) => {
                let TypedRead { read, .. } = self.read(expression, scope, at)?;
                Ok(match (read.from, part) {
                    (ReadFrom::Method(method), _) => TextPiece::Constant(method.to_owned()),
                    (_, TextPart::Xml(_)) => TextPiece::Xml(read),
                    _ => TextPiece::Read(read),
                })
            }
        };
        text.parts.iter().map(piece).collect()
    }

    /// Reads the value that a query selects: any JSON value, which may be absent.
    pub(crate) fn selected(
        &self,
        selector: &Selector,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Read, Untyped> {
        let mut read = match (&selector.context, scope) {
            // With the properties that the type of the body does not declare.
            (
                expression @ Expression::Response(Part::Body(pointer)),
                Scope::Response {
                    of: Response::Operation { .. },
                    ..
                },
            ) => {
                self.read(expression, scope, at)?;
                raw_body(pointer, expression.to_string())
            }
            (expression, _) => self.read(expression, scope, at)?.read,
        };
        if read.ty.is_secret() || read.ty == Ty::Bytes {
            return Err(at.unsupported("a selector on a secret or on bytes").into());
        }
        read.expression = format!("{} of {}", selector.query, read.expression);
        read.path.push(match selector.kind {
            QueryKind::JsonPath => Access::JsonPath(selector.query.clone()),
            QueryKind::XPath => Access::XPath(selector.query.clone()),
        });
        read.ty = Ty::Json;
        read.certain = false;
        Ok(read)
    }

    /// Returns the list whose length an expression reads in dot notation, such as `$steps.find.outputs.list.length`.
    pub(crate) fn length_of(&self, expression: &Expression) -> Option<Expression> {
        let list = |named: &Named, resolved: Option<Resolved<'_>>| {
            let resolved = resolved.filter(|resolved| !resolved.standard)?;
            let (last, list) = resolved.pointer.tokens.split_last()?;
            (last == "length" && named.pointer.is_empty()).then(|| Named {
                name: resolved.name.to_owned(),
                pointer: Pointer {
                    tokens: list.to_vec(),
                },
            })
        };
        Some(match expression {
            Expression::Step { step, output } => {
                let number = self.workflow.step_index(step)?;
                let (_, resolved) = self.output_of_step(number, output)?;
                Expression::Step {
                    step: step.clone(),
                    output: list(output, Some(resolved))?,
                }
            }
            Expression::Workflow {
                workflow,
                field: Field::Outputs,
                name,
            } => {
                let number = expand::workflows::step_of(self.workflow, workflow)?;
                let (_, resolved) = self.output_of_step(number, name)?;
                Expression::Workflow {
                    workflow: workflow.clone(),
                    field: Field::Outputs,
                    name: list(name, Some(resolved))?,
                }
            }
            Expression::Input(named) => {
                let fields = &self.workflow.inputs.fields;
                let resolved = named.resolve(|name| fields.contains_key(name));
                Expression::Input(list(named, resolved)?)
            }
            _ => return None,
        })
    }

    fn response(
        &self,
        part: &Part,
        text: String,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Untyped> {
        let Scope::Response { of, .. } = scope else {
            return Err(no_response(&text, at).into());
        };
        match (part, of) {
            (Part::Header(name), _) => Ok(Read {
                path: vec![Access::Header(name.to_ascii_lowercase())],
                certain: false,
                ..of_response(ReadFrom::Header, Ty::String, text)
            }
            .into()),
            (
                Part::Body(pointer),
                Response::Operation {
                    api, response_type, ..
                },
            ) => self.body((api, response_type), pointer, text, at),
            // A workflow has outputs, but no response. Reported by `lint`.
            (Part::Body(pointer), Response::Outputs(_)) => Ok(raw_body(pointer, text).into()),
            (Part::Query(_) | Part::Path(_), _) => Err(unsupported_as_value(&text, at).into()),
        }
    }

    fn body(
        &self,
        (api, response_type): (usize, &index::ResponseType),
        pointer: &Pointer,
        text: String,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Untyped> {
        let ty = match response_type {
            index::ResponseType::Value(ty) | index::ResponseType::MaybeAccepted(ty) => ty,
            // Reported by `lint`. The service may return more than its description declares.
            index::ResponseType::Empty => return Ok(raw_body(pointer, text).into()),
            index::ResponseType::Stream => {
                return Err(at
                    .unsupported("a value from a body that is not JSON")
                    .into());
            }
        };
        // An undeclared value is read from the raw response body, and every value of a body that can be null.
        let found = self.resolve(api, ty, pointer).and_then(Result::ok);
        let Some(found) = found.filter(|_| !ty.is_optional()) else {
            return Ok(raw_body(pointer, text).into());
        };
        Ok(TypedRead {
            read: Read {
                expression: text,
                from: ReadFrom::Body,
                path: found.path.iter().map(|step| access(api, step)).collect(),
                ty: of_client(api, &found.ty),
                certain: found.certain,
            },
            client_type: Some(ClientType { api, ty: found.ty }),
        })
    }

    fn resolve(
        &self,
        api: usize,
        ty: &index::Ty,
        pointer: &Pointer,
    ) -> Option<Result<index::Resolved, index::Unresolved>> {
        let client = self.clients.get(api)?;
        Some(client.index.resolve(ty, &pointer.to_string()))
    }

    /// Reads an input of this workflow, or of a workflow that it runs.
    fn input_of(
        &self,
        workflow: &str,
        named: &Named,
        text: String,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Untyped> {
        if workflow == self.workflow.id {
            return self.input(named, text, at).map(TypedRead::from);
        }
        match self.input_value(workflow, named) {
            Some(value) if !matches!(value, Expression::Workflow { .. }) => {
                self.read(&value, Scope::NoResponse, at)
            }
            _ => Err(unsupported_as_value(&text, at).into()),
        }
    }

    /// Returns the expression assigned to an input of a workflow that this workflow runs.
    fn input_value(&self, workflow: &str, named: &Named) -> Option<Expression> {
        let step = expand::workflows::step_of(self.workflow, workflow)?;
        let mut parameters = self.workflow.steps.get(step)?.parameters.iter();
        let provided = parameters.find(|parameter| parameter.name == named.name)?;
        match &provided.value {
            Template::Expression(value) => value.deeper(&named.pointer),
            _ => None,
        }
    }

    fn input(
        &self,
        named: &Named,
        text: String,
        at: DocumentLocation<'_>,
    ) -> Result<Read, Untyped> {
        let fields = &self.workflow.inputs.fields;
        let resolved = named.resolve(|name| fields.contains_key(name));
        let found = resolved.and_then(|resolved| {
            let (number, _, field) = fields.get_full(resolved.name)?;
            let ty = self.inputs.get(number)?;
            Some((resolved, number, field, ty))
        });
        let Some((resolved, number, field, ty)) = found else {
            let known: Vec<_> = fields.keys().map(String::as_str).collect();
            let message = format!("the workflow declares no input `{}`", named.name);
            let error = at.diagnostic(Code::UnknownInput, message);
            return Err(error.help(choices("its inputs are", &known)).into());
        };
        let full = Read {
            expression: text,
            from: ReadFrom::Input(number),
            path: Vec::new(),
            ty: ty.clone(),
            certain: field.required,
        };
        read_part(full, &resolved.pointer)
            .ok_or_else(|| pointer_into_scalar(&format!("$inputs.{}", resolved.name), at).into())
    }

    fn step(&self, id: &str, at: DocumentLocation<'_>) -> Result<usize, Untyped> {
        self.workflow.step_index(id).ok_or_else(|| {
            let steps = self.workflow.steps.iter();
            let known: Vec<_> = steps.map(|step| step.id.as_str()).collect();
            let message = format!("the workflow has no step `{id}`");
            let error = at.diagnostic(Code::UnknownStep, message);
            error.help(choices("its steps are", &known)).into()
        })
    }

    /// Returns the index of the output that an expression reads, and the pointer into it.
    pub(crate) fn output_of_step<'n>(
        &self,
        step: usize,
        output: &'n Named,
    ) -> Option<(usize, crate::arazzo::expression::Resolved<'n>)> {
        let outputs = self.outputs.get(step)?;
        let resolved = output.resolve(|name| outputs.iter().any(|output| output.name == name))?;
        let mut outputs = outputs.iter();
        let number = outputs.position(|output| output.name == resolved.name)?;
        Some((number, resolved))
    }

    /// Reads an output of the step with this index.
    fn output(
        &self,
        step: usize,
        output: &Named,
        text: String,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Untyped> {
        let declared = self.outputs.get(step).map(Vec::as_slice);
        let declared = declared.unwrap_or_default();
        let found = self.output_of_step(step, output);
        let found = found.and_then(|(number, resolved)| {
            Some((number, resolved, &declared.get(number)?.inferred))
        });
        let Some((number, resolved, inferred)) = found else {
            let id = self.workflow.steps.get(step).map_or("", |step| &step.id);
            let names: Vec<_> = declared.iter().map(|output| output.name).collect();
            let message = format!("the step `{id}` has no output `{}`", output.name);
            let error = at.diagnostic(Code::UnknownOutput, message);
            return Err(error.help(choices("its outputs are", &names)).into());
        };
        if matches!(scope, Scope::Response { step: own, .. } if own == step) {
            // `expand` has replaced all other reads of the step's own outputs.
            let construct = format!("`{text}` in the same step");
            return Err(at.unsupported(&construct).into());
        }
        let known = match inferred {
            Inferred::Unknown => return Err(Untyped::Unknown),
            Inferred::Failed(reported) => return Err(Untyped::Failed(*reported)),
            Inferred::Known(known) => known,
        };
        let full = Read {
            expression: text,
            from: ReadFrom::Output {
                step,
                output: number,
            },
            path: Vec::new(),
            ty: known.ty.inner().clone(),
            certain: known.certain,
        };
        match &known.client_type {
            Some(ClientType { api, ty }) if !resolved.pointer.is_empty() => {
                self.read_part_of_client_type(full, (*api, ty), &resolved.pointer, at)
            }
            Some(_) => Ok(TypedRead {
                read: full,
                client_type: known.client_type.clone(),
            }),
            None => {
                let name = full.expression.clone();
                read_part(full, &resolved.pointer)
                    .map(TypedRead::from)
                    .ok_or_else(|| pointer_into_scalar(&name, at).into())
            }
        }
    }

    fn read_part_of_client_type(
        &self,
        full: Read,
        (api, ty): (usize, &index::Ty),
        pointer: &Pointer,
        at: DocumentLocation<'_>,
    ) -> Result<TypedRead, Untyped> {
        let found = match self.resolve(api, ty, pointer) {
            Some(Ok(found)) => found,
            Some(Err(unresolved)) => {
                let message = format!("the pointer `#{pointer}` does not resolve: {unresolved}");
                return Err(at.diagnostic(Code::UnknownPointer, message).into());
            }
            None => return Err(unsupported_as_value(&full.expression, at).into()),
        };
        Ok(TypedRead {
            read: Read {
                path: found.path.iter().map(|step| access(api, step)).collect(),
                ty: of_client(api, &found.ty),
                certain: full.certain && found.certain,
                ..full
            },
            client_type: Some(ClientType { api, ty: found.ty }),
        })
    }
}

/// Reads a part of a value whose type is not from a client; `None` for a scalar.
fn read_part(full: Read, pointer: &Pointer) -> Option<Read> {
    if pointer.is_empty() {
        return Some(full);
    }
    let access = match &full.ty {
        Ty::Json => Access::Pointer(pointer.to_string()),
        ty if ty.is_single() => return None,
        _ => Access::Serialized(pointer.to_string()),
    };
    let mut path = full.path;
    path.push(access);
    Some(Read {
        path,
        ty: Ty::Json,
        certain: false,
        ..full
    })
}

/// Reads an output of a workflow that the step runs, or a part of it.
fn output_of(
    workflow: &Workflow,
    named: &Named,
    text: String,
    at: DocumentLocation<'_>,
) -> Result<Read, Untyped> {
    let outputs = &workflow.outputs;
    let resolved = named.resolve(|name| outputs.iter().any(|output| output.id == name));
    let found = resolved.and_then(|resolved| {
        let output = outputs.iter().find(|output| output.id == resolved.name)?;
        Some((output, resolved.pointer))
    });
    let Some((output, pointer)) = found else {
        let known: Vec<_> = outputs.iter().map(|output| output.id.as_str()).collect();
        let message = format!(
            "the workflow `{}` has no output `{}`",
            workflow.id, named.name
        );
        let error = at.diagnostic(Code::UnknownOutput, message);
        return Err(error.help(choices("its outputs are", &known)).into());
    };
    let name = text.clone();
    read_part(read_output(output, text), &pointer)
        .ok_or_else(|| pointer_into_scalar(&name, at).into())
}

/// Reads a full output of a workflow that the step runs.
pub(crate) fn read_output(output: &Output, expression: String) -> Read {
    Read {
        expression,
        from: ReadFrom::Body,
        path: vec![Access::Field {
            name: output.field.clone(),
            optional: output.ty.is_optional(),
        }],
        ty: output.ty.inner().clone(),
        certain: !output.ty.is_optional(),
    }
}

/// Reads a value of the raw response body that the type of the response does not declare.
pub(crate) fn raw_body(pointer: &Pointer, expression: String) -> Read {
    Read {
        path: vec![Access::RawBody(pointer.to_string())],
        certain: false,
        ..of_response(ReadFrom::RawBody, Ty::Json, expression)
    }
}

/// Reads a value that every response has.
fn of_response(from: ReadFrom, ty: Ty, expression: String) -> Read {
    Read {
        expression,
        from,
        path: Vec::new(),
        ty,
        certain: true,
    }
}

fn unsupported_as_value(text: &str, at: DocumentLocation<'_>) -> Diagnostic {
    at.unsupported(&format!("`{text}` as a value"))
}

fn pointer_into_scalar(text: &str, at: DocumentLocation<'_>) -> Diagnostic {
    let message = format!("`{text}` is a single value, so the pointer into it does not resolve");
    at.diagnostic(Code::PointerIntoScalar, message)
}

fn no_response(text: &str, at: DocumentLocation<'_>) -> Diagnostic {
    at.diagnostic(
        Code::ResponseNotAvailable,
        format!("`{text}` has no value before the request is sent"),
    )
    .help("read the response in the criteria, actions or outputs of its step, and the outputs in later steps")
}
