use serde_json::json;

use super::*;
use crate::load;

const DOCUMENT: &str = r#"{
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "tags": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    "paths": {"/x": {"get": {"summary": "S", "tags": ["a"]}}, "/y": {"post": {}}}
}"#;

/// Applies an overlay with these actions. Returns the changed document, or the code and pointer of each finding.
fn apply(version: &str, actions: Value) -> Result<Value, Vec<(&'static str, String)>> {
    let overlay =
        json!({"overlay": version, "info": {"title": "t", "version": "1"}, "actions": actions});
    let overlay = load::parse("overlay.json", overlay.to_string()).unwrap();
    let mut document = load::parse("api.json", DOCUMENT).unwrap();
    let codes = |found: Diagnostics| {
        found
            .into_iter()
            .map(|d| (d.code.as_str(), d.pointer))
            .collect::<Vec<_>>()
    };
    let overlay = Overlay::parse(&overlay).map_err(codes)?;
    let found = overlay.apply(&mut [&mut document]);
    if found.is_empty() {
        Ok(document.value)
    } else {
        Err(codes(found))
    }
}

fn changed(version: &str, actions: Value, pointer: &str) -> Value {
    apply(version, actions)
        .unwrap()
        .pointer(pointer)
        .cloned()
        .unwrap_or(Value::Null)
}

#[test]
fn update_merges_objects_deeply() {
    let actions = json!([{"target": "$", "update": {"info": {"title": "U", "x-new": {"a": 1}}}}]);
    assert_eq!(
        changed("1.0.0", actions, "/info"),
        json!({"title": "U", "version": "1", "x-new": {"a": 1}})
    );
}

#[test]
fn update_adds_one_or_several_entries_to_a_list() {
    let one = json!([{"target": "$.tags", "update": {"name": "d"}}]);
    assert_eq!(changed("1.0.0", one, "/tags/3"), json!({"name": "d"}));
    let two = json!([{"target": "$.tags", "update": [{"name": "d"}, {"name": "e"}]}]);
    assert_eq!(changed("1.0.0", two, "/tags/4"), json!({"name": "e"}));
    let within = json!([{"target": "$.paths['/x'].get", "update": {"tags": ["b"]}}]);
    assert_eq!(
        changed("1.0.0", within, "/paths/~1x/get/tags"),
        json!(["a", "b"])
    );
}

#[test]
fn update_replaces_primitives_since_1_1() {
    let actions = json!([{"target": "$.info.title", "update": "U"}]);
    assert_eq!(changed("1.1.0", actions.clone(), "/info/title"), json!("U"));
    assert_eq!(
        apply("1.0.0", actions),
        Err(vec![("overlay-conflict", "/actions/0/target".to_owned())])
    );
}

#[test]
fn remove_deletes_every_match_and_keeps_the_order() {
    let actions = json!([{"target": "$.tags[?@.name != 'b']", "remove": true}]);
    assert_eq!(changed("1.0.0", actions, "/tags"), json!([{"name": "b"}]));
    let nested = json!([{"target": "$..get..*", "remove": true}]);
    assert_eq!(changed("1.0.0", nested, "/paths/~1x/get"), json!({}));
}

#[test]
fn remove_takes_precedence_over_update() {
    let actions = json!([{"target": "$.info.title", "remove": true, "update": "U"}]);
    assert_eq!(changed("1.0.0", actions, "/info"), json!({"version": "1"}));
}

#[test]
fn copy_and_remove_rename_a_property() {
    let actions = json!([
        {"target": "$.paths", "update": {"/z": {}}},
        {"target": "$.paths['/z']", "copy": "$.paths['/x']"},
        {"target": "$.paths['/x']", "remove": true}
    ]);
    let paths = changed("1.1.0", actions, "/paths");
    assert_eq!(paths["/z"]["get"]["summary"], "S");
    assert_eq!(paths.get("/x"), None);
}

#[test]
fn copy_requires_1_1_and_exactly_one_source() {
    let actions = json!([{"target": "$.info", "copy": "$.paths.*"}]);
    assert_eq!(
        apply("1.0.0", actions.clone()),
        Err(vec![("overlay-syntax", "/actions/0/copy".to_owned())])
    );
    assert_eq!(
        apply("1.1.0", actions),
        Err(vec![("overlay-conflict", "/actions/0/copy".to_owned())])
    );
}

