//! Tests with random values of every schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tests::documents::resolved;
use tests::instances::Instances;
use tests::schemas::{as_json_schema, document, in_responses, may_be_null, properties, reachable};
use tests::types::{TYPES, WITHOUT_TYPE, round_trip_of};

use crate::compare::differences;

/// Number of values per schema.
const VALUES: u64 = 300;

#[test]
fn types_cover_every_reachable_schema() {
    let names = TYPES.iter().map(|(name, ..)| *name).chain(WITHOUT_TYPE);
    let known: BTreeSet<String> = names.map(str::to_owned).collect();
    assert_eq!(known, reachable(&document()));
}

/// Ensures that the tests below use meaningful values.
#[test]
fn random_values_are_valid_and_vary() {
    let document = document();
    for (name, ..) in TYPES {
        let validator = jsonschema::validator_for(&as_json_schema(&document, name)).unwrap();
        let schema = &document["components"]["schemas"][name];
        let mut seen = BTreeSet::new();
        for seed in 0..60 {
            let value = Instances::new(&document, seed).of(schema);
            if let Err(error) = validator.validate(&value) {
                panic!("{name}: {error} in {value}");
            }
            seen.insert(value.to_string());
        }
        let single = schema["enum"].as_array().is_some_and(|it| it.len() == 1);
        assert!(seen.len() > 1 || single, "{name}: {seen:?}");
    }
}

