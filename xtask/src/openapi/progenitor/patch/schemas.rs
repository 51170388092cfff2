//! Mapping from Rust types to the schemas of the document.
//!
//! typify does not report it, so both are walked in parallel: a component and the type of its name, a property and
//! the type of its field, a parameter and the type of its argument. Patches use it to read facts that the Rust type
//! does not have, such as `x-secret`.

use std::collections::{BTreeMap, BTreeSet};

use syn::{FnArg, Type};

use super::errors::ErrorBodies;
use super::{Method, shorten_paths};
use crate::names::folded;
use crate::openapi::description::{ApiDescription, Operation, Part};
use crate::openapi::progenitor::arguments::ByArgument;
use crate::openapi::progenitor::types::{TypeKind, Types, arguments, type_name};

/// JSON Pointers of the types' schemas, by type name.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    by_type: BTreeMap<String, String>,
}

impl Schemas {
    /// Walks a client and its document in parallel.
    pub fn pair(types: &Types, methods: &[Method], api: ApiDescription<'_>) -> Self {
        let mut walk = Walk {
            types,
            api,
            found: BTreeMap::new(),
        };
        let by_folded: BTreeMap<String, &String> = types
            .items
            .keys()
            .map(|name| (folded(name), name))
            .collect();
        let components = api.at("/components/schemas").map(|c| c.members());
        for (name, schema) in components.unwrap_or_default() {
            let type_named = |name: &str| by_folded.get(&folded(name)).copied();
            let type_name =
                type_named(name).or_else(|| type_named(&shorten_paths::other_name(name)?));
            if let Some(type_name) = type_name {
                walk.record(type_name, schema);
            }
        }
        let operations = api.operations();
        let operations: BTreeMap<&str, &Operation<'_>> = operations
            .iter()
            .rev()
            .filter_map(|operation| Some((operation.id?, operation)))
            .collect();
        for method in methods {
            let Some(operation) = operations.get(method.operation.as_str()) else {
                continue;
            };
            let parameters = ByArgument::of(operation, api);
            for (ident, ty) in arguments_of(&method.function) {
                let schema = match ident.as_str() {
                    "body" => api.request_body(operation).and_then(|c| c.schema),
                    _ => parameters.get(&ident).and_then(|it| it.schema()),
                };
                if let Some(schema) = schema {
                    walk.pair(&ty, schema);
                }
            }
            let response = super::client::response_type(&method.function);
            let schema = api.success(operation).and_then(|content| content.schema);
            if let (Some(response), Some(schema)) = (response, schema) {
                walk.pair(&response, schema);
            }
        }
        Schemas {
            by_type: walk.found,
        }
    }

    /// Returns the schema that a type is generated from.
    pub fn of<'d>(&self, name: &str, api: ApiDescription<'d>) -> Option<Part<'d>> {
        api.at(self.by_type.get(name)?)
    }

    /// Returns the types by the JSON Pointers of their schemas.
    pub(super) fn by_pointer(&self) -> BTreeMap<&str, &str> {
        let pairs = self.by_type.iter();
        pairs.map(|(ty, at)| (at.as_str(), ty.as_str())).collect()
    }

    /// Returns the schemas of a struct's properties by name, with their `$ref`s unresolved.
    pub fn properties<'d>(
        &self,
        name: &str,
        api: ApiDescription<'d>,
    ) -> BTreeMap<&'d str, Part<'d>> {
        let schema = self.of(name, api);
        let properties = schema.map(|schema| api.properties(&schema));
        properties.into_iter().flatten().collect()
    }
}

