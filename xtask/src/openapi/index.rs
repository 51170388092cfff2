//! What a generated client offers: its operations with the arguments of their methods, its types, and where a JSON
//! Pointer leads through them.
//!
//! It is read from the same mended client that is printed, so that code which is emitted from it cannot disagree with
//! the client.

mod resolve;
mod ty;

use std::collections::BTreeMap;

use serde_json::Value;
use syn::parse_quote;

use super::description::{self, ApiDescription, Location, Part, servers};
use super::extensions::{CREDENTIAL_FOR, SECRET, VARIABLE};
use super::normalize::{self, Notes};
use super::progenitor::types::{Kind, Types, Union, Values, inside, into_what, named};
use crate::names::folded;
use crate::openapi::progenitor::patch::{Method, PatchedClient, Schemas, arguments_of};

pub use resolve::{Access, Resolved, Unresolved};
pub use ty::Ty;

/// A client, as far as code that calls it has to know.
#[derive(Clone, Debug)]
pub struct Index {
    /// By `operationId`.
    pub operations: BTreeMap<String, Operation>,
    types: Types,
    schemas: Schemas,
    document: Value,
}

/// An operation and the method that calls it.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    /// The `operationId` of the document, where that could not be kept.
    pub declared_id: Option<String>,
    /// The method's name in Rust.
    pub method: String,
    /// The HTTP method in capitals.
    pub http: String,
    pub path: String,
    /// The name of the server that it has for itself.
    pub server: Option<String>,
    /// JSON Pointer of the operation in its document.
    pub pointer: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    /// The parameters, without the body: those that are arguments in the order of the method, then the fields of the
    /// struct of optional parameters.
    pub arguments: Vec<Argument>,
    /// The struct of optional parameters, an argument after all others but the body.
    pub params: Option<String>,
    /// The last argument, where there is a body.
    pub body: Option<Body>,
    pub answer: Answer,
    /// What the document says of the answers, those included that the client does not decode.
    pub documented: Vec<Documented>,
}

/// Where an argument goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

/// How a method takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// `&T`, or `Option<&T>`.
    Reference,
    /// `&str`, or `Option<&str>`.
    Text,
    /// `T`, or `Option<T>`.
    Value,
}

/// An argument of a method.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name in Rust.
    pub ident: String,
    /// The name in the document.
    pub name: String,
    pub place: Place,
    /// The type behind reference and `Option`.
    pub ty: Ty,
    pub required: bool,
    /// The security schemes whose credentials say it by themselves: with one of them it can be left out.
    pub implied_by: Vec<String>,
    pub pass: Pass,
    /// Whether it is a field of the struct of optional parameters.
    pub in_params: bool,
    pub about: About,
}

/// A request's body.
#[derive(Clone, Debug)]
pub struct Body {
    pub media_type: String,
    /// Whether the document requires it; the method always takes one.
    pub required: bool,
    pub ty: Ty,
    pub pass: Pass,
    pub about: About,
}

/// A property of a structure.
#[derive(Clone, Debug)]
pub struct Property {
    /// The field's name in Rust.
    pub ident: String,
    /// The name in the JSON.
    pub name: String,
    /// The field's type as it is, `Option` included.
    pub ty: Ty,
    /// Whether the document requires it.
    pub required: bool,
    pub about: About,
}

/// What the document says of a place beyond its type.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// JSON Pointer of the declaration.
    pub pointer: String,
    /// The schema, with `$ref`s at its top followed.
    pub schema: Value,
    pub description: Option<String>,
    /// The value of a handle that fills this place.
    pub variable: Option<String>,
    /// The security scheme for which a request authenticates with this value.
    pub credential_for: Option<String>,
    pub secret: bool,
}

/// What a method gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A value of this type.
    Value(Ty),
    /// A value of this type, or a 202 without one.
    MaybeAccepted(Ty),
    /// No value.
    Empty,
    /// Bytes as they come.
    Stream,
}

/// A documented answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documented {
    /// `200`, `4XX` or `default`.
    pub status: String,
    pub media_types: Vec<String>,
    pub headers: Vec<String>,
}

impl Index {
    /// `true` if a header, query parameter or cookie of this name is the credential of a security scheme.
    pub fn is_credential(&self, name: &str, location: Location) -> bool {
        let api = ApiDescription::new(&self.document);
        location == Location::Header && name.eq_ignore_ascii_case("authorization")
            || api.schemes_sent_as(name, location).next().is_some()
    }

