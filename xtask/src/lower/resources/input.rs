//! What a request takes, and where each of it goes.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use serde_json::Value;

use super::Context;
use super::plan::Named;
use crate::lower::convert::of_client;
use crate::model::resource::{
    Argument, Body, Constructed, Description, Fill, Filled, Given, Holds, Input, Place,
};
use crate::model::{Pass, Ty, Variable};
use crate::names::{Scope, bare, ident, snake_text};
use crate::openapi::index;

/// Methods that every builder has, or may have.
const METHODS: [&str; 12] = [
    "credentials",
    "header",
    "idempotent",
    "into_future",
    "max_retries",
    "options",
    "pages",
    "send",
    "send_raw",
    "set_if",
    "stream",
    "timeout",
];

/// A scope for the names of setters.
pub(super) fn setters() -> Scope {
    Scope::with(&METHODS)
}

/// A place of a request.
pub(super) struct Slot {
    name: String,
    /// Without `Option`.
    pub ty: Ty,
    holds: Holds,
    pass: Pass,
    pub variable: Option<String>,
    implied_by: Vec<String>,
    credential_for: Option<String>,
    secret: bool,
    description: Option<String>,
    example: Option<Value>,
    at: At,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    /// The argument of this number.
    Argument(usize),
    /// A field of the optional parameters.
    Params(String),
    /// A field of the body.
    Field(String),
    /// The body.
    Body,
}

/// The places of a request as its methods take them: those of the path first, then the other parameters, then the body,
/// each in the order of the document.
pub(super) fn slots(context: &Context<'_>, named: &Named<'_>) -> Vec<Slot> {
    let operation = named.operation;
    let declared = &named.declared.parameters;
    let declared: Vec<&str> = declared.iter().map(|parameter| parameter.name).collect();
    let mut arguments: Vec<(usize, &index::Argument)> =
        operation.arguments.iter().enumerate().collect();
    arguments.sort_by_key(|(_, argument)| {
        let in_path = operation.path.find(&format!("{{{}}}", argument.name));
        let declared = declared.iter().position(|name| *name == argument.name);
        match argument.location {
            index::ArgumentLocation::Path => (false, in_path),
            index::ArgumentLocation::Query | index::ArgumentLocation::Header => (true, declared),
        }
    });
    let slots = arguments.into_iter().map(|(number, argument)| Slot {
        name: argument.name.clone(),
        ty: of_client(0, &argument.ty),
        // A value that a credential implies need not be given.
        holds: match argument.required && argument.implied_by.is_empty() {
            true => Holds::Value,
            false => Holds::Option,
        },
        pass: pass(argument.pass),
        variable: argument.declaration.variable.clone(),
        implied_by: argument.implied_by.clone(),
        credential_for: None,
        secret: argument.declaration.secret,
        description: argument.declaration.description.clone(),
        example: argument.declaration.schema.get("example").cloned(),
        at: match argument.in_params {
            true => At::Params(argument.ident.clone()),
            false => At::Argument(number),
        },
    });
    let mut slots: Vec<Slot> = slots.collect();
    if let Some(body) = &operation.body {
        slots.extend(body_slots(context, named, body));
    }
    slots
}

fn body_slots(context: &Context<'_>, named: &Named<'_>, body: &index::Body) -> Vec<Slot> {
    let index = context.index;
    if let index::Ty::Struct(name) = &body.ty
        && !index.is_flattened(name)
        && index.constructor(name).is_some()
    {
        let declared: Vec<&str> = context
            .api
            .request_body(named.declared)
            .and_then(|content| content.schema)
            .map(|schema| context.api.properties(&context.api.schema(schema)))
            .unwrap_or_default()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let mut properties = index.properties(name);
        properties.sort_by_key(|property| declared.iter().position(|name| *name == property.name));
        let slot = |property: index::Property| Slot {
            holds: match (&property.ty, property.required) {
                (index::Ty::Option(inner), _) if inner.is_optional() => Holds::Nullable,
                (index::Ty::Option(_), _) => Holds::Option,
                (_, true) => Holds::Value,
                (_, false) => Holds::Default,
            },
            ty: of_client(0, property.ty.inner()),
            pass: Pass::Value,
            variable: property.declaration.variable.clone(),
            implied_by: Vec::new(),
            credential_for: property.declaration.credential_for.clone(),
            secret: property.declaration.secret,
            description: property.declaration.description.clone(),
            example: property.declaration.schema.get("example").cloned(),
            at: At::Field(property.ident),
            name: property.name,
        };
        return properties.into_iter().map(slot).collect();
    }
    let has_default = match &body.ty {
        index::Ty::JsonMap | index::Ty::Map(_) | index::Ty::List(_) => true,
        index::Ty::Struct(name) => index.has_default(name),
        _ => false,
    };
    vec![Slot {
        name: "body".to_owned(),
        ty: of_client(0, &body.ty),
        holds: match has_default && !body.required {
            true => Holds::Default,
            false => Holds::Value,
        },
        pass: pass(body.pass),
        variable: None,
        implied_by: Vec::new(),
        credential_for: None,
        secret: body.declaration.secret,
        description: body.declaration.description.clone(),
        example: None,
        at: At::Body,
    }]
}

