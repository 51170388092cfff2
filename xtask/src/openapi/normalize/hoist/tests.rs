use super::super::testing::{run as pass, with_operation, with_schemas};
use super::*;

fn schemas(schemas: Value) -> Value {
    let (document, _, codes) = pass(run, with_schemas(schemas));
    assert!(codes.is_empty());
    document["components"]["schemas"].clone()
}

fn reference(name: &str) -> Value {
    walk::reference_to(name)
}

#[test]
fn a_parameter_of_several_operations_shares_the_type_of_the_id() {
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
        reference("ProjectId")
    );
    assert_eq!(
        document["paths"]["/y"]["get"]["parameters"][0]["schema"],
        reference("ProjectId")
    );
    assert_eq!(
        document["components"]["schemas"]["Project"]["properties"]["id"],
        json!({"description": "d", "allOf": [reference("ProjectId")]})
    );
    assert_eq!(notes.hoisted.into_iter().collect::<Vec<_>>(), ["ProjectId"]);
}

#[test]
fn reuses_a_component_for_an_id() {
    let schemas = schemas(json!({
        "A": {"type": "object", "properties": {"account": {"type": "string", "pattern": "^apn_[0-9a-z]+$"}}},
        "AccountId": {"type": "string", "pattern": "^apn_[a-z0-9]+$"}
    }));
    assert_eq!(
        schemas["A"]["properties"]["account"],
        reference("AccountId")
    );
}

#[test]
fn avoids_names_of_existing_components() {
    let schemas = schemas(json!({
        "Alert": {"type": "object", "properties": {
            "type": {"type": "string", "enum": ["alert"]},
            "alertType": {"$ref": "#/components/schemas/AlertType"}
        }},
        "AlertType": {"type": "string", "enum": ["info", "error"]}
    }));
    assert_eq!(
        schemas["Alert"]["properties"]["type"],
        reference("AlertTypeValue")
    );
    assert_eq!(schemas["AlertType"]["enum"], json!(["info", "error"]));
}

#[test]
fn equal_schemas_of_related_owners_share_a_type_named_by_the_common_prefix() {
    let options =
        json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}});
    let schemas = schemas(json!({
        "PropText": {"type": "object", "properties": {"options": options}},
        "PropNumber": {"type": "object", "properties": {"options": options}}
    }));
    assert_eq!(
        schemas["PropText"]["properties"]["options"]["items"],
        reference("PropOptionsItem")
    );
    assert_eq!(
        schemas["PropNumber"]["properties"]["options"]["items"],
        reference("PropOptionsItem")
    );
}

#[test]
fn equal_schemas_of_unrelated_owners_have_separate_types() {
    let kind = json!({"type": "string", "enum": ["a", "b"]});
    let schemas = schemas(json!({
        "Cat": {"type": "object", "properties": {"type": kind}},
        "Dog": {"type": "object", "properties": {"type": kind}}
    }));
    assert_eq!(schemas["Cat"]["properties"]["type"], reference("CatType"));
    assert_eq!(schemas["Dog"]["properties"]["type"], reference("DogType"));
}

#[test]
fn names_nested_objects_after_their_path() {
    let schemas = schemas(json!({
        "App": {"type": "object", "properties": {"box": {"type": "object", "nullable": true, "properties": {
            "cats": {"type": "array", "items": {"type": "object", "properties": {"d": {"type": "string"}}}}
        }}}}
    }));
    assert_eq!(
        schemas["App"]["properties"]["box"],
        json!({"nullable": true, "allOf": [reference("AppBox")]})
    );
    assert_eq!(
        schemas["AppBox"]["properties"]["cats"]["items"],
        reference("AppBoxCatsItem")
    );
}

#[test]
fn names_list_items_in_the_singular() {
    let list = json!({"type": "array", "items": {"type": "string", "pattern": "^p_[a-z]+$"}});
    let schemas = schemas(json!({
        "Run": {"type": "object", "properties": {"workflow_ids": list, "workflow_id": list["items"]}}
    }));
    assert_eq!(
        schemas["Run"]["properties"]["workflow_ids"]["items"],
        reference("WorkflowId")
    );
    assert_eq!(
        schemas["Run"]["properties"]["workflow_id"],
        reference("WorkflowId")
    );
}

#[test]
fn names_an_id_parameter_after_the_path() {
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
fn names_inline_bodies_and_responses_after_the_operation() {
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
        reference("GetXBody")
    );
    assert_eq!(
        operation["responses"]["2XX"]["content"]["application/json"]["schema"],
        reference("GetXResponse")
    );
}

#[test]
fn keeps_tags_of_inline_alternatives_inline() {
    let union = json!({"oneOf": [
        {"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": ["a"]}}},
        {"type": "object", "required": ["k"], "properties": {
            "k": {"type": "string", "enum": ["b"]}, "n": {"type": "integer"}
        }}
    ]});
    assert_eq!(schemas(json!({"U": union}))["U"], union);
}
