//! What a call takes, and where in its request each of it goes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::Value;

use super::Source;
use super::plan::Named;
use crate::lower::convert::of_client;
use crate::model::{Ty, Variable};
use crate::names::{Scope, ident, snake_text};
use crate::openapi::description::ApiDescription;
use crate::openapi::index::{self, Pass, Place};

/// Methods and fields that every builder has, or may have.
const TAKEN: [&str; 14] = [
    "client",
    "credential",
    "credentials",
    "header",
    "idempotent",
    "max_retries",
    "new",
    "options",
    "pages",
    "send",
    "send_raw",
    "stream",
    "timeout",
    "variables",
];

/// Something that a call is given.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// The name in the document.
    pub name: String,
    /// The field, the argument and the method.
    pub field: Ident,
    /// The method that takes an `Option`.
    pub maybe: Ident,
    /// Without `Option`.
    pub ty: Ty,
    pub kind: Kind,
    /// The security schemes whose credentials say it by themselves.
    pub implied_by: Vec<String>,
    /// The security scheme for which the request authenticates with it.
    pub credential_for: Option<String>,
    /// The method that makes it null, where the document has null beside leaving it out.
    pub null: Option<Ident>,
    /// Whether the document says that it is secret.
    pub secret: bool,
    pub description: Option<String>,
    /// An example from the document.
    pub example: Option<Value>,
}

/// How a call is given something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The call cannot be begun without it.
    Argument,
    /// It can be left out.
    Optional,
    /// It can be left out, and then has the default of its type.
    Defaulted,
    /// A handle may know it: the number of the variable, and whether the call needs it.
    Variable { number: usize, required: bool },
}

pub(super) type Inputs = Vec<Input>;

/// What a call sends, made of its inputs.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The arguments of the client's method, in its order, without the body.
    pub arguments: Vec<Assignment>,
    pub body: Option<Body>,
}

/// A body and what it is made of.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// An input as it is.
    Whole(Assignment),
    /// A structure of inputs.
    Structure {
        ty: Ty,
        fields: Vec<(Ident, Assignment)>,
    },
}

/// What fills one place of a request.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub from: From,
    pub pass: Pass,
    pub place: Holds,
}

#[derive(Clone, Debug)]
pub(super) enum From {
    /// The input of this number.
    Input(usize),
    /// The only value that there is.
    Constant(TokenStream),
}

/// What a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// `T`, which must be given.
    Value,
    /// `Option<T>`
    Option,
    /// `Option<Option<T>>`, which can be null as well.
    Nullable,
    /// `T`, which has a default.
    Default,
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
    pub description: Option<String>,
    example: Option<Value>,
    at: At,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    /// The argument of this number.
    Argument(usize),
    /// A field of the body.
    Field(String),
    /// The body.
    Body,
}

/// The places of a request as its methods take them: those of the path first, then the other parameters, then the body,
/// each in the order of the document.
pub(super) fn slots(source: Source<'_>, named: &Named<'_>) -> Vec<Slot> {
    let operation = named.operation;
    let declared = &named.declared.parameters;
    let declared: Vec<&str> = declared.iter().map(|parameter| parameter.name).collect();
    let mut arguments: Vec<(usize, &index::Argument)> =
        operation.arguments.iter().enumerate().collect();
    arguments.sort_by_key(|(_, argument)| {
        let in_path = operation.path.find(&format!("{{{}}}", argument.name));
        let declared = declared.iter().position(|name| *name == argument.name);
        match argument.place {
            Place::Path => (false, in_path),
            Place::Query | Place::Header => (true, declared),
        }
    });
    let mut slots: Vec<Slot> = arguments
        .into_iter()
        .map(|(number, argument)| Slot {
            name: argument.name.clone(),
            ty: of_client(0, &argument.ty),
            // What a credential says need not be given.
            holds: match argument.required && argument.implied_by.is_empty() {
                true => Holds::Value,
                false => Holds::Option,
            },
            pass: argument.pass,
            variable: argument.about.variable.clone(),
            implied_by: argument.implied_by.clone(),
            credential_for: None,
            secret: argument.about.secret,
            description: argument.about.description.clone(),
            example: example(&argument.about),
            at: At::Argument(number),
        })
        .collect();
    if let Some(body) = &operation.body {
        slots.extend(body_slots(source, named, body));
    }
    slots
}

fn body_slots(source: Source<'_>, named: &Named<'_>, body: &index::Body) -> Vec<Slot> {
    let index = source.index;
    if let index::Ty::Struct(name) = &body.ty
        && !index.is_flattened(name)
    {
        let spec = ApiDescription::new(source.normalized);
        let declared: Vec<&str> = spec
            .request_body(&named.declared)
            .and_then(|content| content.schema)
            .map(|schema| spec.properties(&spec.schema(schema)))
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
            variable: property.about.variable.clone(),
            implied_by: Vec::new(),
            credential_for: property.about.credential_for.clone(),
            secret: property.about.secret,
            description: property.about.description.clone(),
            example: example(&property.about),
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
        pass: body.pass,
        variable: None,
        implied_by: Vec::new(),
        credential_for: None,
        secret: body.about.secret,
        description: body.about.description.clone(),
        example: None,
        at: At::Body,
    }]
}