fn pass(pass: index::Pass) -> Pass {
    match pass {
        index::Pass::Reference => Pass::Reference,
        index::Pass::Text => Pass::Text,
        index::Pass::Value => Pass::Value,
    }
}

/// What a request takes, and how it is made.
pub(super) struct Request {
    pub inputs: Vec<Input>,
    pub filled: Vec<Filled>,
    pub arguments: Vec<Argument>,
    pub body: Option<Body>,
    pub fills: Vec<Fill>,
    /// The security schemes for which inputs authenticate the request.
    pub credentials: BTreeMap<usize, String>,
}

/// What fills a place.
enum Source {
    Input(usize),
    Variable(usize),
    Constant(Ty, Ident),
}

/// What a request takes, and how it is made.
pub(super) fn read(
    context: &Context<'_>,
    named: &Named<'_>,
    slots: &[Slot],
    variables: &[Variable],
) -> Request {
    let mut request = Request {
        inputs: Vec::new(),
        filled: Vec::new(),
        arguments: Vec::new(),
        body: None,
        fills: Vec::new(),
        credentials: BTreeMap::new(),
    };
    let mut names = Names::new(slots);
    let variable_of: Vec<Option<usize>> = slots
        .iter()
        .map(|slot| variable(context, slot, variables))
        .collect();
    // The setters of handle values keep their names, whatever else there is.
    for (slot, number) in slots.iter().zip(&variable_of) {
        if let Some(number) = number {
            names.keep(variables, *number);
            fill(&mut request.filled, slot, *number);
        }
    }
    let mut sources = Vec::new();
    for (slot, number) in slots.iter().zip(variable_of) {
        sources.push(match number {
            Some(number) => Source::Variable(number),
            None => match only_value(context, slot) {
                Some((ty, variant)) => Source::Constant(ty, variant),
                None => {
                    let number = request.inputs.len();
                    request.inputs.push(input(slot, &mut names));
                    if let (Some(scheme), true) = (&slot.credential_for, is_credential(slot)) {
                        request.credentials.insert(number, scheme.clone());
                    }
                    Source::Input(number)
                }
            },
        });
    }
    assemble(context, named, slots, &sources, &mut request);
    request
}

/// The variable that fills a place. A required field of the body has to hold something before the handle's value is
/// known: of which type that cannot be, the caller gives the field.
fn variable(context: &Context<'_>, slot: &Slot, variables: &[Variable]) -> Option<usize> {
    let number = variables.iter().position(|variable| {
        slot.variable.as_ref() == Some(&variable.name) && slot.ty == variable.ty
    })?;
    let is_constructed = matches!(slot.at, At::Field(_)) && slot.holds == Holds::Value;
    (!is_constructed || placeholder(context, &slot.ty).is_some()).then_some(number)
}

fn placeholder(context: &Context<'_>, ty: &Ty) -> Option<Constructed> {
    match ty {
        Ty::String | Ty::Secret | Ty::Text { .. } => Some(Constructed::PlaceholderText),
        Ty::Enum { name, .. } => {
            let (variant, _) = context.index.values(&name.name)?.listed.first()?;
            Some(Constructed::PlaceholderVariant(ty.clone(), ident(variant)))
        }
        _ => None,
    }
}

fn fill(filled: &mut Vec<Filled>, slot: &Slot, number: usize) {
    let required = slot.holds == Holds::Value;
    match filled.iter_mut().find(|known| known.variable == number) {
        Some(known) => known.required |= required,
        None => filled.push(Filled {
            variable: number,
            required,
            description: description(slot),
        }),
    }
}

fn description(slot: &Slot) -> Description {
    Description {
        text: slot.description.clone(),
        implied_by: slot.implied_by.clone(),
    }
}

/// The value of an enumeration that has no other.
fn only_value(context: &Context<'_>, slot: &Slot) -> Option<(Ty, Ident)> {
    let Ty::Enum { name, .. } = &slot.ty else {
        return None;
    };
    match context.index.values(&name.name)?.listed.as_slice() {
        [(variant, _)] if slot.holds == Holds::Value => Some((slot.ty.clone(), ident(variant))),
        _ => None,
    }
}

