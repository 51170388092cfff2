//! Declared parts of a body of the media type `multipart/form-data`.

use serde_json::{Map, Value};

use super::request_bodies::is_media_type;

/// Limit of nested `$ref` and `allOf`, which can be cyclic.
const MAX_DEPTH: usize = 16;

/// Part that a document declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub description: Option<String>,
    /// Media type, if it is not the default of the part's type.
    pub media_type: Option<String>,
    pub is_file: bool,
    pub required: bool,
}

/// Returns the parts of a media type object. `schemas` are the components.
pub(super) fn of(media_type: &Value, schemas: &Value) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut required = Vec::new();
    let schemas = Schemas(schemas);
    schemas.each(&media_type["schema"], 0, &mut |schema| {
        let names = schema.get("required").and_then(Value::as_array);
        required.extend(names.into_iter().flatten().filter_map(Value::as_str));
        let properties = schema.get("properties").and_then(Value::as_object);
        parts.extend(properties.into_iter().flatten());
    });
    let mut found: Vec<Part> = Vec::new();
    for (name, schema) in parts {
        if found.iter().any(|part| part.name == *name) {
            continue;
        }
        let encoding = &media_type["encoding"][name.as_str()];
        found.push(schemas.part(name, schema, encoding, required.contains(&name.as_str())));
    }
    found
}

#[derive(Clone, Copy)]
struct Schemas<'a>(&'a Value);

impl<'a> Schemas<'a> {
    /// Calls `f` for a schema and for every schema that it consists of.
    fn each(self, schema: &'a Value, depth: usize, f: &mut impl FnMut(&'a Map<String, Value>)) {
        let Some(object) = schema.as_object().filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        f(object);
        if let Some(target) = self.target(object) {
            self.each(target, depth + 1, f);
        }
        let parts = object.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.each(part, depth + 1, f);
        }
    }

    fn target(self, schema: &Map<String, Value>) -> Option<&'a Value> {
        let reference = schema.get("$ref")?.as_str()?;
        let name = reference.strip_prefix("#/components/schemas/")?;
        self.0.get(name.replace("~1", "/").replace("~0", "~"))
    }

    fn part(self, name: &str, schema: &'a Value, encoding: &Value, required: bool) -> Part {
        let mut description = None;
        let mut content = None;
        let mut items = None;
        self.each(schema, 0, &mut |schema| {
            description = description.or_else(|| schema.get("description")?.as_str());
            content = content.or_else(|| binary(schema));
            items = items.or_else(|| schema.get("items"));
        });
        // Each item of a list is a part.
        if let Some(items) = items {
            self.each(items, 0, &mut |schema| {
                content = content.or_else(|| binary(schema));
            });
        }
        let encodings = encoding["contentType"].as_str().unwrap_or_default();
        let encoded = encodings.split(',').map(str::trim).next();
        let media_type = [encoded, content].into_iter().flatten();
        let is_exact = |media_type: &&str| is_media_type(media_type) && !media_type.contains('*');
        Part {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            media_type: media_type.into_iter().find(is_exact).map(str::to_owned),
            is_file: content.is_some(),
            required,
        }
    }
}

/// Returns the media type of a string with binary content.
fn binary(schema: &Map<String, Value>) -> Option<&str> {
    let text = |key| schema.get(key).and_then(Value::as_str);
    match (
        text("format"),
        text("contentMediaType"),
        text("contentEncoding"),
    ) {
        (Some("binary"), declared, _) => Some(declared.unwrap_or("application/octet-stream")),
        // An encoded string is text.
        (_, Some(declared), None) => Some(declared),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(name: &str, media_type: Option<&str>) -> Part {
        Part {
            name: name.to_owned(),
            description: None,
            media_type: media_type.map(str::to_owned),
            is_file: false,
            required: false,
        }
    }

    #[test]
    fn reads_files_fields_and_encodings_through_references() {
        let schemas = json!({
            "Upload": {"allOf": [
                {"$ref": "#/components/schemas/Upload"},
                {"$ref": "#/components/schemas/Base"},
                {"properties": {"title": {"type": "integer"}, "image": {"contentMediaType": "image/png"}}}
            ]},
            "Base": {"required": ["file"], "properties": {
                "file": {"type": "string", "format": "binary", "description": "The file."},
                "title": {"type": "string"},
                "more": {"type": "array", "items": {"$ref": "#/components/schemas/File"}},
                "meta": {"type": "object"},
                "encoded": {"contentMediaType": "image/png", "contentEncoding": "base64"}
            }},
            "File": {"type": "string", "format": "binary"}
        });
        let media_type = json!({
            "schema": {"$ref": "#/components/schemas/Upload"},
            "encoding": {
                "meta": {"contentType": "application/xml"},
                "file": {"contentType": "image/*"},
                "more": {"contentType": "image/png, image/jpeg"},
                "title": {"contentType": "a\r\nb"}
            }
        });
        assert_eq!(
            of(&media_type, &schemas),
            [
                Part {
                    description: Some("The file.".to_owned()),
                    is_file: true,
                    required: true,
                    ..part("file", Some("application/octet-stream"))
                },
                part("title", None),
                Part {
                    is_file: true,
                    ..part("more", Some("image/png"))
                },
                part("meta", Some("application/xml")),
                part("encoded", None),
                Part {
                    is_file: true,
                    ..part("image", Some("image/png"))
                },
            ]
        );
        assert_eq!(of(&json!({}), &Value::Null), []);
    }
}