#[test]
fn an_action_that_matches_nothing_is_an_error() {
    let actions = json!([{"target": "$.info", "update": {"x-a": 1}}, {"target": "$.nowhere", "remove": true}]);
    assert_eq!(
        apply("1.0.0", actions),
        Err(vec![(
            "overlay-matches-nothing",
            "/actions/1/target".to_owned()
        )])
    );
}

#[test]
fn an_action_that_changes_nothing_is_an_error() {
    let nothing = || {
        Err(vec![(
            "overlay-changes-nothing",
            "/actions/0/target".to_owned(),
        )])
    };
    assert_eq!(
        apply(
            "1.0.0",
            json!([{"target": "$.info", "update": {"title": "T"}}])
        ),
        nothing()
    );
    assert_eq!(
        apply("1.1.0", json!([{"target": "$.info.title", "update": "T"}])),
        nothing()
    );
    assert_eq!(
        apply(
            "1.0.0",
            json!([{"target": "$.tags", "update": {"name": "a"}}])
        ),
        nothing()
    );
    assert_eq!(
        apply("1.1.0", json!([{"target": "$.info", "copy": "$.info"}])),
        nothing()
    );
}

#[test]
fn rejects_values_of_incompatible_types() {
    let conflict =
        |location: &str| Err(vec![("overlay-conflict", format!("/actions/0/{location}"))]);
    assert_eq!(
        apply("1.0.0", json!([{"target": "$", "update": {"info": [1]}}])),
        conflict("update")
    );
    assert_eq!(
        apply("1.0.0", json!([{"target": "$.info", "update": "text"}])),
        conflict("update")
    );
    assert_eq!(
        apply("1.1.0", json!([{"target": "$.*", "update": {"a": 1}}])),
        conflict("target")
    );
    assert_eq!(
        apply("1.0.0", json!([{"target": "$", "remove": true}])),
        conflict("target")
    );
}

