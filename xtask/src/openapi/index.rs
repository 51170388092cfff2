//! Index of a generated client: operations with the arguments of their methods, types, and JSON Pointer resolution.
//!
//! The index is read from the patched client that is printed, so emitted code always matches the client.

mod resolve;
mod ty;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use syn::parse_quote;

use super::description::{self, ApiDescription, Location, Part, servers};
use super::extensions::{CREDENTIAL_FOR, SECRET, VARIABLE};
use super::normalize::{self, Notes};
use super::progenitor::types::{
    EnumValues, TypeKind, Types, Union, into_target, type_argument, type_name,
};
use crate::openapi::progenitor::arguments::ByArgument;
use crate::openapi::progenitor::patch::{Method, PatchedClient, Schemas, arguments_of, constants};

pub use resolve::{Access, Resolved, Unresolved};
pub use ty::Ty;

/// Operations and types of a client, as needed by code that calls it.
#[derive(Clone, Debug)]
pub struct Index {
    /// Operations by `operationId`.
    pub operations: BTreeMap<String, Operation>,
    types: Rc<Types>,
    schemas: Schemas,
    document: Rc<Value>,
    /// Properties of each type, read at their first use: workflows share most of their types.
    properties: BTreeMap<String, OnceCell<Vec<Property>>>,
}

/// Operation and the method that calls it.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    /// The `operationId` in the normalized document, which a variant has to itself.
    pub key: String,
    /// The `operationId` declared in the document, if it was replaced.
    pub declared_id: Option<String>,
    /// Rust name of the method.
    pub method: String,
    /// Name of the constant that describes the operation.
    pub constant: String,
    /// HTTP method in upper case.
    pub http: String,
    pub path: String,
    /// Name of the server that the operation declares for itself.
    pub server: Option<String>,
    /// JSON Pointer of the operation in its document.
    pub pointer: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    /// Parameters without the body: the arguments of the method in order, then the fields of the struct of optional
    /// parameters.
    pub arguments: Vec<Argument>,
    /// Struct of optional parameters. It is passed after all arguments except the body.
    pub params: Option<String>,
    /// Request body, passed as the last argument.
    pub body: Option<Body>,
    pub response: ResponseType,
    /// Documented responses, including those that the client does not decode.
    pub documented: Vec<DocumentedResponse>,
    /// The same operation with other media types of its body.
    pub variants: Vec<Operation>,
}

/// Location of an argument in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentLocation {
    Path,
    Query,
    Header,
    Cookie,
}

/// Form in which a method takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// `&T`, or `Option<&T>`.
    Reference,
    /// `&str`, or `Option<&str>`.
    Text,
    /// `impl Into<Option<&str>>`.
    OptionalText,
    /// `T`, or `Option<T>`.
    Value,
}

/// Argument of a method.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Rust name.
    pub ident: String,
    /// Name in the document.
    pub name: String,
    pub location: ArgumentLocation,
    /// Type without reference and `Option`.
    pub ty: Ty,
    pub required: bool,
    /// Security schemes whose credentials imply the value. With one of them, the argument can be omitted.
    pub implied_by: Vec<String>,
    pub pass: Pass,
    /// `true` if the argument is a field of the struct of optional parameters.
    pub in_params: bool,
    pub declaration: Declaration,
}

/// Body of a request.
#[derive(Clone, Debug)]
pub struct Body {
    pub media_type: String,
    /// Other media types for the same bytes, which a caller can send as `content-type`.
    pub synonyms: Vec<String>,
    /// `true` if the document requires the body.
    pub required: bool,
    /// `true` if the method accepts `None`.
    pub is_optional: bool,
    pub ty: Ty,
    pub pass: Pass,
    /// Declared parts of a `multipart/form-data` body.
    pub parts: Vec<normalize::Part>,
    pub declaration: Declaration,
}