    /// Reads a mended client. `document` is the normalized one that it was generated from, `notes` is what normalizing
    /// found out.
    pub fn read(mended: &PatchedClient, document: &Value, notes: &Notes) -> Self {
        let mut index = Index {
            operations: BTreeMap::new(),
            types: mended.types.clone(),
            schemas: mended.schemas.clone(),
            document: document.clone(),
        };
        let api = ApiDescription::new(document);
        let declared: BTreeMap<&str, description::Operation<'_>> = api
            .operations()
            .into_iter()
            .filter_map(|operation| Some((operation.id?, operation)))
            .collect();
        let operations = mended.methods.iter().filter_map(|method| {
            let declared = declared.get(method.operation.as_str())?;
            Some(index.operation(method, declared, api, notes))
        });
        let operations: Vec<Operation> = operations.collect();
        index.operations = operations.into_iter().map(|o| (o.id.clone(), o)).collect();
        index
    }

    fn operation(
        &self,
        method: &Method,
        operation: &description::Operation<'_>,
        api: ApiDescription<'_>,
        notes: &Notes,
    ) -> Operation {
        let mut arguments = Vec::new();
        let mut body = None;
        let implied = api.implied_parameters(operation);
        let group = method.parameters.as_ref();
        let direct = arguments_of(&method.function).into_iter();
        let direct = direct
            .filter(|(ident, _)| group.is_none_or(|group| group.argument != ident))
            .map(|(ident, ty)| (ident, ty, false));
        let grouped = group.map(|group| group.fields()).unwrap_or_default();
        let grouped = grouped
            .into_iter()
            .map(|(ident, ty)| (ident, parse_quote!(Option<#ty>), true));
        for (ident, ty, in_params) in direct.chain(grouped) {
            // The `T` of `impl Into<Option<T>>`, which only what a credential may say has.
            let can_be_implied = into_what(&ty).and_then(|ty| inside(ty, "Option"));
            let (ty, required, can_be_implied) = match (inside(&ty, "Option"), can_be_implied) {
                (Some(inner), _) => (inner.clone(), false, false),
                (None, Some(inner)) => (inner.clone(), true, true),
                (None, None) => (ty, true, false),
            };
            let pass = match (&ty, named(&ty).as_deref()) {
                (syn::Type::Reference(_), Some("str")) => Pass::Text,
                (syn::Type::Reference(_), _) => Pass::Reference,
                _ => Pass::Value,
            };
            let mut parameters = operation.parameters.iter();
            let parameter = parameters.find(|it| folded(it.name) == folded(&ident));
            let ty = match is_type_parameter(&ty, &method.function) {
                true => Ty::Bytes,
                false => self.ty(&ty),
            };
            match parameter {
                Some(parameter) => arguments.push(Argument {
                    ident,
                    name: parameter.name.to_owned(),
                    place: match parameter.location {
                        Location::Path => Place::Path,
                        Location::Header => Place::Header,
                        _ => Place::Query,
                    },
                    ty,
                    required,
                    implied_by: implied
                        .get(parameter.name)
                        .filter(|_| can_be_implied)
                        .map(|schemes| schemes.iter().map(|it| (*it).to_owned()).collect())
                        .unwrap_or_default(),
                    pass,
                    in_params,
                    about: about(&parameter.part, parameter.schema(), api),
                }),
                None => {
                    let content = api.request_body(operation);
                    let part = api.request_body_object(operation);
                    body = Some(Body {
                        media_type: content
                            .as_ref()
                            .map(|c| c.media_type.to_owned())
                            .unwrap_or_default(),
                        required: content.as_ref().is_some_and(|content| content.required),
                        ty,
                        pass,
                        about: part
                            .map(|part| about(&part, content.and_then(|c| c.schema), api))
                            .unwrap_or_default(),
                    });
                }
            }
        }
        let notes = notes.operations.get(&method.operation);
        Operation {
            id: method.operation.clone(),
            declared_id: notes.and_then(|notes| notes.declared_id.clone()),
            method: method.function.sig.ident.to_string(),
            http: method.http.clone(),
            path: method.path.clone(),
            server: servers::own(api, operation).map(|server| server.name),
            pointer: method.pointer.clone(),
            summary: operation.part.text("summary").map(str::to_owned),
            description: operation.part.text("description").map(str::to_owned),
            arguments,
            params: group.map(|group| group.name()),
            body,
            answer: self.answer(method),
            documented: notes
                .map(|notes| notes.answers.iter().map(documented).collect())
                .unwrap_or_default(),
        }
    }

    fn answer(&self, method: &Method) -> Answer {
        let syn::ReturnType::Type(_, ty) = &method.function.sig.output else {
            return Answer::Empty;
        };
        let Some(value) = inside(ty, "Result").and_then(|ty| inside(ty, "Response")) else {
            return Answer::Empty;
        };
        match named(value).as_deref() {
            None => Answer::Empty,
            Some("ByteStream") => Answer::Stream,
            Some("Outcome") => match inside(value, "Outcome") {
                Some(inner) => Answer::MaybeAccepted(self.ty(inner)),
                None => Answer::Empty,
            },
            Some(_) => Answer::Value(self.ty(value)),
        }
    }

    /// The document that the client was made from.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// A Rust type of the client.
    pub fn ty(&self, ty: &syn::Type) -> Ty {
        Ty::read(ty, &self.types)
    }

    /// The names of all types.
    pub fn type_names(&self) -> impl Iterator<Item = &str> {
        self.types.items.keys().map(String::as_str)
    }

    /// What kind of type this is.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        Some(&self.types.items.get(name)?.kind)
    }

    /// The variants of an enumeration.
    pub fn values(&self, name: &str) -> Option<&Values> {
        match self.kind(name)? {
            Kind::Enum(values) => Some(values),
            _ => None,
        }
    }

    /// The variants of a union.
    pub fn union(&self, name: &str) -> Option<&Union> {
        match self.kind(name)? {
            Kind::Union(union) => Some(union),
            _ => None,
        }
    }

    /// Whether a structure can be made with nothing in it.
    pub fn has_default(&self, name: &str) -> bool {
        self.types
            .items
            .get(name)
            .is_some_and(|item| item.derives("Default"))
    }

    /// The fields that the constructor of a structure takes, in its order; `None` if it has no constructor.
    pub fn constructor(&self, name: &str) -> Option<Vec<String>> {
        self.types.items.get(name)?.constructor()
    }

    /// Whether a structure has fields whose members stand among its own.
    pub fn is_flattened(&self, name: &str) -> bool {
        self.types.fields(name).iter().any(|field| field.flattened)
    }

    /// The schema a type was made from.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        let api = ApiDescription::new(&self.document);
        self.schemas.of(name, api).map(|part| part.value)
    }

    /// The properties of a structure, in the order of its fields; empty for every other type.
    pub fn properties(&self, name: &str) -> Vec<Property> {
        let api = ApiDescription::new(&self.document);
        let schema = self.schemas.of(name, api);
        let required = schema.as_ref().map(|s| api.required(s)).unwrap_or_default();
        let fields = self
            .types
            .fields(name)
            .into_iter()
            .filter(|field| !field.flattened);
        fields
            .map(|field| {
                let declared = self.schemas.property(name, &field.name, api);
                Property {
                    required: required.contains(&field.name.as_str()),
                    ty: self.ty(&field.ty),
                    about: declared
                        .map(|part| about(&part, Some(part.clone()), api))
                        .unwrap_or_default(),
                    ident: field.ident,
                    name: field.name,
                }
            })
            .collect()
    }

    /// Where a JSON Pointer leads from a value of a type.
    pub fn resolve(&self, ty: &Ty, pointer: &str) -> Result<Resolved, Unresolved> {
        resolve::resolve(self, ty, pointer)
    }
}

/// `true` for a type parameter of a method, which takes everything that the HTTP client takes for a body.
fn is_type_parameter(ty: &syn::Type, function: &syn::ImplItemFn) -> bool {
    let name = named(ty);
    let mut parameters = function.sig.generics.type_params();
    parameters.any(|parameter| name.as_deref() == Some(parameter.ident.to_string().as_str()))
}

fn about(declaration: &Part<'_>, schema: Option<Part<'_>>, api: ApiDescription<'_>) -> About {
    let resolved = schema.clone().map(|schema| api.schema(schema));
    // What stands at the place itself comes before what it refers to.
    let places: Vec<&Part<'_>> = std::iter::once(declaration)
        .chain(schema.as_ref())
        .chain(resolved.as_ref())
        .collect();
    let text = |key: &str| {
        places
            .iter()
            .find_map(|part| part.text(key))
            .map(str::to_owned)
    };
    About {
        pointer: declaration.pointer.clone(),
        description: text("description"),
        variable: text(VARIABLE),
        credential_for: text(CREDENTIAL_FOR),
        secret: places.iter().any(|part| part.is_true(SECRET)),
        schema: resolved
            .as_ref()
            .map(|schema| schema.value.clone())
            .unwrap_or_default(),
    }
}

fn documented(answer: &normalize::Answer) -> Documented {
    Documented {
        status: answer.status.clone(),
        media_types: answer
            .content
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
        headers: answer
            .headers
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
    }
}

#[cfg(test)]
mod tests;