fn example(about: &index::About) -> Option<Value> {
    about.schema.get("example").cloned()
}

/// What a call takes, and what it sends.
pub(super) fn read(
    source: Source<'_>,
    named: &Named<'_>,
    variables: &[Variable],
) -> (Inputs, Request) {
    let slots = slots(source, named);
    let mut names = Scope::with(&TAKEN);
    let mut inputs: Inputs = Vec::new();
    let mut input_of: Vec<Option<usize>> = vec![None; slots.len()];
    let named_input = |names: &mut Scope, name: &str, slot: &Slot, kind: Kind| {
        let field = names.snake(name);
        let plain = super::plain(&field);
        let null = kind == Kind::Optional && slot.holds == Holds::Nullable;
        Input {
            name: slot.name.clone(),
            maybe: names.snake(&format!("maybe_{plain}")),
            null: null.then(|| names.snake(&format!("null_{plain}"))),
            field,
            ty: slot.ty.clone(),
            kind,
            implied_by: slot.implied_by.clone(),
            credential_for: slot.credential_for.clone(),
            secret: slot.secret,
            description: slot.description.clone(),
            example: slot.example.clone(),
        }
    };
    // What handles know keeps its name whatever else there is.
    for (slot, input) in slots.iter().zip(&mut input_of) {
        let known = variables.iter().position(|variable| {
            slot.variable.as_ref() == Some(&variable.name) && slot.ty == variable.ty
        });
        let Some((number, variable)) = known.and_then(|n| Some((n, variables.get(n)?))) else {
            continue;
        };
        let needed = slot.holds == Holds::Value;
        let same = inputs.iter().position(
            |input| matches!(input.kind, Kind::Variable { number: n, .. } if n == number),
        );
        let at = same.unwrap_or_else(|| {
            let kind = Kind::Variable {
                number,
                required: false,
            };
            let name = super::plain(&variable.field);
            inputs.push(named_input(&mut names, &name, slot, kind));
            inputs.len() - 1
        });
        if let Some(Input {
            kind: Kind::Variable { required, .. },
            ..
        }) = inputs.get_mut(at)
        {
            *required |= needed;
        }
        *input = Some(at);
    }
    let mut constants: Vec<Option<TokenStream>> = vec![None; slots.len()];
    for (number, slot) in slots.iter().enumerate() {
        if input_of[number].is_some() {
            continue;
        }
        if slot.holds == Holds::Value
            && let Some(only) = only_value(source, &slot.ty)
        {
            constants[number] = Some(only);
            continue;
        }
        let kind = match slot.holds {
            Holds::Value => Kind::Argument,
            Holds::Option | Holds::Nullable => Kind::Optional,
            Holds::Default => Kind::Defaulted,
        };
        let name = match slot.at {
            At::Field(_) if names.is_taken(&snake_text(&slot.name)) => {
                format!("body_{}", slot.name)
            }
            _ => slot.name.clone(),
        };
        inputs.push(named_input(&mut names, &name, slot, kind));
        input_of[number] = Some(inputs.len() - 1);
    }
    let request = request(named, &slots, &input_of, &constants);
    (inputs, request)
}

/// The value of an enumeration that has no other.
fn only_value(source: Source<'_>, ty: &Ty) -> Option<TokenStream> {
    let Ty::Enum { name, .. } = ty else {
        return None;
    };
    match source.index.values(&name.name)?.listed.as_slice() {
        [(variant, _)] => {
            let (ty, variant) = (ident(&name.name), ident(variant));
            Some(quote!(types::#ty::#variant))
        }
        _ => None,
    }
}

fn request(
    named: &Named<'_>,
    slots: &[Slot],
    input_of: &[Option<usize>],
    constants: &[Option<TokenStream>],
) -> Request {
    let filling = |number: usize| {
        let slot = slots.get(number)?;
        let from = match (input_of.get(number)?, constants.get(number)?) {
            (Some(input), _) => From::Input(*input),
            (None, Some(constant)) => From::Constant(constant.clone()),
            (None, None) => return None,
        };
        Some(Assignment {
            from,
            pass: slot.pass,
            place: slot.holds,
        })
    };
    let at = |wanted: &At| slots.iter().position(|slot| slot.at == *wanted);
    let arguments = (0..named.operation.arguments.len())
        .filter_map(|number| filling(at(&At::Argument(number))?))
        .collect();
    let body = named.operation.body.as_ref().and_then(|body| {
        if let Some(whole) = at(&At::Body) {
            return filling(whole).map(Body::Whole);
        }
        let fields = slots.iter().enumerate().filter_map(|(number, slot)| {
            let At::Field(field) = &slot.at else {
                return None;
            };
            Some((ident(field), filling(number)?))
        });
        Some(Body::Structure {
            ty: of_client(0, &body.ty),
            fields: fields.collect(),
        })
    });
    Request { arguments, body }
}