/// A decoded and encoded value equals the original, and a second round trip changes nothing.
#[test]
fn random_values_round_trip() {
    let document = document();
    let mut wrong = BTreeSet::new();
    for (name, round_trip, _) in TYPES {
        let schema = &document["components"]["schemas"][name];
        for seed in 0..VALUES {
            let original = Instances::new(&document, seed).of(schema);
            let decoded = match round_trip(&original) {
                Ok(decoded) => decoded,
                Err(error) => {
                    wrong.insert(format!("{name}: {error}"));
                    continue;
                }
            };
            for difference in differences(&original, &decoded) {
                wrong.insert(format!("{name}: {difference}"));
            }
            if round_trip(&decoded).as_ref() != Ok(&decoded) {
                wrong.insert(format!("{name}: the second round trip changes the value"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Tries each property in all ways in which the document allows it to be missing, null or empty.
#[test]
fn distinguishes_absent_null_and_empty_in_every_property() {
    let document = document();
    let mut tried = BTreeMap::from([("absent", 0), ("null", 0), ("empty", 0)]);
    let mut wrong = BTreeSet::new();
    for (name, round_trip, _) in TYPES {
        let schema = &document["components"]["schemas"][name];
        for (property, declared, required) in properties(&document, schema) {
            let mut nothings = Vec::new();
            if !required {
                nothings.push(("absent", None));
            }
            if may_be_null(&document, declared) {
                nothings.push(("null", Some(Value::Null)));
            }
            if let Some(empty) = empty(&document, declared) {
                nothings.push(("empty", Some(empty)));
            }
            for seed in 0..20 {
                // A schema may be nullable itself.
                let Value::Object(base) = Instances::new(&document, seed).of(schema) else {
                    continue;
                };
                for (kind, nothing) in &nothings {
                    let mut original = base.clone();
                    original.remove(property);
                    original.extend(nothing.iter().map(|it| (property.to_owned(), it.clone())));
                    let original = Value::Object(original);
                    let decoded = round_trip(&original);
                    let found = decoded.map(|decoded| differences(&original, &decoded));
                    if found.as_deref() != Ok(&[]) {
                        wrong.insert(format!("{name}: {kind} {property}: {found:?}"));
                    }
                    *tried.entry(*kind).or_default() += 1;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried.values().all(|times| *times > 1000), "{tried:?}");
}

/// Returns the empty array or object, if the schema allows it.
fn empty(document: &Value, schema: &Value) -> Option<Value> {
    let schema = resolved(document, schema);
    match schema["type"].as_str() {
        Some("array") => Some(json!([])),
        Some("object") if schema["required"].is_null() => Some(json!({})),
        _ => None,
    }
}

/// Undeclared properties are ignored and do not affect declared ones.
#[test]
fn ignores_undeclared_properties() {
    const NEW: &str = "field_of_a_later_version";
    fn add(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.values_mut().for_each(add);
                fields.insert(NEW.to_owned(), json!({ "a": [1, null] }));
            }
            Value::Array(items) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    fn without(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove(NEW);
                fields.values_mut().for_each(without);
            }
            Value::Array(items) => items.iter_mut().for_each(without),
            _ => {}
        }
    }
    let document = document();
    for name in in_responses(&document) {
        if WITHOUT_TYPE.contains(&name.as_str()) {
            continue;
        }
        let round_trip = round_trip_of(&name);
        for seed in 0..40 {
            let original =
                Instances::new(&document, seed).of(&document["components"]["schemas"][&name]);
            let decoded = round_trip(&original).unwrap();
            let mut more = original;
            add(&mut more);
            let mut with_more =
                round_trip(&more).unwrap_or_else(|error| panic!("{name}: {error}: {more}"));
            // Free-form values keep them.
            without(&mut with_more);
            assert_eq!(differences(&with_more, &decoded), [], "{name}");
        }
    }
}

/// The service may add enum values, which must not fail a response.
#[test]
fn keeps_unknown_enum_values_as_strings() {
    let document = document();
    for name in in_responses(&document) {
        if WITHOUT_TYPE.contains(&name.as_str()) {
            continue;
        }
        let schema = &document["components"]["schemas"][&name];
        for seed in 0..40 {
            let original = Instances::new(&document, seed)
                .with_unlisted("value-of-a-later-version")
                .of(schema);
            let decoded = round_trip_of(&name)(&original)
                .unwrap_or_else(|error| panic!("{name}: {error}: {original}"));
            let kept = |value: &Value| value.to_string().matches("later-version").count();
            assert_eq!(kept(&decoded), kept(&original), "{name}: {original}");
        }
    }
}

#[test]
fn keeps_unknown_union_variants_as_json() {
    let later = [
        json!({ "type": "$.interface.later", "name": "x", "more": { "a": [1, 0.5, null] } }),
        json!({ "type": "integer", "name": "x", "min": "not a number" }),
        json!({ "type": "string", "name": "x", "format": "a-format-of-a-later-version" }),
        json!({ "type": 7 }),
        json!({ "name": "no type at all" }),
    ];
    for prop in later {
        assert_eq!(round_trip_of("ConfigurableProp")(&prop).as_ref(), Ok(&prop));
        let component = json!({ "data": {
            "name": "A", "version": "0.1.0", "key": "a", "configurable_props": [
                { "name": "first", "type": "boolean" }, prop, { "name": "app", "type": "app", "app": "slack" },
            ],
        }});
        let decoded = round_trip_of("GetComponentResponse")(&component);
        assert_eq!(decoded.as_ref(), Ok(&component));
    }
    for emitter in [
        json!({ "type": "LaterInterface", "id": "li_1", "more": null }),
        json!({ "id": 7 }),
    ] {
        assert_eq!(round_trip_of("Emitter")(&emitter).as_ref(), Ok(&emitter));
    }
    // Options have no tag: an unknown form must not affect the others.
    let options = json!({ "options": [
        { "label": "One", "value": 1 },
        { "label": "Of a later version", "value": { "id": 0.5 } },
        5.5,
        { "__lv": { "label": "Two", "value": "2" } },
    ] });
    let decoded = round_trip_of("ConfigurePropResponse")(&options);
    assert_eq!(decoded.as_ref(), Ok(&options));
}

#[test]
fn numbers_keep_their_digits() {
    for digits in [
        "0",
        "0.0",
        "-1",
        "1.5",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
    ] {
        let number: Value = serde_json::from_str(digits).unwrap();
        for schema in [
            "ConfiguredPropValueInteger",
            "ConfiguredPropValue",
            "ConfiguredPropValueAny",
        ] {
            let decoded = round_trip_of(schema)(&number).unwrap();
            assert_eq!(decoded.to_string(), digits, "{schema}");
        }
        let props =
            json!({ "count": number, "label": { "__lv": { "label": "x", "value": number } } });
        let decoded = round_trip_of("ConfiguredProps")(&props).unwrap();
        assert_eq!(decoded, props);
        assert_eq!(decoded["count"].to_string(), digits);
    }
}
