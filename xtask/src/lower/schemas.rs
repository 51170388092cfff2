//! Self-contained JSON Schemas of the inputs and outputs of a workflow.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Client;
use crate::arazzo::document;
use crate::lower::convert::of_client;
use crate::lower::infer::Use;
use crate::model::{IpAddress, Output, Program, Ty, TypeName};
use crate::openapi::extensions::SECRET;

/// The dialect of the schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Keywords that an input inherits from the schemas of its uses.
const INHERITED_KEYWORDS: [&str; 8] = [
    "enum",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    SECRET,
];

/// Returns the schema of the inputs, with constraints inherited from their uses.
pub(crate) fn inputs(workflow: &document::Workflow, uses: &[Vec<Use>]) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), DIALECT.into());
    match &workflow.inputs.schema {
        Value::Object(declared) => schema.extend(declared.clone()),
        _ => drop(schema.insert("type".to_owned(), "object".into())),
    }
    for (name, uses) in workflow.inputs.fields.keys().zip(uses) {
        let Some(Value::Object(property)) = schema
            .get_mut("properties")
            .and_then(|all| all.get_mut(name))
        else {
            continue;
        };
        for input_use in uses {
            for key in INHERITED_KEYWORDS {
                if let Some(value) = input_use.schema.get(key) {
                    property.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
    }
    Value::Object(schema)
}

/// The format of definition names in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DefinitionNames {
    /// The name of the type.
    Type,
    /// The name of the client and the name of the type.
    ClientAndType,
}

/// Adds the schemas of the outputs of all workflows, which only the generated code needs.
pub fn add_outputs(program: &mut Program, clients: &[Client<'_>]) {
    for workflow in &mut program.workflows {
        let named = match workflow.clients.len() > 1 {
            true => DefinitionNames::ClientAndType,
            false => DefinitionNames::Type,
        };
        workflow.outputs_schema = Some(outputs(clients, named, &workflow.outputs));
    }
}

/// Returns the schema of the outputs.
fn outputs(clients: &[Client<'_>], named: DefinitionNames, outputs: &[Output]) -> Value {
    let mut writer = Writer {
        clients,
        named,
        definitions: BTreeMap::new(),
    };
    let mut properties = Map::new();
    let mut required = Vec::new();
    for output in outputs {
        if !output.ty.is_optional() {
            required.push(Value::from(output.id.as_str()));
        }
        // An optional output without a value is null in JSON.
        properties.insert(output.id.clone(), writer.schema(&output.ty));
    }
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), DIALECT.into());
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), Value::Array(required));
    if !writer.definitions.is_empty() {
        let definitions = writer
            .definitions
            .into_iter()
            .map(|(name, schema)| (name, schema.unwrap_or_default()));
        schema.insert("$defs".to_owned(), Value::Object(definitions.collect()));
    }
    Value::Object(schema)
}

/// Returns a schema that also accepts null.
fn or_null(mut schema: Value) -> Value {
    let is_alone = schema.get("enum").is_none() && schema.get("anyOf").is_none();
    match schema.get_mut("type") {
        Some(kind @ Value::String(_)) if is_alone => *kind = json!([kind, "null"]),
        _ => schema = json!({ "anyOf": [schema, { "type": "null" }] }),
    }
    schema
}

/// Writes the schemas of types, with one definition per type of a client.
struct Writer<'a> {
    clients: &'a [Client<'a>],
    named: DefinitionNames,
    /// The definitions by name. A definition that is being written is `None`, which terminates recursive types.
    definitions: BTreeMap<String, Option<Value>>,
}

