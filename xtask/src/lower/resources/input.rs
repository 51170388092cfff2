//! Inputs of a request, and their assignment to arguments, optional parameters and fields of the body.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use serde_json::Value;

use super::Context;
use super::plan::NamedOperation;
use crate::lower::convert::of_client;
use crate::model::resource::{
    Argument, Body, ConstructorArgument, Description, FieldLocation, Fill, Input, InputMode,
    Optionality, VariableUse,
};
use crate::model::{Integer, Pass, Ty, Variable};
use crate::names::{Scope, bare, ident, snake_text};
use crate::openapi::extensions::UNIT;
use crate::openapi::index;
use crate::openapi::normalize::Part;

/// Names of the methods that a builder can have in addition to its setters.
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

/// Maximum number of arguments of a method. Clippy's limit includes the receiver.
const MAX_ARGUMENTS: usize = 6;

/// Returns the scope for the names of setters.
pub(super) fn setters() -> Scope {
    Scope::with(&METHODS)
}

/// A value that a request takes: a parameter, a property of the body, or the body.
pub(super) struct Slot {
    name: String,
    /// The type without `Option`.
    pub ty: Ty,
    optionality: Optionality,
    pass: Pass,
    pub variable: Option<String>,
    implied_by: Vec<String>,
    credential_for: Option<String>,
    secret: bool,
    unit: Option<String>,
    description: Option<String>,
    example: Option<Value>,
    location: SlotLocation,
    is_in_path: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SlotLocation {
    /// The argument of the client's method at this position.
    Argument(usize),
    /// A field of the optional parameters.
    Params(String),
    /// A field of the body.
    Field(String),
    /// The body.
    Body,
}

/// Returns the slots of a request: path parameters, other parameters, and the body or its properties.
///
/// Path parameters are in the order of the path, all others in the order of the document.
pub(super) fn slots(context: &Context<'_>, named: &NamedOperation<'_>) -> Vec<Slot> {
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
            index::ArgumentLocation::Query
            | index::ArgumentLocation::Header
            | index::ArgumentLocation::Cookie => (true, declared),
        }
    });
    let slots = arguments.into_iter().map(|(number, argument)| Slot {
        name: argument.name.clone(),
        ty: of_client(0, &argument.ty),
        // A credential can imply the value.
        optionality: match argument.required && argument.implied_by.is_empty() {
            true => Optionality::Required,
            false => Optionality::Optional,
        },
        pass: pass(argument.pass),
        variable: argument.declaration.variable.clone(),
        implied_by: argument.implied_by.clone(),
        credential_for: None,
        secret: argument.declaration.secret,
        unit: unit(&argument.declaration),
        description: argument.declaration.description.clone(),
        example: argument.declaration.schema.get("example").cloned(),
        location: match argument.in_params {
            true => SlotLocation::Params(argument.ident.clone()),
            false => SlotLocation::Argument(number),
        },
        is_in_path: argument.location == index::ArgumentLocation::Path,
    });
    let mut slots: Vec<Slot> = slots.collect();
    if let Some(body) = &operation.body {
        slots.extend(body_slots(context, named, body));
    }
    slots
}

fn body_slots(context: &Context<'_>, named: &NamedOperation<'_>, body: &index::Body) -> Vec<Slot> {
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
        let mut properties: Vec<&index::Property> = index.properties(name).iter().collect();
        properties.sort_by_key(|property| declared.iter().position(|name| *name == property.name));
        let slot = |property: &index::Property| Slot {
            optionality: match (&property.ty, property.required) {
                (index::Ty::Option(inner), _) if inner.is_optional() => Optionality::Nullable,
                (index::Ty::Option(_), _) => Optionality::Optional,
                (_, true) => Optionality::Required,
                (_, false) => Optionality::Default,
            },
            ty: of_client(0, property.ty.inner()),
            pass: Pass::Value,
            variable: property.declaration.variable.clone(),
            implied_by: Vec::new(),
            credential_for: property.declaration.credential_for.clone(),
            secret: property.declaration.secret,
            unit: unit(&property.declaration),
            description: property.declaration.description.clone(),
            example: property.declaration.schema.get("example").cloned(),
            location: SlotLocation::Field(property.ident.clone()),
            is_in_path: false,
            name: property.name.clone(),
        };
        return properties.into_iter().map(slot).collect();
    }
    let has_default = match &body.ty {
        index::Ty::JsonMap | index::Ty::Map(_) | index::Ty::List(_) | index::Ty::Multipart => true,
        index::Ty::Struct(name) => index.has_default(name),
        _ => false,
    };
    vec![Slot {
        name: "body".to_owned(),
        ty: of_client(0, &body.ty),
        optionality: match has_default && !body.required {
            true if body.is_optional => Optionality::Optional,
            true => Optionality::Default,
            false => Optionality::Required,
        },
        pass: pass(body.pass),
        variable: None,
        implied_by: Vec::new(),
        credential_for: None,
        secret: body.declaration.secret,
        unit: None,
        description: match body.parts.is_empty() {
            true => body.declaration.description.clone(),
            false => Some(described_parts(&body.parts)),
        },
        example: None,
        location: SlotLocation::Body,
        is_in_path: false,
    }]
}

