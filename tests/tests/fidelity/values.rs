//! Random values of every schema: what the types carry of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tests::described::resolved;
use tests::instances::Instances;
use tests::schemas::{as_json_schema, document, in_answers, may_be_null, properties, reachable};
use tests::types::{TYPES, WITHOUT_TYPE, round_trip_of};

use crate::compare::differences;

/// How many values of each schema are tried.
const VALUES: u64 = 300;

#[test]
fn the_table_has_a_type_for_every_schema_that_operations_lead_to() {
    let names = TYPES.iter().map(|(name, ..)| *name).chain(WITHOUT_TYPE);
    let known: BTreeSet<String> = names.map(str::to_owned).collect();
    assert_eq!(known, reachable(&document()));
}

/// The tests below are worth what their values are worth.
#[test]
fn the_random_values_are_valid_and_not_always_the_same() {
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

/// What is decoded and encoded says the same as before, field by field, and a second time exactly the same.
#[test]
fn what_a_type_carries_is_what_the_json_said() {
    let document = document();
    let mut wrong = BTreeSet::new();
    for (name, round_trip, _) in TYPES {
        let schema = &document["components"]["schemas"][name];
        for seed in 0..VALUES {
            let said = Instances::new(&document, seed).of(schema);
            let carried = match round_trip(&said) {
                Ok(carried) => carried,
                Err(error) => {
                    wrong.insert(format!("{name}: {error}"));
                    continue;
                }
            };
            for difference in differences(&said, &carried) {
                wrong.insert(format!("{name}: {difference}"));
            }
            if round_trip(&carried).as_ref() != Ok(&carried) {
                wrong.insert(format!("{name}: another value at the second time"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each property of each schema as often as the document has ways for it to say nothing.
#[test]
fn absent_null_and_empty_are_told_apart_in_every_property() {
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
                // A schema may be null as a whole, where it is used.
                let Value::Object(base) = Instances::new(&document, seed).of(schema) else {
                    continue;
                };
                for (kind, nothing) in &nothings {
                    let mut said = base.clone();
                    said.remove(property);
                    said.extend(nothing.iter().map(|it| (property.to_owned(), it.clone())));
                    let said = Value::Object(said);
                    let carried = round_trip(&said);
                    let found = carried.map(|carried| differences(&said, &carried));
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

/// The empty list, or the empty object, where a place takes it.
fn empty(document: &Value, schema: &Value) -> Option<Value> {
    let schema = resolved(document, schema);
    match schema["type"].as_str() {
        Some("array") => Some(json!([])),
        Some("object") if schema["required"].is_null() => Some(json!({})),
        _ => None,
    }
}

/// Names that are not declared are no reason to fail, and change nothing of what is.
#[test]
fn fields_that_the_document_does_not_have_are_ignored() {
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
    for name in in_answers(&document) {
        if WITHOUT_TYPE.contains(&name.as_str()) {
            continue;
        }
        let round_trip = round_trip_of(&name);
        for seed in 0..40 {
            let said =
                Instances::new(&document, seed).of(&document["components"]["schemas"][&name]);
            let carried = round_trip(&said).unwrap();
            let mut more = said;
            add(&mut more);
            let mut with_more =
                round_trip(&more).unwrap_or_else(|error| panic!("{name}: {error}: {more}"));
            // Where anything goes, it is kept.
            without(&mut with_more);
            assert_eq!(differences(&with_more, &carried), [], "{name}");
        }
    }
}

/// The service adds values to its enumerations; an answer with one is an answer all the same.
#[test]
fn values_that_an_enumeration_does_not_list_are_kept_as_text() {
    let document = document();
    for name in in_answers(&document) {
        if WITHOUT_TYPE.contains(&name.as_str()) {
            continue;
        }
        let schema = &document["components"]["schemas"][&name];
        for seed in 0..40 {
            let said = Instances::new(&document, seed)
                .with_unlisted("value-of-a-later-version")
                .of(schema);
            let carried = round_trip_of(&name)(&said)
                .unwrap_or_else(|error| panic!("{name}: {error}: {said}"));
            let kept = |value: &Value| value.to_string().matches("later-version").count();
            assert_eq!(kept(&carried), kept(&said), "{name}: {said}");
        }
    }
}

#[test]
fn kinds_that_a_union_does_not_know_are_kept_as_json() {
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
        let carried = round_trip_of("GetComponentResponse")(&component);
        assert_eq!(carried.as_ref(), Ok(&component));
    }
    for emitter in [
        json!({ "type": "LaterInterface", "id": "li_1", "more": null }),
        json!({ "id": 7 }),
    ] {
        assert_eq!(round_trip_of("Emitter")(&emitter).as_ref(), Ok(&emitter));
    }
    // Nothing names the kind of an option: one that is new does not take the others with it.
    let options = json!({ "options": [
        { "label": "One", "value": 1 },
        { "label": "Of a later version", "value": { "id": 0.5 } },
        5.5,
        { "__lv": { "label": "Two", "value": "2" } },
    ] });
    let carried = round_trip_of("ConfigurePropResponse")(&options);
    assert_eq!(carried.as_ref(), Ok(&options));
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
            let carried = round_trip_of(schema)(&number).unwrap();
            assert_eq!(carried.to_string(), digits, "{schema}");
        }
        let props =
            json!({ "count": number, "label": { "__lv": { "label": "x", "value": number } } });
        let carried = round_trip_of("ConfiguredProps")(&props).unwrap();
        assert_eq!(carried, props);
        assert_eq!(carried["count"].to_string(), digits);
    }
}