/// Property of a struct.
#[derive(Clone, Debug)]
pub struct Property {
    /// Rust name of the field.
    pub ident: String,
    /// Name in JSON.
    pub name: String,
    /// Type of the field, including `Option`.
    pub ty: Ty,
    /// `true` if the document requires the property.
    pub required: bool,
    pub declaration: Declaration,
}

/// Facts that the document declares about a value in addition to its type.
#[derive(Clone, Debug, Default)]
pub struct Declaration {
    /// JSON Pointer of the declaration.
    pub pointer: String,
    /// Schema, with a top-level `$ref` resolved.
    pub schema: Value,
    pub description: Option<String>,
    /// Name of the handle's variable that supplies the value.
    pub variable: Option<String>,
    /// Security scheme for which a request authenticates with this value.
    pub credential_for: Option<String>,
    pub secret: bool,
}

/// Return type of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// A decoded value.
    Value(Ty),
    /// A decoded value, or a 202 without one.
    MaybeAccepted(Ty),
    /// No value.
    Empty,
    /// Stream of bytes.
    Stream,
}

/// Documented response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentedResponse {
    /// `200`, `4XX` or `default`.
    pub status: String,
    pub media_types: Vec<String>,
    pub headers: Vec<String>,
}

impl Index {
    /// Returns `true` if a header, query parameter or cookie of this name is the credential of a security scheme.
    pub fn is_credential(&self, name: &str, location: Location) -> bool {
        let api = ApiDescription::new(&self.document);
        location == Location::Header && name.eq_ignore_ascii_case("authorization")
            || api.schemes_sent_as(name, location).next().is_some()
    }

