use super::super::testing::{run as pass, with_operation, with_schemas};
use super::*;

fn schemas(schemas: Value) -> Value {
    let (document, _, codes) = pass(run, with_schemas(schemas));
    assert!(codes.is_empty());
    document["components"]["schemas"].clone()
}

fn to(name: &str) -> Value {
    walk::reference_to(name)
}

#[test]
fn one_parameter_of_many_operations_is_one_type_and_the_id_of_its_schema() {
    let parameter = |pattern: &str| {
        json!([{"name": "project_id", "in": "path", "required": true,
        "schema": {"type": "string", "pattern": pattern}}])
    };
    let mut document = with_schemas(json!({
        "Project": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^proj_[0-9A-Za-z]+$", "description": "d"}}}
    }));
    document["paths"]["/x"]["get"]["parameters"] = parameter("^proj_[a-zA-Z0-9]+$");
    document["paths"]["/y"] = json!({"get": {"operationId": "y", "parameters": parameter("^proj_[A-Za-z0-9]+$"), "responses": {}}});
    let (document, notes, _) = pass(run, document);
    assert_eq!(
        document["paths"]["/x"]["get"]["parameters"][0]["schema"],
        to("ProjectId")
    );
    assert_eq!(
        document["paths"]["/y"]["get"]["parameters"][0]["schema"],
        to("ProjectId")
    );
    assert_eq!(
        document["components"]["schemas"]["Project"]["properties"]["id"],
        json!({"description": "d", "allOf": [to("ProjectId")]})
    );
    assert_eq!(notes.hoisted.into_iter().collect::<Vec<_>>(), ["ProjectId"]);
}

#[test]
fn an_id_that_is_a_component_is_that_component() {
    let schemas = schemas(json!({
        "A": {"type": "object", "properties": {"account": {"type": "string", "pattern": "^apn_[0-9a-z]+$"}}},
        "AccountId": {"type": "string", "pattern": "^apn_[a-z0-9]+$"}
    }));
    assert_eq!(schemas["A"]["properties"]["account"], to("AccountId"));
}

#[test]
fn a_name_that_is_taken_is_not_taken_twice() {
    let schemas = schemas(json!({
        "Alert": {"type": "object", "properties": {
            "type": {"type": "string", "enum": ["alert"]},
            "alertType": {"$ref": "#/components/schemas/AlertType"}
        }},
        "AlertType": {"type": "string", "enum": ["info", "error"]}
    }));
    assert_eq!(schemas["Alert"]["properties"]["type"], to("AlertTypeValue"));
    assert_eq!(schemas["AlertType"]["enum"], json!(["info", "error"]));
}

#[test]
fn equal_schemas_of_relatives_share_what_their_names_begin_with() {
    let options =
        json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}});
    let schemas = schemas(json!({
        "PropText": {"type": "object", "properties": {"options": options}},
        "PropNumber": {"type": "object", "properties": {"options": options}}
    }));
    assert_eq!(
        schemas["PropText"]["properties"]["options"]["items"],
        to("PropOptionsItem")
    );
    assert_eq!(
        schemas["PropNumber"]["properties"]["options"]["items"],
        to("PropOptionsItem")
    );
}

#[test]
fn equal_schemas_without_a_name_in_common_stay_apart() {
    let kind = json!({"type": "string", "enum": ["a", "b"]});
    let schemas = schemas(json!({
        "Cat": {"type": "object", "properties": {"type": kind}},
        "Dog": {"type": "object", "properties": {"type": kind}}
    }));
    assert_eq!(schemas["Cat"]["properties"]["type"], to("CatType"));
    assert_eq!(schemas["Dog"]["properties"]["type"], to("DogType"));
}

#[test]
fn nested_objects_are_named_after_their_way() {
    let schemas = schemas(json!({
        "App": {"type": "object", "properties": {"box": {"type": "object", "nullable": true, "properties": {
            "cats": {"type": "array", "items": {"type": "object", "properties": {"d": {"type": "string"}}}}
        }}}}
    }));
    assert_eq!(
        schemas["App"]["properties"]["box"],
        json!({"nullable": true, "allOf": [to("AppBox")]})
    );
    assert_eq!(
        schemas["AppBox"]["properties"]["cats"]["items"],
        to("AppBoxCatsItem")
    );
}

#[test]
fn list_items_are_named_after_one_of_the_list() {
    let list = json!({"type": "array", "items": {"type": "string", "pattern": "^p_[a-z]+$"}});
    let schemas = schemas(json!({
        "Answer": {"type": "object", "properties": {"workflow_ids": list, "workflow_id": list["items"]}}
    }));
    assert_eq!(
        schemas["Answer"]["properties"]["workflow_ids"]["items"],
        to("WorkflowId")
    );
    assert_eq!(
        schemas["Answer"]["properties"]["workflow_id"],
        to("WorkflowId")
    );
}

#[test]
fn a_parameter_that_is_only_called_id_is_named_after_the_path() {
    assert_eq!(
        parameter_name("/v1/app_categories/{id}", "id").unwrap(),
        "AppCategoryId"
    );
    assert_eq!(
        parameter_name("/v1/apps/{app_id}", "app_id").unwrap(),
        "AppId"
    );
    assert_eq!(parameter_name("/v1/apps", "type"), None);
}

#[test]
fn inline_bodies_and_answers_are_named_after_their_operation() {
    let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (document, _, _) = pass(
        run,
        with_operation(json!({
            "requestBody": {"content": {"application/json": {"schema": object}}},
            "responses": {"2XX": {"content": {"application/json": {"schema": object}}}}
        })),
    );
    let operation = &document["paths"]["/x/{id}"]["get"];
    assert_eq!(
        operation["requestBody"]["content"]["application/json"]["schema"],
        to("GetXBody")
    );
    assert_eq!(
        operation["responses"]["2XX"]["content"]["application/json"]["schema"],
        to("GetXResponse")
    );
}

#[test]
fn tags_of_inline_alternatives_stay_where_typify_looks_for_them() {
    let union = json!({"oneOf": [
        {"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": ["a"]}}},
        {"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": ["b"]}}}
    ]});
    assert_eq!(schemas(json!({"U": union}))["U"], union);
}

#[test]
fn classes_are_compared_by_what_they_match() {
    assert_eq!(
        canonical_pattern("^a_[0-9A-Za-z]+$"),
        canonical_pattern("^a_[a-zA-Z0-9]+$")
    );
    assert_ne!(canonical_pattern("[^a-z]"), canonical_pattern("[a-z^]"));
    assert_eq!(canonical_pattern(r"\[b-a]"), r"\[b-a]");
    assert_eq!(canonical_pattern("[a"), "[a");
}