/// Returns the names and types of a method's arguments.
pub fn arguments_of(function: &syn::ImplItemFn) -> Vec<(String, Type)> {
    let read = |input: &FnArg| match input {
        FnArg::Typed(argument) => match &*argument.pat {
            syn::Pat::Ident(pat) => Some((pat.ident.to_string(), (*argument.ty).clone())),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    };
    function.sig.inputs.iter().filter_map(read).collect()
}

struct Walk<'t, 'd> {
    types: &'t Types,
    api: ApiDescription<'d>,
    found: BTreeMap<String, String>,
}

impl<'d> Walk<'_, 'd> {
    fn pair(&mut self, ty: &Type, schema: Part<'d>) {
        let schema = self.api.schema(schema);
        let Some(name) = type_name(ty) else {
            return;
        };
        match (name.as_str(), arguments(ty).as_slice()) {
            ("Option" | "Box", [inner]) => self.pair(inner, schema),
            ("Vec", [inner]) => {
                if let Some(items) = schema.get("items") {
                    self.pair(inner, items);
                }
            }
            ("HashMap", [_, inner]) | ("OrderedMap", [inner]) => {
                if let Some(values) = schema.get("additionalProperties") {
                    self.pair(inner, values);
                }
            }
            _ => self.record(&name, schema),
        }
    }

    fn record(&mut self, name: &str, schema: Part<'d>) {
        let Some(item) = self.types.items.get(name) else {
            return;
        };
        if self.found.contains_key(name) {
            return;
        }
        let schema = self.api.schema(schema);
        self.found.insert(name.to_owned(), schema.pointer.clone());
        match &item.kind {
            TypeKind::Struct => {
                let properties = self.api.properties(&schema);
                for field in item.fields() {
                    let property = properties.iter().find(|(name, _)| *name == field.name);
                    if let Some((_, property)) = property {
                        self.pair(&field.ty, property.clone());
                    }
                }
            }
            TypeKind::Newtype(inner) => self.pair(inner, schema),
            TypeKind::Union(union) => {
                let choices = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(key));
                let choices = choices.map(|c| c.elements()).unwrap_or_default();
                if choices.len() == union.variants.len() {
                    for ((_, ty), choice) in union.variants.iter().zip(choices) {
                        self.pair(ty, choice);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Types that occur in responses and in requests.
#[derive(Clone, Debug, Default)]
pub(super) struct Directions {
    responses: BTreeSet<String>,
    requests: BTreeSet<String>,
}

impl Directions {
    /// Collects the types of all methods.
    #[cfg(test)]
    pub(super) fn of(types: &Types, methods: &[Method]) -> Self {
        Self::with_errors(types, methods, &ErrorBodies::default())
    }

    /// Collects the types of all methods and their errors.
    pub(super) fn with_errors(types: &Types, methods: &[Method], errors: &ErrorBodies) -> Self {
        let responses = methods
            .iter()
            .filter_map(|m| super::client::response_type(&m.function));
        let mut responses: Vec<String> = responses.flat_map(|ty| types.mentioned(&ty)).collect();
        responses.extend(errors.types().map(str::to_owned));
        let sent = methods.iter().flat_map(|m| arguments_of(&m.function));
        let sent: Vec<String> = sent.flat_map(|(_, ty)| types.mentioned(&ty)).collect();
        Directions {
            responses: types.reachable(responses).into_iter().collect(),
            requests: types.reachable(sent).into_iter().collect(),
        }
    }

    /// Creates directions with these types in responses.
    #[cfg(test)]
    pub(super) fn of_responses<const COUNT: usize>(names: [&str; COUNT]) -> Self {
        Self {
            responses: names.map(str::to_owned).into(),
            ..Self::default()
        }
    }

    /// Returns `true` if a type can occur in a response.
    pub(super) fn in_responses(&self, name: &str) -> bool {
        self.responses.contains(name)
    }

    /// Returns `true` if a type can occur in a request.
    pub(super) fn in_requests(&self, name: &str) -> bool {
        self.requests.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_an_inline_schema_through_its_property() {
        let document = json!({ "components": { "schemas": {
            "my-account": { "properties": { "states": { "type": "array", "items": { "type": "string", "x-secret": true } } } },
        } } });
        let source = "pub struct MyAccount { pub states: Vec<MyAccountState> } pub struct MyAccountState(String);";
        let types = Types::read(syn::parse_file(source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        let found = schemas.of("MyAccountState", api).expect("found");
        assert_eq!(
            found.pointer,
            "/components/schemas/my-account/properties/states/items"
        );
        assert!(found.is_true("x-secret"));
        assert!(schemas.properties("MyAccount", api).contains_key("states"));
    }
}
