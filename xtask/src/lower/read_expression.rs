//! Expressions: what they read, and of which type that is.

use super::{Client, Place};
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Field, Named, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Template;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::convert::{access, of_client};
use crate::model::{Access, Integer, Output, Read, ReadFrom, ResponseBody, Ty, Workflow};
use crate::openapi::index;

/// What the values of one workflow can be read from.
pub(crate) struct Context<'a> {
    pub clients: &'a [Client<'a>],
    pub workflow: &'a document::Workflow,
    /// The type of each declared input, where it is known yet.
    pub inputs: Vec<Option<Ty>>,
    /// The outputs of each step, as far as they are known yet.
    pub outputs: Vec<Vec<Option<Known>>>,
    /// The names of the outputs of each step: those it declares, then those of the workflow that it runs.
    pub names: Vec<Vec<&'a str>>,
}

/// An output of a step.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub ty: Ty,
    pub certain: bool,
    /// The client's own idea of the type, for pointers into it.
    pub typed: Option<(usize, index::Ty)>,
}

/// The answer that expressions may read.
#[derive(Clone, Copy)]
pub(crate) enum Answer<'a> {
    /// Of an operation of the client with this number.
    Response {
        api: usize,
        kind: &'a index::Answer,
        /// `GET` and so on.
        method: &'static str,
    },
    /// The outputs of a workflow that the step runs.
    Outputs(&'a Workflow),
}

/// Why an expression gives no read.
pub(crate) enum Failed {
    /// It is wrong.
    Wrong(Diagnostic),
    /// Its type is not known yet.
    Later,
}

impl From<Diagnostic> for Failed {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Wrong(diagnostic)
    }
}

