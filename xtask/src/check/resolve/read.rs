//! Expressions: what they read, and of which type that is.

use super::{Client, Place};
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Named, Part};
use crate::arazzo::pointer::Pointer;
use crate::check::types::{access, of_client};
use crate::diagnostic::Diagnostic;
use crate::ir::{Access, AnswerKind, Read, Root, Ty};
use crate::openapi::index;

/// What the values of one workflow can be read from.
pub(crate) struct Context<'a> {
    pub clients: &'a [Client<'a>],
    pub workflow: &'a document::Workflow,
    /// The type of each declared input, where it is known yet.
    pub inputs: Vec<Option<Ty>>,
    /// The outputs of each step, as far as they are known yet.
    pub outputs: Vec<Vec<Option<Known>>>,
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
pub(crate) struct Answer<'a> {
    /// The client.
    pub api: usize,
    pub kind: &'a index::Answer,
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
            Expression::StatusCode if answer.is_some() => {
                let ty = Ty::Integer("u16".to_owned());
                Ok((
                    Read {
                        text,
                        root: Root::Status,
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
                        text,
                        root: Root::Header,
                        path,
                        ty: Ty::String,
                        certain: false,
                    },
                    None,
                ))
            }
            Expression::Response(Part::Body(pointer)) => match answer {
                Some(answer) => body(self.clients, answer, pointer, text, place),
                None => Err(no_answer(&text, place).into()),
            },
            Expression::StatusCode | Expression::Response(_) => Err(no_answer(&text, place).into()),
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
                    .error(
                        "unknown-input",
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
                text,
                root: Root::Input(at),
                path: Vec::new(),
                ty,
                certain: required,
            });
        }
        let path = match ty {
            Ty::Json => vec![Access::Pointer(resolved.pointer.to_string())],
            _ => {
                return Err(place
                    .unsupported(&format!(
                        "`{text}`, a part of an input that is not plain JSON,"
                    ))
                    .into());
            }
        };
        Ok(Read {
            text,
            root: Root::Input(at),
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
            let error = place.error("unknown-step", format!("the workflow has no step `{step}`"));
            return Err(error.help(choices("its steps are", &known)).into());
        };
        let declared = &self.workflow.steps[at].outputs;
        let resolved = output
            .resolve(|name| declared.contains_key(name))
            .ok_or_else(|| {
                let known: Vec<_> = declared.keys().map(String::as_str).collect();
                place
                    .error(
                        "unknown-output",
                        format!("the step `{step}` has no output `{}`", output.name),
                    )
                    .help(choices("it has", &known))
            })?;
        let number = declared.get_index_of(resolved.name).unwrap_or_default();
        let Some(known) = self
            .outputs
            .get(at)
            .and_then(|outputs| outputs.get(number)?.clone())
        else {
            return Err(Failed::Later);
        };
        let mut read = Read {
            text,
            root: Root::Output(at, number),
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
            return Err(place
                .error(
                    "no-inside",
                    format!(
                        "`{}` is a single value: no pointer leads into it",
                        read.text
                    ),
                )
                .into());
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
    answer: Answer<'_>,
    pointer: &Pointer,
    text: String,
    place: Place<'_>,
) -> Result<(Read, Option<(usize, index::Ty)>), Failed> {
    let ty = match answer.kind {
        index::Answer::Value(ty) | index::Answer::MaybeAccepted(ty) => ty,
        // Said with the document; the service may answer more than its description says.
        index::Answer::Empty => return Ok((raw(pointer, text), None)),
        index::Answer::Stream => {
            return Err(place
                .unsupported("a value from a body that is no JSON")
                .into());
        }
    };
    let Some(client) = clients.get(answer.api) else {
        return Err(Failed::Later);
    };
    let Ok(found) = client.index.resolve(ty, &pointer.to_string()) else {
        return Ok((raw(pointer, text), None));
    };
    let read = Read {
        text,
        root: Root::Body,
        path: found
            .path
            .iter()
            .map(|step| access(answer.api, step))
            .collect(),
        ty: of_client(answer.api, &found.ty),
        certain: found.certain,
    };
    Ok((read, Some((answer.api, found.ty))))
}

/// A value of the body as it came, where the type of the answer has no place for it.
fn raw(pointer: &Pointer, text: String) -> Read {
    Read {
        text,
        root: Root::Raw,
        path: vec![Access::Raw(pointer.to_string())],
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
                .error(
                    "unknown-pointer",
                    format!("`#{pointer}` leads nowhere: {unresolved}"),
                )
                .into()
        })
}

fn no_answer(text: &str, place: Place<'_>) -> Diagnostic {
    place
        .error("no-answer", format!("`{text}` has no value before the request is sent"))
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
pub(crate) fn answer_kind(api: usize, answer: &index::Answer) -> AnswerKind {
    match answer {
        index::Answer::Value(ty) => AnswerKind::Value(of_client(api, ty)),
        index::Answer::MaybeAccepted(ty) => AnswerKind::MaybeAccepted(of_client(api, ty)),
        index::Answer::Empty | index::Answer::Stream => AnswerKind::Opaque,
    }
}