/// Returns the description of a multipart body: its declared parts.
fn described_parts(parts: &[Part]) -> String {
    let parts = parts.iter().map(|part| {
        let name = &part.name;
        let mut facts = Vec::new();
        if part.required {
            facts.push("required".to_owned());
        }
        if part.is_file {
            facts.push("a file".to_owned());
        }
        facts.extend(part.media_type.as_ref().map(|name| format!("`{name}`")));
        match facts.is_empty() {
            true => format!("`{name}`"),
            false => format!("`{name}` ({})", facts.join(", ")),
        }
    });
    format!("Declared parts: {}.", parts.collect::<Vec<_>>().join(", "))
}

/// Returns the unit of a value.
fn unit(declaration: &index::Declaration) -> Option<String> {
    let unit = declaration.schema.get(UNIT)?.as_str()?;
    Some(unit.to_owned())
}

fn pass(pass: index::Pass) -> Pass {
    match pass {
        index::Pass::Reference => Pass::Reference,
        index::Pass::Text => Pass::Text,
        index::Pass::OptionalText => Pass::OptionalText,
        index::Pass::Value => Pass::Value,
    }
}

/// Inputs of a request, and the arguments of the client's method.
pub(super) struct Request {
    pub inputs: Vec<Input>,
    pub variable_uses: Vec<VariableUse>,
    pub arguments: Vec<Argument>,
    pub body: Option<Body>,
    pub fills: Vec<Fill>,
    /// Inputs that authenticate the request, by index, with their security schemes.
    pub credentials: BTreeMap<usize, String>,
}

/// The source of a slot's value.
enum Source {
    Input(usize),
    Variable(usize),
    Constant(Ty, Ident),
}

