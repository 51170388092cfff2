//! Reading an OpenAPI document as JSON: operations, parameters, schemas, and `$ref`s followed to their ends.
//!
//! Everything here borrows from the document and gives, beside each part, the JSON Pointer of its place, so that a
//! diagnostic can name it.

use serde_json::Value;

use crate::diagnostic::child;

/// The methods an OpenAPI 3.0 path item may have, in the order of the specification.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A part of a document and where it stands.
#[derive(Clone, Debug)]
pub struct Part<'d> {
    pub value: &'d Value,
    pub pointer: String,
}

impl<'d> Part<'d> {
    /// The member of this name, wherever it stands.
    pub fn get(&self, key: &str) -> Option<Part<'d>> {
        Some(Part {
            value: self.value.get(key)?,
            pointer: child(&self.pointer, key),
        })
    }

    /// The text of a member.
    pub fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    /// Whether a member is there and true.
    pub fn is_true(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// The members of an object, in the order of the document.
    pub fn members(&self) -> Vec<(&'d str, Part<'d>)> {
        self.value
            .as_object()
            .map(|map| {
                map.iter()
                    .map(|(key, value)| {
                        let pointer = child(&self.pointer, key);
                        (key.as_str(), Part { value, pointer })
                    })
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The elements of an array.
    pub fn elements(&self) -> Vec<Part<'d>> {
        self.value
            .as_array()
            .map(|array| {
                array
                    .iter()
                    .enumerate()
                    .map(|(i, value)| Part {
                        value,
                        pointer: child(&self.pointer, i),
                    })
                    .collect()
            })
            .unwrap_or_default()
    }
}

/// One operation of a document.
#[derive(Clone, Debug)]
pub struct Operation<'d> {
    /// The `operationId`.
    pub id: &'d str,
    /// The method in capitals.
    pub method: String,
    /// The path template.
    pub path: &'d str,
    /// The Operation Object.
    pub part: Part<'d>,
    /// The Path Item Object around it.
    pub path_item: Part<'d>,
}

/// A whole document.
#[derive(Clone, Copy, Debug)]
pub struct Spec<'d> {
    root: &'d Value,
}

impl<'d> Spec<'d> {
    /// Reads a document.
    pub fn new(root: &'d Value) -> Self {
        Self { root }
    }

    /// The document itself.
    pub fn root(&self) -> Part<'d> {
        Part {
            value: self.root,
            pointer: String::new(),
        }
    }

    /// What a JSON Pointer names.
    pub fn at(&self, pointer: &str) -> Option<Part<'d>> {
        Some(Part {
            value: self.root.pointer(pointer)?,
            pointer: pointer.to_owned(),
        })
    }

    /// Follows `$ref`s, and single-element `allOf`s that only wrap one, to the part that says something.
    pub fn resolve(&self, part: Part<'d>) -> Part<'d> {
        let mut part = part;
        // A document cannot have longer chains than this without being a circle.
        for _ in 0..64 {
            let target = part
                .text("$ref")
                .and_then(|r| r.strip_prefix('#'))
                .and_then(|pointer| self.at(pointer));
            match target {
                Some(target) => part = target,
                None => return part,
            }
        }
        part
    }

    /// Follows `$ref`s and those `allOf`s of one element that add no property of their own.
    pub fn schema(&self, part: Part<'d>) -> Part<'d> {
        let mut part = self.resolve(part);
        for _ in 0..64 {
            let wrapped = part
                .get("allOf")
                .filter(|_| part.value.get("properties").is_none())
                .map(|all| all.elements())
                .filter(|all| all.len() == 1);
            match wrapped.and_then(|mut all| all.pop()) {
                Some(only) => part = self.resolve(only),
                None => return part,
            }
        }
        part
    }

    /// All operations that have an id, in the order of the document.
    pub fn operations(&self) -> Vec<Operation<'d>> {
        let mut found = Vec::new();
        let paths = self.root().get("paths");
        for (path, item) in paths.map(|paths| paths.members()).unwrap_or_default() {
            let path_item = self.resolve(item);
            for method in METHODS {
                let Some(part) = path_item.get(method) else {
                    continue;
                };
                let Some(id) = part.text("operationId") else {
                    continue;
                };
                found.push(Operation {
                    id,
                    method: method.to_ascii_uppercase(),
                    path,
                    part,
                    path_item: path_item.clone(),
                });
            }
        }
        found
    }

    /// The parameters of an operation: its own, then those of its path item that it does not replace.
    pub fn parameters(&self, operation: &Operation<'d>) -> Vec<Part<'d>> {
        let mut found: Vec<Part<'d>> = Vec::new();
        for owner in [&operation.part, &operation.path_item] {
            let declared = owner.get("parameters").map(|p| p.elements());
            for parameter in declared.unwrap_or_default() {
                let parameter = self.resolve(parameter);
                let same = |other: &Part<'d>| {
                    other.text("name") == parameter.text("name")
                        && other.text("in") == parameter.text("in")
                };
                if !found.iter().any(same) {
                    found.push(parameter);
                }
            }
        }
        found
    }

    /// The properties of an object schema, those of its `allOf` members included; the last one of a name counts.
    pub fn properties(&self, schema: &Part<'d>) -> Vec<(&'d str, Part<'d>)> {
        let mut found = Vec::new();
        self.collect_properties(schema, 0, &mut found);
        found
    }

    fn collect_properties(
        &self,
        schema: &Part<'d>,
        depth: usize,
        found: &mut Vec<(&'d str, Part<'d>)>,
    ) {
        if depth > 16 {
            return;
        }
        let schema = self.resolve(schema.clone());
        for member in schema
            .get("allOf")
            .map(|a| a.elements())
            .unwrap_or_default()
        {
            self.collect_properties(&member, depth + 1, found);
        }
        let own = schema.get("properties").map(|p| p.members());
        for (name, property) in own.unwrap_or_default() {
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = property,
                None => found.push((name, property)),
            }
        }
    }

    /// The names a schema requires, those of its `allOf` members included.
    pub fn required(&self, schema: &Part<'d>) -> Vec<&'d str> {
        let mut found = Vec::new();
        self.collect_required(schema, 0, &mut found);
        found
    }

    fn collect_required(&self, schema: &Part<'d>, depth: usize, found: &mut Vec<&'d str>) {
        if depth > 16 {
            return;
        }
        let schema = self.resolve(schema.clone());
        let own = schema.get("required").map(|r| r.elements());
        found.extend(
            own.unwrap_or_default()
                .iter()
                .filter_map(|r| r.value.as_str()),
        );
        for member in schema
            .get("allOf")
            .map(|a| a.elements())
            .unwrap_or_default()
        {
            self.collect_required(&member, depth + 1, found);
        }
    }

    /// The schema of an operation's request body, with its media type: JSON where there is a choice.
    pub fn request_body(&self, operation: &Operation<'d>) -> Option<Content<'d>> {
        let body = self.resolve(operation.part.get("requestBody")?);
        let required = body.is_true("required");
        content(&body).map(|content| Content {
            required,
            ..content
        })
    }

    /// The schema of an operation's success answer.
    pub fn success(&self, operation: &Operation<'d>) -> Option<Content<'d>> {
        let responses = operation.part.get("responses")?.members();
        responses
            .into_iter()
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, response)| content(&self.resolve(response)))
    }

    /// The values of a schema's `enum`, when they are strings.
    pub fn values(&self, schema: &Part<'d>) -> Option<Vec<&'d str>> {
        let schema = self.schema(schema.clone());
        let values = schema.get("enum")?.elements();
        Some(values.iter().filter_map(|v| v.value.as_str()).collect())
    }
}

/// What a body consists of.
#[derive(Clone, Debug)]
pub struct Content<'d> {
    /// The media type as the document writes it.
    pub media_type: &'d str,
    /// Its schema, where one is given.
    pub schema: Option<Part<'d>>,
    /// Whether a request must have it.
    pub required: bool,
}