impl Context<'_> {
    /// What an expression reads; `answer` where there is one.
    pub(crate) fn read(
        &self,
        expression: &Expression,
        answer: Option<Answer<'_>>,
        place: Place<'_>,
    ) -> Result<(Read, Option<(usize, index::Ty)>), Failed> {
        let text = expression.to_string();
        match expression {
            Expression::Input(named) => self.input(named, text, place).map(|read| (read, None)),
            Expression::Step { step, output } => self.output(step, output, text, place),
            Expression::Workflow {
                workflow,
                field: Field::Outputs,
                name,
            } => match super::expand::workflows::step_of(self.workflow, workflow) {
                Some(at) => self.output_at(at, name, text, place),
                None => Err(place
                    .unsupported(&format!(
                        "`{text}` of a workflow that is run in several ways"
                    ))
                    .help("read the output of the step that is meant")
                    .into()),
            },
            Expression::Workflow {
                workflow,
                field: Field::Inputs,
                name,
            } => self.input_of(workflow, name, text, place),
            Expression::Method => match answer {
                Some(Answer::Response { method, .. }) => Ok((
                    Read {
                        expression: text,
                        from: ReadFrom::Method(method),
                        path: Vec::new(),
                        ty: Ty::String,
                        certain: true,
                    },
                    None,
                )),
                _ => Err(no_answer(&text, place).into()),
            },
            Expression::StatusCode if answer.is_some() => {
                let ty = Ty::Integer(Integer::U16);
                Ok((
                    Read {
                        expression: text,
                        from: ReadFrom::Status,
                        path: Vec::new(),
                        ty,
                        certain: true,
                    },
                    None,
                ))
            }
            Expression::Response(Part::Header(name)) if answer.is_some() => {
                let path = vec![Access::Header(name.to_ascii_lowercase())];
                Ok((
                    Read {
                        expression: text,
                        from: ReadFrom::Header,
                        path,
                        ty: Ty::String,
                        certain: false,
                    },
                    None,
                ))
            }
            Expression::Response(Part::Body(pointer)) => match answer {
                Some(Answer::Response { api, kind, .. }) => {
                    body(self.clients, (api, kind), pointer, text, place)
                }
                // Said with the document: a workflow has outputs, and no response.
                Some(Answer::Outputs(_)) => Ok((raw(pointer, text), None)),
                None => Err(no_answer(&text, place).into()),
            },
            Expression::Output(named) => match answer {
                Some(Answer::Outputs(workflow)) => {
                    output_of(workflow, named, text, place).map(|read| (read, None))
                }
                _ => Err(no_answer(&text, place).into()),
            },
            Expression::StatusCode | Expression::Response(_) => Err(no_answer(&text, place).into()),
            _ => Err(place.unsupported(&format!("`{text}` as a value")).into()),
        }
    }

    /// What a workflow was given: this one, or one that it runs.
    fn input_of(
        &self,
        workflow: &str,
        named: &Named,
        text: String,
        place: Place<'_>,
    ) -> Result<(Read, Option<(usize, index::Ty)>), Failed> {
        if workflow == self.workflow.id {
            return self.input(named, text, place).map(|read| (read, None));
        }
        let given = super::expand::workflows::step_of(self.workflow, workflow).and_then(|at| {
            let mut parameters = self.workflow.steps.get(at)?.parameters.iter();
            parameters.find(|parameter| parameter.name == named.name)
        });
        match given.map(|parameter| &parameter.value) {
            Some(Template::Expression(value)) => match value.deeper(&named.pointer) {
                Some(value) if !matches!(value, Expression::Workflow { .. }) => {
                    self.read(&value, None, place)
                }
                _ => Err(place.unsupported(&format!("`{text}` as a value")).into()),
            },
            _ => Err(place.unsupported(&format!("`{text}` as a value")).into()),
        }
    }

    fn input(&self, named: &Named, text: String, place: Place<'_>) -> Result<Read, Failed> {
        let fields = &self.workflow.inputs.fields;
        let resolved = named
            .resolve(|name| fields.contains_key(name))
            .ok_or_else(|| {
                let known: Vec<_> = fields.keys().map(String::as_str).collect();
                place
                    .diagnostic(
                        Code::UnknownInput,
                        format!("the workflow declares no input `{}`", named.name),
                    )
                    .help(choices("declared are", &known))
            })?;
        let at = fields.get_index_of(resolved.name).unwrap_or_default();
        let required = fields
            .get(resolved.name)
            .is_some_and(|field| field.required);
        let Some(ty) = self.inputs.get(at).cloned().flatten() else {
            return Err(Failed::Later);
        };
        if resolved.pointer.is_empty() {
            return Ok(Read {
                expression: text,
                from: ReadFrom::Input(at),
                path: Vec::new(),
                ty,
                certain: required,
            });
        }
        let pointer = resolved.pointer.to_string();
        let path = match ty {
            Ty::Json => vec![Access::Pointer(pointer)],
            ty if ty.is_scalar() => {
                return Err(no_inside(&format!("$inputs.{}", resolved.name), place).into());
            }
            _ => vec![Access::Serialized(pointer)],
        };
        Ok(Read {
            expression: text,
            from: ReadFrom::Input(at),
            path,
            ty: Ty::Json,
            certain: false,
        })
    }

    fn output(
        &self,
        step: &str,
        output: &Named,
        text: String,
        place: Place<'_>,
    ) -> Result<(Read, Option<(usize, index::Ty)>), Failed> {
        let Some(at) = self.workflow.step_index(step) else {
            let known: Vec<_> = self
                .workflow
                .steps
                .iter()
                .map(|step| step.id.as_str())
                .collect();
            let error = place.diagnostic(
                Code::UnknownStep,
                format!("the workflow has no step `{step}`"),
            );
            return Err(error.help(choices("its steps are", &known)).into());
        };
        self.output_at(at, output, text, place)
    }

    /// An output of the step at this position.
    fn output_at(
        &self,
        at: usize,
        output: &Named,
        text: String,
        place: Place<'_>,
    ) -> Result<(Read, Option<(usize, index::Ty)>), Failed> {
        let step = self.workflow.steps.get(at).map_or("", |step| &step.id);
        let declared = self.names.get(at).map(Vec::as_slice).unwrap_or_default();
        let resolved = output
            .resolve(|name| declared.contains(&name))
            .ok_or_else(|| {
                place
                    .diagnostic(
                        Code::UnknownOutput,
                        format!("the step `{step}` has no output `{}`", output.name),
                    )
                    .help(choices("it has", declared))
            })?;
        let number = declared
            .iter()
            .position(|name| *name == resolved.name)
            .unwrap_or_default();
        let Some(known) = self
            .outputs
            .get(at)
            .and_then(|outputs| outputs.get(number)?.clone())
        else {
            return Err(Failed::Later);
        };
        let mut read = Read {
            expression: text,
            from: ReadFrom::Output {
                step: at,
                output: number,
            },
            path: Vec::new(),
            ty: known.ty.inner().clone(),
            certain: known.certain,
        };
        if resolved.pointer.is_empty() {
            return Ok((read, known.typed));
        }
        if known.typed.is_none() && read.ty == Ty::Json {
            read.path = vec![Access::Pointer(resolved.pointer.to_string())];
            read.certain = false;
            return Ok((read, None));
        }
        let Some((api, ty)) = known.typed else {
            return Err(no_inside(&read.expression, place).into());
        };
        let found = follow(self.clients, api, &ty, &resolved.pointer, place)?;
        read.path = found.path.iter().map(|step| access(api, step)).collect();
        read.ty = of_client(api, &found.ty);
        read.certain &= found.certain;
        Ok((read, Some((api, found.ty))))
    }
}

