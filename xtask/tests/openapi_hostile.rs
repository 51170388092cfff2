//! Tests of normalizing, generating and patching with damaged documents.
//!
//! Each document results in a client or in errors, without a panic or an endless loop. `ROUNDS` sets the number of
//! documents.

use std::path::Path;

use serde_json::{Map, Value, json};
use xtask::diagnostic::Diagnostics;
use xtask::openapi::index::Index;
use xtask::openapi::normalize::normalize;
use xtask::openapi::progenitor::patch::{Source, patch};
use xtask::openapi::progenitor::run::generate;

/// Document with most constructs of OpenAPI.
const DOCUMENT: &str = r##"{
  "openapi": "3.0.3",
  "info": {"title": "Zoo", "version": "1"},
  "security": [{"Key": []}],
  "paths": {
    "/animals/{animal_id}": {
      "parameters": [{"$ref": "#/components/parameters/AnimalId"}],
      "get": {
        "operationId": "getAnimal",
        "parameters": [
          {"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}},
          {"name": "X-Trace", "in": "header", "required": true, "schema": {"type": "string"}}
        ],
        "responses": {
          "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}},
          "202": {"description": ""},
          "404": {"$ref": "#/components/responses/Missing"}
        }
      },
      "put": {
        "operationId": "putAnimal",
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}},
        "responses": {"204": {"description": ""}}
      }
    },
    "/animals": {
      "post": {
        "operationId": "addAnimal",
        "requestBody": {"content": {"application/json": {"schema": {
          "type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "default": "x"},
            "size": {"type": "integer", "minimum": 0},
            "nested": {"type": "object", "nullable": true, "properties": {"deep": {"type": "string", "pattern": "^d_[a-z]+$"}}}
          }}}}},
        "responses": {"201": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Animal"}}}}}}
      }
    }
  },
  "components": {
    "parameters": {"AnimalId": {"name": "animal_id", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^an_[0-9a-z]+$"}}},
    "responses": {"Missing": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
    "securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}},
    "schemas": {
      "Animal": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "kind"}},
      "Base": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["cat", "dog"]}, "parent": {"$ref": "#/components/schemas/Animal"}}},
      "Cat": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {"kind": {"type": "string", "enum": ["cat"]}, "lives": {"type": "number"}}}]},
      "Dog": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {"tail": {"$ref": "#/components/schemas/Tail"}}}]},
      "Tail": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"$ref": "#/components/schemas/Tail"}}], "nullable": true},
      "Error": {"type": "object", "additionalProperties": {"type": "string"}, "properties": {"code": {"type": "integer", "enum": [1, 2]}}}
    }
  }
}"##;

/// Deterministic pseudorandom number generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// Returns the value with this index, in depth-first order.
fn nth<'v>(value: &'v mut Value, index: &mut usize) -> Option<&'v mut Value> {
    if *index == 0 {
        return Some(value);
    }
    *index -= 1;
    match value {
        Value::Object(map) => map.values_mut().find_map(|inner| nth(inner, index)),
        Value::Array(items) => items.iter_mut().find_map(|inner| nth(inner, index)),
        _ => None,
    }
}

fn odd(dice: &mut Dice) -> Value {
    let all = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("null"),
        json!("*/*"),
        json!("#/components/schemas/Cat"),
        json!([]),
        json!({}),
        json!([null]),
        json!({"$ref": "#/components/schemas/Animal"}),
        json!({"$ref": "#/components/schemas/Base"}),
        json!({"$ref": "#/components/schemas/Tail"}),
        json!({"$ref": "#/components/parameters/AnimalId"}),
        json!({"$ref": "#/paths/~1animals/post/requestBody/content/application~1json/schema"}),
        json!({"$ref": "#"}),
        json!({"type": "null"}),
        json!({"type": ["string", "null"]}),
        json!({"type": "string", "format": "uri-map"}),
        json!({"type": "string", "enum": ["", " ", "a", "A", "-", "\u{e9}", "self", "Self", "1"]}),
        json!({"type": "object", "properties": {"": {}, "a": {}, "A": {}, "type": {}, "self": {}, "1": {}}}),
        json!({"not": {}}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"oneOf": [{}, {"$ref": "#/components/schemas/Cat"}]}),
        json!({"anyOf": [{"type": "object", "additionalProperties": true}]}),
        json!({"type": "array"}),
        json!({"type": "object", "required": ["x"], "additionalProperties": {"$ref": "#/components/schemas/Error"}}),
    ];
    all[dice.roll(all.len())].clone()
}