/// Whether a request can authenticate with the value of a place.
fn is_credential(slot: &Slot) -> bool {
    let is_text = matches!(slot.ty, Ty::Secret | Ty::String | Ty::Text { .. });
    is_text && slot.holds == Holds::Value
}

/// The names of the inputs of one request.
struct Names {
    /// Arguments and setters.
    public: Scope,
    /// Fields of the builder.
    fields: Scope,
}

impl Names {
    fn new(slots: &[Slot]) -> Self {
        let mut fields = Scope::with(&["call", "params"]);
        if slots.iter().any(|slot| matches!(slot.at, At::Field(_))) {
            fields.snake("body");
        }
        Self {
            public: setters(),
            fields,
        }
    }

    /// Keeps the name of a variable's setter.
    fn keep(&mut self, variables: &[Variable], number: usize) {
        if let Some(variable) = variables.get(number)
            && !self.public.is_taken(&bare(&variable.field))
        {
            self.public.snake(&bare(&variable.field));
        }
    }
}

fn input(slot: &Slot, names: &mut Names) -> Input {
    let name = match slot.at {
        At::Field(_) if names.public.is_taken(&snake_text(&slot.name)) => {
            format!("body_{}", slot.name)
        }
        _ => slot.name.clone(),
    };
    let public = names.public.snake(&name);
    let given = match slot.holds {
        Holds::Value => Given::Argument,
        Holds::Option => Given::Optional,
        Holds::Nullable => Given::Nullable(names.public.snake(&format!("null_{}", bare(&public)))),
        Holds::Default => Given::Default,
    };
    Input {
        name: slot.name.clone(),
        ty: slot.ty.clone(),
        given,
        place: match &slot.at {
            At::Params(field) => Place::Params(ident(field)),
            At::Field(field) => Place::Body(ident(field)),
            At::Argument(_) | At::Body => Place::Own(names.fields.snake(&name)),
        },
        ident: public,
        description: description(slot),
        example: slot.example.clone(),
        is_hidden: slot.secret && !slot.ty.is_secret(),
    }
}

/// Puts the request together: the arguments of the client's method in their order, the body, and what the handle fills
/// into it.
fn assemble(
    context: &Context<'_>,
    named: &Named<'_>,
    slots: &[Slot],
    sources: &[Source],
    request: &mut Request,
) {
    let operation = named.operation;
    let argument = |slot: &Slot, source: &Source| {
        let optional = slot.holds == Holds::Option;
        match source {
            Source::Input(number) => Argument::Input(*number, slot.pass, optional),
            Source::Variable(number) => Argument::Variable(*number, slot.pass, optional),
            Source::Constant(ty, variant) => {
                Argument::Constant(ty.clone(), variant.clone(), slot.pass)
            }
        }
    };
    let at = |wanted: &At| {
        let mut all = slots.iter().zip(sources);
        all.find(|(slot, _)| slot.at == *wanted)
    };
    let direct = (0..operation.arguments.len()).filter_map(|number| at(&At::Argument(number)));
    request.arguments = direct
        .map(|(slot, source)| argument(slot, source))
        .collect();
    if operation.params.is_some() {
        request.arguments.push(Argument::Params);
    }
    if let Some((slot, source)) = at(&At::Body) {
        request.arguments.push(argument(slot, source));
        if let Source::Input(number) = source {
            request.body = Some(Body::Whole(*number));
        }
    } else if let Some(body) = &operation.body
        && let index::Ty::Struct(name) = &body.ty
    {
        request.arguments.push(Argument::Body);
        let required = context.index.constructor(name).unwrap_or_default();
        let constructed = required.iter().map(|field| {
            let found = at(&At::Field(field.clone()));
            constructed(context, found)
        });
        request.body = Some(Body::Struct {
            ty: of_client(0, &body.ty),
            required: constructed.collect(),
        });
    }
    for (slot, source) in slots.iter().zip(sources) {
        let place = match &slot.at {
            At::Params(field) => Place::Params(ident(field)),
            At::Field(field) => Place::Body(ident(field)),
            At::Argument(_) | At::Body => continue,
        };
        if let Source::Variable(variable) = source {
            request.fills.push(Fill {
                variable: *variable,
                place,
                holds: slot.holds,
            });
        }
    }
}

fn constructed(context: &Context<'_>, found: Option<(&Slot, &Source)>) -> Constructed {
    match found {
        Some((slot, Source::Input(number))) if slot.holds == Holds::Value => {
            Constructed::Input(*number)
        }
        Some((_, Source::Constant(ty, variant))) => {
            Constructed::PlaceholderVariant(ty.clone(), variant.clone())
        }
        Some((slot, Source::Variable(_))) if slot.holds == Holds::Value => {
            placeholder(context, &slot.ty).unwrap_or(Constructed::None)
        }
        _ => Constructed::None,
    }
}