/// Lowers the inputs and arguments of a request.
pub(super) fn read(
    context: &Context<'_>,
    named: &NamedOperation<'_>,
    slots: &[Slot],
    variables: &[Variable],
) -> Request {
    let mut request = Request {
        inputs: Vec::new(),
        variable_uses: Vec::new(),
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
    // Reserved first, so that the setters of handle values have the same names on every builder.
    for (slot, number) in slots.iter().zip(&variable_of) {
        if let Some(number) = number {
            names.reserve(variables, *number);
            add_use(&mut request.variable_uses, slot, *number);
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
    bundle(slots, &sources, &mut request.inputs);
    assemble(context, named, slots, &sources, &mut request);
    request
}

/// Makes the required values fields of a struct, except those in the path, if there are too many for arguments.
fn bundle(slots: &[Slot], sources: &[Source], inputs: &mut [Input]) {
    let arguments = inputs
        .iter()
        .filter(|input| input.mode == InputMode::Argument);
    if arguments.count() <= MAX_ARGUMENTS {
        return;
    }
    for (slot, source) in slots.iter().zip(sources) {
        if let (false, Source::Input(number)) = (slot.is_in_path, source)
            && let Some(input) = inputs.get_mut(*number)
            && input.mode == InputMode::Argument
        {
            input.mode = InputMode::Field;
        }
    }
}

/// Returns the variable that is assigned to a slot.
///
/// The constructor of a body needs a placeholder for a required field until the handle's value is known. A field
/// whose type has no placeholder is an input of the caller.
fn variable(context: &Context<'_>, slot: &Slot, variables: &[Variable]) -> Option<usize> {
    let number = variables.iter().position(|variable| {
        slot.variable.as_ref() == Some(&variable.name) && slot.ty == variable.ty
    })?;
    let is_constructed = matches!(slot.location, SlotLocation::Field(_))
        && slot.optionality == Optionality::Required;
    (!is_constructed || placeholder(context, &slot.ty).is_some()).then_some(number)
}

fn placeholder(context: &Context<'_>, ty: &Ty) -> Option<ConstructorArgument> {
    match ty {
        Ty::String | Ty::Secret | Ty::Text { .. } => Some(ConstructorArgument::PlaceholderText),
        Ty::Enum { name, .. } => {
            let (variant, _) = context.index.values(&name.name)?.listed.first()?;
            Some(ConstructorArgument::PlaceholderVariant(
                ty.clone(),
                ident(variant),
            ))
        }
        _ => None,
    }
}

fn add_use(uses: &mut Vec<VariableUse>, slot: &Slot, number: usize) {
    let required = slot.optionality == Optionality::Required;
    match uses.iter_mut().find(|known| known.variable == number) {
        Some(known) => known.required |= required,
        None => uses.push(VariableUse {
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

/// Returns the only variant of a required enum with one value.
fn only_value(context: &Context<'_>, slot: &Slot) -> Option<(Ty, Ident)> {
    let Ty::Enum { name, .. } = &slot.ty else {
        return None;
    };
    match context.index.values(&name.name)?.listed.as_slice() {
        [(variant, _)] if slot.optionality == Optionality::Required => {
            Some((slot.ty.clone(), ident(variant)))
        }
        _ => None,
    }
}

/// Returns `true` if a request can authenticate with the value of a slot.
fn is_credential(slot: &Slot) -> bool {
    let is_text = matches!(slot.ty, Ty::Secret | Ty::String | Ty::Text { .. });
    is_text && slot.optionality == Optionality::Required
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
        if slots
            .iter()
            .any(|slot| matches!(slot.location, SlotLocation::Field(_)))
        {
            fields.snake("body");
        }
        Self {
            public: setters(),
            fields,
        }
    }

    /// Reserves the name of a variable's setter.
    fn reserve(&mut self, variables: &[Variable], number: usize) {
        if let Some(variable) = variables.get(number)
            && !self.public.is_taken(&bare(&variable.field))
        {
            self.public.snake(&bare(&variable.field));
        }
    }
}

fn input(slot: &Slot, names: &mut Names) -> Input {
    let name = match slot.location {
        SlotLocation::Field(_) if names.public.is_taken(&snake_text(&slot.name)) => {
            format!("body_{}", slot.name)
        }
        _ => slot.name.clone(),
    };
    let public = names.public.snake(&name);
    let mode = match slot.optionality {
        Optionality::Required => InputMode::Argument,
        Optionality::Optional => InputMode::Optional,
        Optionality::Nullable => {
            InputMode::Nullable(names.public.snake(&format!("null_{}", bare(&public))))
        }
        Optionality::Default => InputMode::Default,
    };
    Input {
        name: slot.name.clone(),
        ty: slot.ty.clone(),
        mode,
        location: match &slot.location {
            SlotLocation::Params(field) => FieldLocation::Params(ident(field)),
            SlotLocation::Field(field) => FieldLocation::Body(ident(field)),
            SlotLocation::Argument(_) | SlotLocation::Body => {
                FieldLocation::Own(names.fields.snake(&name))
            }
        },
        ident: public,
        description: description(slot),
        example: slot.example.clone(),
        is_hidden: slot.secret && !slot.ty.is_secret(),
        is_in_seconds: slot.ty == Ty::Integer(Integer::I64)
            && slot.unit.as_deref() == Some("seconds"),
    }
}

/// Sets the arguments of the client's method, in its order, the body, and the fields that the handle assigns.
fn assemble(
    context: &Context<'_>,
    named: &NamedOperation<'_>,
    slots: &[Slot],
    sources: &[Source],
    request: &mut Request,
) {
    let operation = named.operation;
    let argument = |slot: &Slot, source: &Source| {
        let optional = slot.optionality == Optionality::Optional;
        match source {
            Source::Input(number) => Argument::Input(*number, slot.pass, optional),
            Source::Variable(number) => Argument::Variable(*number, slot.pass, optional),
            Source::Constant(ty, variant) => {
                Argument::Constant(ty.clone(), variant.clone(), slot.pass)
            }
        }
    };
    let slot_at = |wanted: &SlotLocation| {
        let mut all = slots.iter().zip(sources);
        all.find(|(slot, _)| slot.location == *wanted)
    };
    let direct = (0..operation.arguments.len())
        .filter_map(|number| slot_at(&SlotLocation::Argument(number)));
    request.arguments = direct
        .map(|(slot, source)| argument(slot, source))
        .collect();
    if operation.params.is_some() {
        request.arguments.push(Argument::Params);
    }
    if let Some((slot, source)) = slot_at(&SlotLocation::Body) {
        request.arguments.push(argument(slot, source));
        if let Source::Input(number) = source {
            request.body = Some(Body::Input(*number));
        }
    } else if let Some(body) = &operation.body
        && let index::Ty::Struct(name) = &body.ty
    {
        request
            .arguments
            .push(match body.is_optional && context.index.has_default(name) {
                true => Argument::OptionalBody,
                false => Argument::Body,
            });
        let required = context.index.constructor(name).unwrap_or_default();
        let constructed = required.iter().map(|field| {
            let found = slot_at(&SlotLocation::Field(field.clone()));
            constructed(context, found)
        });
        request.body = Some(Body::Struct {
            ty: of_client(0, &body.ty),
            required: constructed.collect(),
        });
    }
    for (slot, source) in slots.iter().zip(sources) {
        let location = match &slot.location {
            SlotLocation::Params(field) => FieldLocation::Params(ident(field)),
            SlotLocation::Field(field) => FieldLocation::Body(ident(field)),
            SlotLocation::Argument(_) | SlotLocation::Body => continue,
        };
        if let Source::Variable(variable) = source {
            request.fills.push(Fill {
                variable: *variable,
                location,
                optionality: slot.optionality,
            });
        }
    }
}

fn constructed(context: &Context<'_>, found: Option<(&Slot, &Source)>) -> ConstructorArgument {
    match found {
        Some((slot, Source::Input(number))) if slot.optionality == Optionality::Required => {
            ConstructorArgument::Input(*number)
        }
        Some((_, Source::Constant(ty, variant))) => {
            ConstructorArgument::PlaceholderVariant(ty.clone(), variant.clone())
        }
        Some((slot, Source::Variable(_))) if slot.optionality == Optionality::Required => {
            placeholder(context, &slot.ty).unwrap_or(ConstructorArgument::None)
        }
        _ => ConstructorArgument::None,
    }
}