    /// Reads a patched client. `document` is the normalized document that it was generated from, `notes` are the
    /// notes of the normalization.
    pub fn read(client: &PatchedClient, document: &Rc<Value>, notes: &Notes) -> Self {
        let names = client.types.items.keys();
        let mut index = Index {
            operations: BTreeMap::new(),
            types: Rc::clone(&client.types),
            schemas: client.schemas.clone(),
            document: Rc::clone(document),
            properties: names.map(|name| (name.clone(), OnceCell::new())).collect(),
        };
        let api = ApiDescription::new(document);
        let declared: BTreeMap<&str, description::Operation<'_>> = api
            .operations()
            .into_iter()
            .filter_map(|operation| Some((operation.id?, operation)))
            .collect();
        let constants = constants(&client.methods, api);
        let mut variants: BTreeMap<&str, Vec<Operation>> = BTreeMap::new();
        let mut operations = BTreeMap::new();
        for method in &client.methods {
            let id = method.operation.as_str();
            let (Some(declared), Some(constant)) = (declared.get(id), constants.get(id)) else {
                continue;
            };
            let mut operation = index.operation(method, declared, api, notes);
            operation.constant = constant.to_string();
            match declared.variant_of() {
                Some(of) => {
                    operation.id = of.to_owned();
                    variants.entry(of).or_default().push(operation);
                }
                None => drop(operations.insert(operation.id.clone(), operation)),
            }
        }
        for (id, variants) in variants {
            if let Some(operation) = operations.get_mut(id) {
                operation.variants = variants;
            }
        }
        index.operations = operations;
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
        let parameters = ByArgument::of(operation, api);
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
            // Only values that a credential can imply are taken as `impl Into<Option<T>>`.
            let can_be_implied = into_target(&ty).and_then(|ty| type_argument(ty, "Option"));
            let (ty, required, can_be_implied) =
                match (type_argument(&ty, "Option"), can_be_implied) {
                    (Some(inner), _) => (inner.clone(), false, false),
                    (None, Some(inner)) => (inner.clone(), true, true),
                    (None, None) => (ty, true, false),
                };
            let pass = match (&ty, type_name(&ty).as_deref()) {
                (syn::Type::Reference(_), Some("str")) if can_be_implied => Pass::OptionalText,
                (syn::Type::Reference(_), Some("str")) => Pass::Text,
                (syn::Type::Reference(_), _) => Pass::Reference,
                _ => Pass::Value,
            };
            let parameter = parameters.get(&ident);
            let parts = notes.parts(&method.operation);
            let ty = match is_type_parameter(&ty, &method.function) {
                true => Ty::Bytes,
                false if parameter.is_none() && parts.is_some() => Ty::Multipart,
                false => self.ty(&ty),
            };
            match parameter {
                Some(parameter) => arguments.push(Argument {
                    ident,
                    name: parameter.name.to_owned(),
                    location: match parameter.location {
                        Location::Path => ArgumentLocation::Path,
                        Location::Header => ArgumentLocation::Header,
                        Location::Cookie => ArgumentLocation::Cookie,
                        _ => ArgumentLocation::Query,
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
                    declaration: declaration(&parameter.part, parameter.schema(), api),
                }),
                None => {
                    let content = api.request_body(operation);
                    let part = api.request_body_object(operation);
                    body = Some(Body {
                        media_type: notes
                            .request_media_type(&method.operation)
                            .or_else(|| Some(content.as_ref()?.media_type))
                            .unwrap_or_default()
                            .to_owned(),
                        synonyms: notes
                            .operations
                            .get(&method.operation)
                            .map(|notes| notes.synonyms.clone())
                            .unwrap_or_default(),
                        required: content.as_ref().is_some_and(|content| content.required),
                        is_optional: can_be_implied,
                        ty,
                        pass,
                        parts: parts.unwrap_or_default().to_vec(),
                        // The schema of a body of parts is that of bytes, which progenitor takes instead.
                        declaration: part
                            .map(|part| {
                                let schema = content.and_then(|content| content.schema);
                                declaration(&part, schema.filter(|_| parts.is_none()), api)
                            })
                            .unwrap_or_default(),
                    });
                }
            }
        }
        let notes = notes.operations.get(&method.operation);
        Operation {
            id: method.operation.clone(),
            key: method.operation.clone(),
            declared_id: notes.and_then(|notes| notes.declared_id.clone()),
            method: method.function.sig.ident.to_string(),
            constant: String::new(),
            http: method.http.clone(),
            path: method.path.clone(),
            server: servers::own(api, operation).map(|server| server.name),
            pointer: method.pointer.clone(),
            summary: operation.part.text("summary").map(str::to_owned),
            description: operation.part.text("description").map(str::to_owned),
            arguments,
            params: group.map(|group| group.name()),
            body,
            response: self.response_type(method),
            documented: notes
                .map(|notes| notes.responses.iter().map(documented).collect())
                .unwrap_or_default(),
            variants: Vec::new(),
        }
    }

    fn response_type(&self, method: &Method) -> ResponseType {
        let syn::ReturnType::Type(_, ty) = &method.function.sig.output else {
            return ResponseType::Empty;
        };
        let Some(value) = type_argument(ty, "Result").and_then(|ty| type_argument(ty, "Response"))
        else {
            return ResponseType::Empty;
        };
        match type_name(value).as_deref() {
            None => ResponseType::Empty,
            Some("ByteStream") => ResponseType::Stream,
            Some("Outcome") => match type_argument(value, "Outcome") {
                Some(inner) => ResponseType::MaybeAccepted(self.ty(inner)),
                None => ResponseType::Empty,
            },
            Some(_) => ResponseType::Value(self.ty(value)),
        }
    }

    /// Returns the document that the client was generated from.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Reads a Rust type of the client.
    pub fn ty(&self, ty: &syn::Type) -> Ty {
        Ty::read(ty, &self.types)
    }

    /// Returns the names of all types.
    pub fn type_names(&self) -> impl Iterator<Item = &str> {
        self.types.items.keys().map(String::as_str)
    }

    /// Returns the kind of a type.
    pub fn kind(&self, name: &str) -> Option<&TypeKind> {
        Some(&self.types.items.get(name)?.kind)
    }

    /// Returns the variants of an enum.
    pub fn values(&self, name: &str) -> Option<&EnumValues> {
        match self.kind(name)? {
            TypeKind::Enum(values) => Some(values),
            _ => None,
        }
    }