fn content<'d>(body: &Part<'d>) -> Option<Content<'d>> {
    let offered = body.get("content")?.members();
    let json = offered.iter().position(|(name, _)| is_json(name));
    let (media_type, media) = offered.into_iter().nth(json.unwrap_or(0))?;
    Some(Content {
        media_type,
        schema: media.get("schema"),
        required: false,
    })
}

/// Whether a media type is JSON.
pub fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    name.eq_ignore_ascii_case("application/json") || name.to_ascii_lowercase().ends_with("+json")
}

/// The two spellings of a type's name that have to be told apart from no others: letters and digits, in small letters.
pub fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_items_parameter_is_replaced_by_the_operations_own() {
        let document = json!({
            "paths": { "/x/{id}": {
                "parameters": [
                    { "name": "id", "in": "path", "schema": { "type": "string" } },
                    { "$ref": "#/components/parameters/Env" },
                ],
                "get": { "operationId": "x", "parameters": [{ "name": "id", "in": "path", "description": "own" }] },
            } },
            "components": { "parameters": { "Env": { "name": "env", "in": "header" } } },
        });
        let spec = Spec::new(&document);
        let operations = spec.operations();
        let names: Vec<_> = spec
            .parameters(&operations[0])
            .iter()
            .map(|p| (p.text("name"), p.text("description")))
            .collect();
        assert_eq!(names, [(Some("id"), Some("own")), (Some("env"), None)]);
    }

    #[test]
    fn a_circle_of_references_ends() {
        let document =
            json!({ "components": { "schemas": { "A": { "$ref": "#/components/schemas/A" } } } });
        let spec = Spec::new(&document);
        let start = spec.at("/components/schemas/A").expect("there");
        assert_eq!(spec.schema(start).pointer, "/components/schemas/A");
    }

    #[test]
    fn properties_of_all_members_are_merged() {
        let document = json!({ "allOf": [
            { "properties": { "a": {}, "b": { "type": "string" } } },
            { "properties": { "b": { "type": "integer" } } },
        ] });
        let spec = Spec::new(&document);
        let found = spec.properties(&spec.root());
        let names: Vec<_> = found.iter().map(|(n, p)| (*n, p.text("type"))).collect();
        assert_eq!(names, [("a", None), ("b", Some("integer"))]);
    }
}