fn damage(document: &mut Value, dice: &mut Dice) {
    for _ in 0..=dice.roll(3) {
        let places = count(document);
        let mut index = dice.roll(places);
        let donor = {
            let mut index = dice.roll(places);
            nth(document, &mut index).map(|value| value.clone())
        };
        let Some(place) = nth(document, &mut index) else {
            continue;
        };
        match dice.roll(5) {
            0 | 1 => *place = odd(dice),
            2 => *place = donor.unwrap_or_default(),
            3 => match place {
                Value::Object(map) => {
                    let keys: Vec<String> = map.keys().cloned().collect();
                    if !keys.is_empty() {
                        map.remove(&keys[dice.roll(keys.len())]);
                    }
                }
                Value::Array(items) => items.extend(donor),
                other => *other = odd(dice),
            },
            _ => {
                if let Value::Object(map) = place {
                    let names = [
                        "allOf",
                        "oneOf",
                        "anyOf",
                        "nullable",
                        "items",
                        "properties",
                        "enum",
                        "type",
                        "$ref",
                        "default",
                        "additionalProperties",
                        "get",
                        "schema",
                        "x",
                    ];
                    map.insert(names[dice.roll(names.len())].to_owned(), odd(dice));
                }
            }
        }
    }
}

#[test]
fn generates_a_client_or_errors_from_damaged_documents() {
    let original: Value = serde_json::from_str(DOCUMENT).unwrap();
    let rounds = std::env::var("ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(400u64);
    let mut clients = 0;
    for seed in 0..rounds {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
        let mut document = original.clone();
        damage(&mut document, &mut dice);
        let path = Path::new("zoo.json");
        let before = document.clone();
        let mut diagnostics = Diagnostics::new();
        let notes = normalize(&mut document, path, &mut diagnostics);
        if diagnostics.has_errors() {
            continue;
        }
        let patched = generate(&document, path).and_then(|file| {
            let patched = patch(
                file,
                Source {
                    file: path,
                    document: &document,
                    notes: &notes,
                },
            )?;
            Index::read(&patched, &std::rc::Rc::new(document.clone()), &notes);
            Ok(patched)
        });
        match patched {
            Ok(_) => clients += 1,
            Err(errors) => {
                assert!(errors.has_errors());
                if std::env::var_os("SHOW").is_some() {
                    for error in &errors {
                        println!("{seed}: {error} | {}", error.label);
                        println!(
                            "{}",
                            document.pointer(&error.pointer).unwrap_or(&Value::Null)
                        );
                        println!(
                            "   was {}",
                            before.pointer(&error.pointer).unwrap_or(&Value::Null)
                        );
                    }
                }
            }
        }
    }
    assert!(clients > rounds / 10, "{clients} clients");
    println!("{clients} clients of {rounds}");
}

fn outcome(mut document: Value) -> Vec<&'static str> {
    let path = Path::new("hostile.json");
    let mut diagnostics = Diagnostics::new();
    normalize(&mut document, path, &mut diagnostics);
    if !diagnostics.has_errors()
        && let Err(errors) = generate(&document, path)
    {
        diagnostics.extend(errors);
    }
    diagnostics
        .iter()
        .filter(|d| d.severity == xtask::diagnostic::Severity::Error)
        .map(|d| d.code.as_str())
        .collect()
}

fn with_schemas(schemas: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"200": {"description": "", "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/S0"}}
        }}}}}},
        "components": {"schemas": schemas}
    })
}

#[test]
fn generates_a_long_chain_of_schemas() {
    let mut schemas = Map::new();
    for n in 0..3_000 {
        let next = json!({"$ref": format!("#/components/schemas/S{}", (n + 1) % 3_000)});
        schemas.insert(
            format!("S{n}"),
            json!({"type": "object", "properties": {"next": next}}),
        );
    }
    let codes = outcome(with_schemas(Value::Object(schemas)));
    assert!(codes.is_empty(), "{codes:?}");
}

#[test]
fn merges_schemas_that_refer_to_themselves() {
    // Merging the two schemas requires merging the same two schemas again.
    let codes = outcome(with_schemas(json!({
        "S0": {"allOf": [{"$ref": "#/components/schemas/A"}, {"oneOf": [{"$ref": "#/components/schemas/B"}, {"type": "object"}]}]},
        "A": {"type": "object", "properties": {"p": {"$ref": "#/components/schemas/A"}}},
        "B": {"type": "object", "properties": {"p": {"$ref": "#/components/schemas/B"}}}
    })));
    assert!(codes.is_empty(), "{codes:?}");
}