fn body(
    clients: &[Client<'_>],
    (api, answer): (usize, &index::Answer),
    pointer: &Pointer,
    text: String,
    place: Place<'_>,
) -> Result<(Read, Option<(usize, index::Ty)>), Failed> {
    let ty = match answer {
        index::Answer::Value(ty) | index::Answer::MaybeAccepted(ty) => ty,
        // Said with the document; the service may answer more than its description says.
        index::Answer::Empty => return Ok((raw(pointer, text), None)),
        index::Answer::Stream => {
            return Err(place
                .unsupported("a value from a body that is no JSON")
                .into());
        }
    };
    let Some(client) = clients.get(api) else {
        return Err(Failed::Later);
    };
    let Ok(found) = client.index.resolve(ty, &pointer.to_string()) else {
        return Ok((raw(pointer, text), None));
    };
    let read = Read {
        expression: text,
        from: ReadFrom::Body,
        path: found.path.iter().map(|step| access(api, step)).collect(),
        ty: of_client(api, &found.ty),
        certain: found.certain,
    };
    Ok((read, Some((api, found.ty))))
}

/// An output of a workflow that the step runs.
fn output_of(
    workflow: &Workflow,
    named: &Named,
    text: String,
    place: Place<'_>,
) -> Result<Read, Failed> {
    let outputs = &workflow.outputs;
    let resolved = named
        .resolve(|name| outputs.iter().any(|output| output.id == name))
        .and_then(|resolved| {
            let output = outputs.iter().find(|output| output.id == resolved.name)?;
            Some((output, resolved.pointer))
        });
    let Some((output, pointer)) = resolved else {
        let known: Vec<_> = outputs.iter().map(|output| output.id.as_str()).collect();
        let message = format!(
            "the workflow `{}` has no output `{}`",
            workflow.id, named.name
        );
        let error = place.diagnostic(Code::UnknownOutput, message);
        return Err(error.help(choices("it has", &known)).into());
    };
    let mut read = read_output(output, text);
    if !pointer.is_empty() {
        read.path.push(match read.ty {
            Ty::Json => Access::Pointer(pointer.to_string()),
            _ => Access::Serialized(pointer.to_string()),
        });
        read.ty = Ty::Json;
        read.certain = false;
    }
    Ok(read)
}

/// A whole output of a workflow that the step runs.
pub(crate) fn read_output(output: &Output, text: String) -> Read {
    Read {
        expression: text,
        from: ReadFrom::Body,
        path: vec![Access::Field {
            name: output.field.clone(),
            optional: output.ty.is_optional(),
        }],
        ty: output.ty.inner().clone(),
        certain: !output.ty.is_optional(),
    }
}

/// A value of the body as it came, where the type of the answer has no place for it.
fn raw(pointer: &Pointer, text: String) -> Read {
    Read {
        expression: text,
        from: ReadFrom::RawBody,
        path: vec![Access::RawBody(pointer.to_string())],
        ty: Ty::Json,
        certain: false,
    }
}

fn follow(
    clients: &[Client<'_>],
    api: usize,
    ty: &index::Ty,
    pointer: &Pointer,
    place: Place<'_>,
) -> Result<index::Resolved, Failed> {
    let Some(client) = clients.get(api) else {
        return Err(Failed::Later);
    };
    client
        .index
        .resolve(ty, &pointer.to_string())
        .map_err(|unresolved| {
            place
                .diagnostic(
                    Code::UnknownPointer,
                    format!("`#{pointer}` leads nowhere: {unresolved}"),
                )
                .into()
        })
}

fn no_inside(text: &str, place: Place<'_>) -> Diagnostic {
    let message = format!("`{text}` is a single value: no pointer leads into it");
    place.diagnostic(Code::PointerIntoScalar, message)
}

fn no_answer(text: &str, place: Place<'_>) -> Diagnostic {
    place
        .diagnostic(Code::ResponseNotAvailable, format!("`{text}` has no value before the request is sent"))
        .help("a step's answer is read in its criteria, actions and outputs; later steps read its outputs")
}

/// A list of names for a help line.
pub(crate) fn choices(what: &str, names: &[&str]) -> String {
    match names {
        [] => "there is none".to_owned(),
        names => format!("{what} {}", names.join(", ")),
    }
}

/// What the method of an operation gives.
pub(crate) fn answer_kind(api: usize, answer: &index::Answer) -> ResponseBody {
    match answer {
        index::Answer::Value(ty) => ResponseBody::Value(of_client(api, ty)),
        index::Answer::MaybeAccepted(ty) => ResponseBody::MaybeAccepted(of_client(api, ty)),
        index::Answer::Empty | index::Answer::Stream => ResponseBody::Opaque,
    }
}