impl Writer<'_> {
    fn schema(&mut self, ty: &Ty) -> Value {
        match ty {
            Ty::Bool => json!({ "type": "boolean" }),
            Ty::Integer(_) => json!({ "type": "integer" }),
            Ty::Number => json!({ "type": "number" }),
            Ty::String => json!({ "type": "string" }),
            Ty::Secret => json!({ "type": "string", SECRET: true }),
            Ty::Json => json!({}),
            Ty::JsonMap => json!({ "type": "object" }),
            Ty::DateTime => json!({ "type": "string", "format": "date-time" }),
            Ty::Date => json!({ "type": "string", "format": "date" }),
            Ty::Uuid => json!({ "type": "string", "format": "uuid" }),
            Ty::Ip(IpAddress::Any) => {
                json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] })
            }
            Ty::Ip(IpAddress::V4) => json!({ "type": "string", "format": "ipv4" }),
            Ty::Ip(IpAddress::V6) => json!({ "type": "string", "format": "ipv6" }),
            Ty::Bytes | Ty::Multipart | Ty::Foreign(_) | Ty::Opaque(_) => json!({}),
            Ty::List(inner) => json!({ "type": "array", "items": self.schema(inner) }),
            Ty::Map(inner) => {
                json!({ "type": "object", "additionalProperties": self.schema(inner) })
            }
            Ty::Boxed(inner) => self.schema(inner),
            Ty::Option(inner) => or_null(self.schema(inner)),
            Ty::Text { name, .. }
            | Ty::JsonFields(name)
            | Ty::Enum { name, .. }
            | Ty::Struct(name)
            | Ty::Union(name)
            | Ty::Wrapper(name, _) => self.reference(name, ty),
        }
    }

    fn reference(&mut self, name: &TypeName, ty: &Ty) -> Value {
        let key = match self.named {
            DefinitionNames::Type => name.name.clone(),
            DefinitionNames::ClientAndType => format!(
                "{}.{}",
                self.clients
                    .get(name.api)
                    .map_or("", |client| client.module),
                name.name
            ),
        };
        if !self.definitions.contains_key(&key) {
            self.definitions.insert(key.clone(), None);
            let definition = self.definition(name, ty);
            self.definitions.insert(key.clone(), Some(definition));
        }
        json!({ "$ref": format!("#/$defs/{key}") })
    }

    fn definition(&mut self, name: &TypeName, ty: &Ty) -> Value {
        let Some(index) = self.clients.get(name.api).map(|client| client.index) else {
            return json!({});
        };
        let declared = index.schema(&name.name);
        let mut schema = match ty {
            Ty::Text { secret, .. } => {
                let mut schema = Map::new();
                schema.insert("type".to_owned(), "string".into());
                for key in ["pattern", "format", "minLength", "maxLength"] {
                    if let Some(value) = declared.and_then(|declared| declared.get(key)) {
                        schema.insert(key.to_owned(), value.clone());
                    }
                }
                if *secret {
                    schema.insert(SECRET.to_owned(), true.into());
                }
                Value::Object(schema)
            }
            Ty::JsonFields(_) => json!({
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": { "type": "object" },
                SECRET: true,
            }),
            Ty::Enum { open, .. } => {
                let listed = index
                    .values(&name.name)
                    .map(|values| values.listed.clone())
                    .unwrap_or_default();
                let listed: Vec<_> = listed.into_iter().map(|(_, text)| text).collect();
                // The service may add values, and an open enum accepts them.
                let key = if *open { "examples" } else { "enum" };
                json!({ "type": "string", key: listed })
            }
            Ty::Union(_) => {
                let variants = index
                    .union(&name.name)
                    .map(|union| union.variants.clone())
                    .unwrap_or_default();
                let variants: Vec<_> = variants
                    .iter()
                    .map(|(_, ty)| self.schema(&of_client(name.api, &index.ty(ty))))
                    .collect();
                json!({ "anyOf": variants })
            }
            Ty::Wrapper(_, inner) => self.schema(inner),
            _ => self.structure(name, index),
        };
        for key in ["description", SECRET] {
            if let (Value::Object(schema), Some(value)) =
                (&mut schema, declared.and_then(|declared| declared.get(key)))
            {
                schema.insert(key.to_owned(), value.clone());
            }
        }
        schema
    }

    fn structure(&mut self, name: &TypeName, index: &crate::openapi::index::Index) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for property in index.properties(&name.name) {
            let ty = of_client(name.api, &property.ty);
            // A required property that is an `Option` in Rust can be `null` in JSON.
            let mut schema = match (&ty, property.required) {
                (Ty::Option(present), false) => self.schema(present),
                _ => self.schema(&ty),
            };
            if let (Value::Object(schema), Some(description)) =
                (&mut schema, &property.declaration.description)
            {
                schema.insert("description".to_owned(), description.as_str().into());
            }
            if let (Value::Object(schema), true) = (&mut schema, property.declaration.secret) {
                schema.insert(SECRET.to_owned(), true.into());
            }
            if property.required {
                required.push(Value::from(property.name.as_str()));
            }
            properties.insert(property.name.clone(), schema);
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(required));
        }
        Value::Object(schema)
    }
}