    /// Returns the variants of a union.
    pub fn union(&self, name: &str) -> Option<&Union> {
        match self.kind(name)? {
            TypeKind::Union(union) => Some(union),
            _ => None,
        }
    }

    /// Returns `true` if a struct implements `Default`.
    pub fn has_default(&self, name: &str) -> bool {
        self.types
            .items
            .get(name)
            .is_some_and(|item| item.derives("Default"))
    }

    /// Returns the fields that the constructor of a struct takes, in order. `None` if it has no constructor.
    pub fn constructor(&self, name: &str) -> Option<Vec<String>> {
        self.types.items.get(name)?.constructor()
    }

    /// Returns `true` if a struct has flattened fields.
    pub fn is_flattened(&self, name: &str) -> bool {
        self.types.fields(name).iter().any(|field| field.flattened)
    }

    /// Returns the schema that a type was generated from.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        let api = ApiDescription::new(&self.document);
        self.schemas.of(name, api).map(|part| part.value)
    }

    /// Returns the properties of a struct in the order of its fields. Empty for every other type.
    pub fn properties(&self, name: &str) -> &[Property] {
        let known = self.properties.get(name);
        known.map_or(&[], |known| {
            known.get_or_init(|| self.read_properties(name))
        })
    }

    fn read_properties(&self, name: &str) -> Vec<Property> {
        let api = ApiDescription::new(&self.document);
        let schema = self.schemas.of(name, api);
        let required = schema.as_ref().map(|s| api.required(s)).unwrap_or_default();
        let mut properties = self.schemas.properties(name, api);
        let fields = self
            .types
            .fields(name)
            .into_iter()
            .filter(|field| !field.flattened);
        fields
            .map(|field| {
                let declared = properties.remove(field.name.as_str());
                Property {
                    required: required.contains(&field.name.as_str()),
                    ty: self.ty(&field.ty),
                    declaration: declared
                        .map(|part| declaration(&part, Some(part.clone()), api))
                        .unwrap_or_default(),
                    ident: field.ident,
                    name: field.name,
                }
            })
            .collect()
    }

    /// Resolves a JSON Pointer in a value of a type.
    pub fn resolve(&self, ty: &Ty, pointer: &str) -> Result<Resolved, Unresolved> {
        resolve::resolve(self, ty, pointer)
    }
}

/// Returns `true` for a type parameter of a method, which accepts every body that the HTTP client accepts.
fn is_type_parameter(ty: &syn::Type, function: &syn::ImplItemFn) -> bool {
    let name = type_name(ty);
    let mut parameters = function.sig.generics.type_params();
    parameters.any(|parameter| name.as_deref() == Some(parameter.ident.to_string().as_str()))
}

fn declaration(
    declared: &Part<'_>,
    schema: Option<Part<'_>>,
    api: ApiDescription<'_>,
) -> Declaration {
    let resolved = schema.clone().map(|schema| api.schema(schema));
    // Keywords of the declaration take precedence over those of the referenced schema.
    let parts: Vec<&Part<'_>> = std::iter::once(declared)
        .chain(schema.as_ref())
        .chain(resolved.as_ref())
        .collect();
    let text = |key: &str| {
        parts
            .iter()
            .find_map(|part| part.text(key))
            .map(str::to_owned)
    };
    Declaration {
        pointer: declared.pointer.clone(),
        description: text("description"),
        variable: text(VARIABLE),
        credential_for: text(CREDENTIAL_FOR),
        secret: parts.iter().any(|part| part.is_true(SECRET)),
        schema: resolved
            .as_ref()
            .map(|schema| schema.value.clone())
            .unwrap_or_default(),
    }
}

fn documented(response: &normalize::ResponseNotes) -> DocumentedResponse {
    DocumentedResponse {
        status: response.status.clone(),
        media_types: response
            .content
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
        headers: response
            .headers
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
    }
}

#[cfg(test)]
mod tests;