#[test]
fn rejects_invalid_overlays() {
    for (text, pointer) in [
        ("{}", ""),
        (
            r#"{"overlay": "2.0.0", "actions": [{"target": "$", "remove": true}]}"#,
            "/overlay",
        ),
        (r#"{"overlay": "1.0.0", "actions": []}"#, "/actions"),
        (r#"{"overlay": "1.0.0", "actions": [{}]}"#, "/actions/0"),
        (r#"{"overlay": "1.0.0", "actions": [1]}"#, "/actions/0"),
        (
            r#"{"overlay": "1.0.0", "actions": [{"target": "$"}]}"#,
            "/actions/0",
        ),
        (
            r#"{"overlay": "1.0.0", "actions": [{"target": "paths", "remove": true}]}"#,
            "/actions/0/target",
        ),
        (
            r#"{"overlay": "1.0.0", "actions": [{"target": "$", "remove": "yes"}]}"#,
            "/actions/0/remove",
        ),
        (
            r#"{"overlay": "1.0.0", "extends": 1, "actions": [{"target": "$.a", "remove": true}]}"#,
            "/extends",
        ),
    ] {
        let found = Overlay::parse(&load::parse("overlay.json", text).unwrap()).unwrap_err();
        assert!(
            found.iter().any(|d| d.pointer == pointer),
            "{text}: {found:?}"
        );
    }
}

/// Applies actions to a document within a budget. Returns the codes of the findings and the elapsed time.
fn run_within(
    document: &Value,
    actions: Value,
    mut budget: Budget,
) -> (Vec<&'static str>, std::time::Duration) {
    let text = json!({"overlay": "1.1.0", "actions": actions}).to_string();
    let overlay = load::parse("overlay.json", text).unwrap();
    let mut document = load::parse("api.json", document.to_string()).unwrap();
    let begun = std::time::Instant::now();
    let overlay = Overlay::parse(&overlay).unwrap();
    let found = overlay.apply_within(&mut [&mut document], &mut budget);
    let codes = found
        .iter()
        .inspect(|finding| assert!(finding.pointer.starts_with("/actions/")));
    (
        codes.map(|finding| finding.code.as_str()).collect(),
        begun.elapsed(),
    )
}

/// Time limit for these budgets, generous for an unoptimized build on a busy machine.
const TIME_LIMIT: std::time::Duration = std::time::Duration::from_secs(20);

#[test]
fn limits_the_size_of_copies() {
    let mut actions = vec![json!({"target": "$", "update": {"a": {}, "b": {}}})];
    for _ in 0..12 {
        actions.push(json!({"target": "$.a", "copy": "$"}));
        actions.push(json!({"target": "$.b", "copy": "$"}));
    }
    let found = apply("1.1.0", actions.into()).unwrap_err();
    assert_eq!(found.last().unwrap().0, "overlay-too-costly", "{found:?}");
}

#[test]
fn limits_the_depth_of_copies() {
    let mut actions = vec![json!({"target": "$.info", "update": {"a": {}}})];
    for _ in 0..200 {
        actions.push(json!({"target": "$.info.a", "copy": "$.info"}));
    }
    let found = apply("1.1.0", actions.into()).unwrap_err();
    assert!(
        found.iter().all(|(code, _)| *code == "overlay-conflict"),
        "{found:?}"
    );
}

#[test]
fn limits_the_work_of_all_actions_together() {
    let many: Vec<Value> = (0..500)
        .map(|n| json!({"name": format!("n{n}"), "in": "query"}))
        .collect();
    let document = json!({"openapi": "3.0.3", "tags": many, "paths": many});
    // Each of these actions is within the limits on its own.
    for action in [
        json!({"target": "$..*", "update": {"x": 1}}),
        json!({"target": "$..[?@..name]", "update": {"x": 1}}),
        json!({"target": "$.tags[?search(@.name, '^n[0-9]+$')]", "update": {"x": 1}}),
        json!({"target": "$..gone", "remove": true}),
        json!({"target": "$.tags", "update": {"name": "n1", "in": "query"}}),
        json!({"target": "$", "update": {"tags": [{"name": "new"}]}}),
        json!({"target": "$.tags", "copy": "$.paths"}),
        json!({"target": "$.paths", "update": ["long text ".repeat(50)]}),
        json!({"target": "$.tags[*]", "update": {"deep": {"x": ["long text", "more text"]}}}),
    ] {
        let actions = vec![action.clone(); 3_000];
        let (codes, took) = run_within(&document, actions.into(), Budget::of_work(500_000));
        assert!(codes.contains(&"overlay-too-costly"), "{action}: {codes:?}");
        assert!(took < TIME_LIMIT, "{action} took {took:?}");
    }
}

/// Each action removes one entry of a large object, which moves the entries after it.
#[test]
fn limits_the_work_of_many_removals() {
    let many: serde_json::Map<String, Value> =
        (0..20_000).map(|n| (format!("n{n}"), json!(n))).collect();
    let document = json!({"openapi": "3.0.3", "x-many": many});
    let actions: Vec<Value> = (0..20_000)
        .map(|n| json!({"target": format!("$['x-many'].n{n}"), "remove": true}))
        .collect();
    let (codes, took) = run_within(&document, actions.clone().into(), Budget::of_work(500_000));
    assert_eq!(codes, ["overlay-too-costly"]);
    assert!(took < TIME_LIMIT, "{took:?}");
    let few = actions[..100].to_vec();
    let (codes, _) = run_within(&document, few.into(), Budget::of_work(500_000));
    assert!(codes.is_empty(), "{codes:?}");
}

#[test]
fn limits_the_strings_that_are_added() {
    let document = json!({"openapi": "3.0.3", "tags": [{}, {}]});
    let long = "x".repeat(1_000_000);
    let actions: Vec<Value> = (0..30)
        .map(|n| json!({"target": "$.tags[*]", "update": {format!("k{n}"): long}}))
        .collect();
    // The budget is for the document alone, so it does not include the strings of the overlay.
    let (codes, _) = run_within(&document, actions.into(), Budget::new([&document]));
    assert_eq!(codes, ["overlay-too-costly"]);
}

#[test]
fn applies_ordinary_overlays_to_large_documents() {
    let operation = json!({"get": {"parameters": [{"name": "a"}], "responses": {"200": {}}}});
    let paths: serde_json::Map<String, Value> = (0..3_000)
        .map(|n| (format!("/p{n}"), operation.clone()))
        .collect();
    let document = json!({"openapi": "3.0.3", "paths": paths});
    let mut actions: Vec<Value> = (0..1_000)
        .map(|n| json!({"target": format!("$.paths['/p{n}'].get"), "update": {"x-a": n}}))
        .collect();
    actions.extend((0..300).map(|n| json!({"target": format!("$.paths['/p{n}'].get.parameters[?@.name=='a']"), "update": {"in": "query"}})));
    actions.push(
        json!({"target": "$.paths.*.*.responses", "update": {"404": {"description": "gone"}}}),
    );
    actions.push(json!({"target": "$..parameters", "remove": true}));
    let (codes, took) = run_within(&document, actions.into(), Budget::new([&document]));
    assert_eq!(codes, Vec::<&str>::new());
    assert!(took < TIME_LIMIT, "{took:?}");
}

#[test]
fn removes_many_locations_in_one_pass() {
    let names: serde_json::Map<String, Value> =
        (0..30_000).map(|n| (format!("k{n}"), json!(n))).collect();
    let list: Vec<Value> = (0..30_000).map(Value::from).collect();
    let document = json!({"openapi": "3.0.3", "names": names, "list": list});
    let actions = json!([
        {"target": "$.names.*", "remove": true},
        {"target": "$.list[1:]", "remove": true}
    ]);
    let (codes, took) = run_within(&document, actions, Budget::new([&document]));
    assert_eq!(codes, Vec::<&str>::new());
    assert!(took < TIME_LIMIT, "{took:?}");
}

#[test]
fn removes_locations_inside_removed_locations() {
    let actions = json!([{"target": "$['tags','paths']..*", "remove": true}]);
    let document = apply("1.0.0", actions).unwrap();
    assert_eq!(
        (&document["tags"], &document["paths"]),
        (&json!([]), &json!({}))
    );
    let actions = json!([{"target": "$.tags[0,2]", "remove": true}]);
    assert_eq!(changed("1.0.0", actions, "/tags"), json!([{"name": "b"}]));
}

fn overlay(path: &str, extends: Option<&str>) -> Overlay {
    Overlay {
        path: path.into(),
        extends: extends.map(str::to_owned),
        actions: Vec::new(),
    }
}

#[test]
fn an_overlay_applies_to_the_documents_it_extends_or_its_siblings() {
    let mut api = load::parse("openapi/api.yml", "openapi: 3.0.3").unwrap();
    let mut other = load::parse("openapi/other.yml", "openapi: 3.0.3").unwrap();
    let mut flow = load::parse("arazzo/flow.yml", "arazzo: 1.0.1").unwrap();
    let documents = [&mut api, &mut other, &mut flow];
    let indexes = |path: &str, extends| {
        overlay(path, extends)
            .documents(&documents)
            .map(|found| found.into_iter().collect::<Vec<_>>())
            .map_err(|d| d.pointer)
    };
    assert_eq!(indexes("openapi/overlay.yml", Some("api.yml")), Ok(vec![0]));
    assert_eq!(
        indexes("openapi/overlay.yml", Some("../arazzo")),
        Ok(vec![2])
    );
    assert_eq!(
        indexes("x/overlay.yml", Some("https://example.com/v1/other.yml")),
        Ok(vec![1])
    );
    assert_eq!(
        indexes("openapi/overlay.yml", Some("gone.yml")),
        Err("/extends".to_owned())
    );
    assert_eq!(indexes("openapi/overlay.yml", None), Ok(vec![0, 1]));
    assert_eq!(indexes("./arazzo/overlay.yml", None), Ok(vec![2]));
    assert_eq!(indexes("elsewhere/overlay.yml", None), Ok(vec![0, 1]));
}

#[test]
fn an_action_must_match_in_at_least_one_document() {
    let text = r#"{"overlay": "1.0.0", "actions": [{"target": "$.workflows", "update": {"workflowId": "w"}}]}"#;
    let overlay = Overlay::parse(&load::parse("overlay.json", text).unwrap()).unwrap();
    let mut with = load::parse("a.yml", "workflows: []").unwrap();
    let mut without = load::parse("b.yml", "info: {}").unwrap();
    assert!(overlay.apply(&mut [&mut without, &mut with]).is_empty());
    assert_eq!(with.value, json!({"workflows": [{"workflowId": "w"}]}));
    assert_eq!(overlay.apply(&mut [&mut without]).len(), 1);
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn passes_the_compliance_suite() {
    let folder = PathBuf::from(std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR"))
        .join("suites/overlay");
    let mut sets: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    sets.sort();
    assert!(sets.len() >= 8);
    for set in sets {
        let overlay = Overlay::parse(&load::load(set.join("overlay.yaml")).unwrap()).unwrap();
        let mut document = load::load(set.join("openapi.yaml")).unwrap();
        let found = overlay.apply(&mut [&mut document]);
        // The specification allows an action that matches nothing. Here it is an error.
        assert!(
            found
                .iter()
                .all(|d| d.code.as_str() == "overlay-matches-nothing"),
            "{}: {found:?}",
            set.display()
        );
        assert_eq!(
            document.value,
            load::load(set.join("output.yaml")).unwrap().value,
            "{}",
            set.display()
        );
    }
}
