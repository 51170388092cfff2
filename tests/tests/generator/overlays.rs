//! Tests of the effect of each action in our overlays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};
use tests::repository;
use xtask::load::{Document, load};
use xtask::overlay::Overlay;

/// A document before and after an overlay, and the targets of the overlay's actions.
struct Corrected {
    before: Vec<Document>,
    after: Vec<Document>,
    targets: Vec<String>,
}

/// Applies an overlay after others.
fn corrected_upon(
    earlier: &[&str],
    overlay: &str,
    documents: impl IntoIterator<Item = PathBuf>,
) -> Corrected {
    let mut before: Vec<Document> = documents
        .into_iter()
        .map(|path| load(path).unwrap())
        .collect();
    for overlay in earlier {
        let overlay = load(repository().join(overlay)).unwrap();
        let found = Overlay::parse(&overlay)
            .unwrap()
            .apply(&mut before.iter_mut().collect::<Vec<_>>());
        assert!(found.is_empty(), "{found:?}");
    }
    let overlay = load(repository().join(overlay)).unwrap();
    let actions = overlay.value["actions"].as_array().unwrap();
    let targets = actions
        .iter()
        .map(|it| it["target"].as_str().unwrap().to_owned())
        .collect();
    let mut after = before.clone();
    let parsed = Overlay::parse(&overlay).unwrap();
    let found = parsed.apply(&mut after.iter_mut().collect::<Vec<_>>());
    assert!(found.is_empty(), "{found:?}");
    Corrected {
        before,
        after,
        targets,
    }
}

fn corrected(overlay: &str, documents: impl IntoIterator<Item = PathBuf>) -> Corrected {
    corrected_upon(&[], overlay, documents)
}

const ADDITIONS: &str = "openapi/pipedream-additions-overlay.yml";
const CORRECTIONS: &str = "openapi/pipedream-overlay.yml";

/// Applies the corrections after the additions, in the order of a run.
fn api() -> Corrected {
    let document = repository().join("openapi/pipedream-openapi.yml");
    corrected_upon(&[ADDITIONS], CORRECTIONS, [document])
}

fn additions() -> Corrected {
    let document = repository().join("openapi/pipedream-openapi.yml");
    corrected(ADDITIONS, [document])
}

/// A changed location in the document, as a JSON Pointer, and the expected value.
struct Change {
    target: &'static str,
    place: &'static str,
    becomes: fn(&Value) -> bool,
}

const fn change(target: &'static str, place: &'static str, becomes: fn(&Value) -> bool) -> Change {
    Change {
        target,
        place,
        becomes,
    }
}

fn lacks(list: &Value, entry: &str) -> bool {
    list.as_array()
        .is_none_or(|list| !list.contains(&json!(entry)))
}

fn is_secret(schema: &Value) -> bool {
    schema["x-secret"] == json!(true)
}

fn refers_to(schema: &Value, name: &str) -> bool {
    *schema == json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn is(format: &'static str) -> impl Fn(&Value) -> bool {
    move |schema| schema["format"] == json!(format)
}

/// One row per action: its target, and the location of its effect.
#[rustfmt::skip]
const API_CHANGES: &[Change] = &[
    change("$.components.schemas.CreateTokenOpts.required[?@ == 'project_id']", "/components/schemas/CreateTokenOpts/required", |it| lacks(it, "project_id")),
    change("$.components.schemas.CreateTokenOpts.properties", "/components/schemas/CreateTokenOpts/properties/project_id", |it| refers_to(it, "ProjectId")),
    change("$.components.schemas.CreateTokenOpts.properties.expires_in", "/components/schemas/CreateTokenOpts/properties/expires_in", |it| it["maximum"] == json!(14400)),
    change("$..parameters[?@.schema.pattern == '^appcar_[0-9a-zA-Z]+$'].schema.pattern", "/components/parameters/AppCategoryId/schema", |it| it["pattern"].is_null()),
    change("$.components.schemas.App.required[?@ == 'img_src' || @ == 'custom_fields_json' || @ == 'categories' || @ == 'featured_weight']", "/components/schemas/App/required", |it| *it == json!(["name_slug", "name"])),
    change("$.components.schemas.ListAccountsResponse.required[?@ == 'page_info']", "/components/schemas/ListAccountsResponse/required", |it| lacks(it, "page_info")),
    change("$.components.schemas.DeployedComponent.required[?@ == 'created_at' || @ == 'updated_at' || @ == 'component_id' || @ == 'name_slug' || @ == 'owner_id' || @ == 'type']", "/components/schemas/DeployedComponent/required", |it| lacks(it, "created_at") && lacks(it, "type") && !lacks(it, "id")),
    change("$.components.schemas.ProjectInfoResponse.properties.apps.required", "/components/schemas/ProjectInfoResponse/properties/apps", |it| it["required"].is_null()),
    change("$.components.schemas.ProjectInfoResponseApp", "/components/schemas/ProjectInfoResponseApp", |it| it["required"] == json!(["name_slug"])),
    change("$.components.schemas.Component.properties.version", "/components/schemas/Component/properties/version", |it| it["pattern"] == json!(r"^\d+\.\d+\.\d+$")),
    change("$.components.schemas['DeployedComponent','HttpInterface','TimerInterface'].properties['created_at','updated_at']", "/components/schemas/TimerInterface/properties/updated_at", |it| is("unix-milliseconds")(it)),
    change("$.components.schemas['EmittedEvent','Observation'].properties.ts", "/components/schemas/Observation/properties/ts", |it| is("unix-milliseconds")(it)),
    change("$.components.schemas['Webhook','WebhookWithOptionalSigningKey','WebhookWithSigningKey'].properties['created_at','updated_at']", "/components/schemas/Webhook/properties/created_at", |it| is("unix-seconds")(it)),
    change("$.components.schemas.ConnectUsage.properties['usage_start_ts','usage_end_ts']", "/components/schemas/ConnectUsage/properties/usage_end_ts", |it| is("unix-seconds")(it)),
    change("$..parameters[?@.name == 'start_ts' || @.name == 'end_ts'].schema", "/paths/~1v1~1connect~1usage/get/parameters/0/schema", |it| is("unix-seconds")(it)),
    change("$..['X-RateLimit-Reset','RateLimitReset'].schema", "/components/headers/RateLimitReset/schema", |it| is("unix-seconds")(it)),
    change("$.components.schemas", "/components/schemas/ProjectId/pattern", |it| *it == json!("^proj_[a-zA-Z0-9]+$")),
    change("$..parameters[?@.name == 'project_id'].schema.*", "/components/parameters/AdministeredProjectId/schema", |it| it["pattern"].is_null()),
    change("$..parameters[?@.name == 'project_id'].schema", "/components/parameters/ProjectId/schema", |it| refers_to(it, "ProjectId")),
    change("$.components.schemas.Project.properties.id.*", "/components/schemas/Project/properties/id", |it| it["pattern"].is_null()),
    change("$.components.schemas.Project.properties.id", "/components/schemas/Project/properties/id", |it| refers_to(it, "ProjectId")),
    change("$..parameters[?@.name == 'account_id'].schema.*", "/paths/~1v1~1connect~1{project_id}~1accounts~1{account_id}/parameters/1/schema", |it| it["type"].is_null()),
    change("$..parameters[?@.name == 'account_id'].schema", "/paths/~1v1~1connect~1{project_id}~1accounts~1{account_id}/parameters/1/schema", |it| refers_to(it, "AccountId")),
    change("$.components.schemas", "/components/schemas/TriggerId/pattern", |it| *it == json!("^(dc|hi|ti)_[a-zA-Z0-9]+$")),
    change("$..parameters[?@.name == 'trigger_id'].schema.*", "/components/parameters/TriggerId/schema", |it| it["type"].is_null()),
    change("$..parameters[?@.name == 'trigger_id'].schema", "/components/parameters/TriggerId/schema", |it| refers_to(it, "TriggerId")),
    change("$.components.schemas.CreateAccountOpts.properties.account_id.type", "/components/schemas/CreateAccountOpts/properties/account_id", |it| it["type"].is_null()),
    change("$.components.schemas.CreateAccountOpts.properties.account_id", "/components/schemas/CreateAccountOpts/properties/account_id", |it| refers_to(&it["allOf"][0], "AccountId")),
    change("$..parameters[?@.name == 'oauth_app_id'].schema.*", "/paths/~1v1~1connect~1{project_id}~1accounts/parameters/2/schema", |it| it["pattern"].is_null()),
    change("$..parameters[?@.name == 'oauth_app_id'].schema", "/paths/~1v1~1connect~1{project_id}~1accounts/parameters/2/schema", |it| refers_to(it, "OauthAppId")),
    change("$.components.schemas.ConnectToken", "/components/schemas/ConnectToken", is_secret),
    change("$.components.schemas.CreateTokenResponse.properties.connect_link_url", "/components/schemas/CreateTokenResponse/properties/connect_link_url", is_secret),
    change("$.components.schemas.CreateAccountOpts.properties.connect_token", "/components/schemas/CreateAccountOpts/properties/connect_token", is_secret),
    change("$.components.schemas", "/components/schemas/CustomFields", |it| is_secret(it) && it["contentMediaType"] == "application/json"),
    change("$.components.schemas.CreateAccountOpts.properties.cfmap_json.*", "/components/schemas/CreateAccountOpts/properties/cfmap_json", |it| it["type"].is_null()),
    change("$.components.schemas.CreateAccountOpts.properties.cfmap_json", "/components/schemas/CreateAccountOpts/properties/cfmap_json", |it| refers_to(it, "CustomFields")),
    change("$.components.schemas['CreateOAuthTokenOpts','BackendClientOpts','ClientOpts'].properties.client_secret", "/components/schemas/CreateOAuthTokenOpts/properties/client_secret", is_secret),
    change("$.components.schemas.CreateOAuthTokenResponse.properties.access_token", "/components/schemas/CreateOAuthTokenResponse/properties/access_token", is_secret),
    change("$.components.schemas.Account.properties.credentials", "/components/schemas/Account/properties/credentials", is_secret),
    change("$.components.schemas.Account.properties.credentials.properties['oauth_access_token','oauth_refresh_token']", "/components/schemas/Account/properties/credentials/properties/oauth_refresh_token", is_secret),
    change("$.components.schemas.HttpRequestAuth.properties['password','token']", "/components/schemas/HttpRequestAuth/properties/password", is_secret),
    change("$.components.schemas.ConfiguredProps", "/components/schemas/ConfiguredProps", is_secret),
    change("$.components.schemas.DeployedComponent.properties.webhook_signing_key", "/components/schemas/DeployedComponent/properties/webhook_signing_key", is_secret),
    change("$.components.schemas['TriggerWebhook','WebhookWithOptionalSigningKey','WebhookWithSigningKey'].properties.signing_key", "/components/schemas/TriggerWebhook/properties/signing_key", is_secret),
    change("$.paths['/v1/connect/{project_id}/accounts'].post.parameters", "/paths/~1v1~1connect~1{project_id}~1accounts/post/parameters", |it| it.as_array().is_some_and(|it| it.iter().any(|it| it["name"] == "external_user_id"))),
    change("$['x-fern-sdk-variables']", "/x-fern-sdk-variables", |it| it["environment"].is_object() && it["external_user_id"].is_object()),
    change("$..parameters[?@.name == 'x-pd-environment']", "/components/parameters/Environment/x-fern-sdk-variable", |it| *it == json!("environment")),
    change("$..parameters[?@.name == 'external_user_id']", "/components/parameters/ExternalUserId/x-fern-sdk-variable", |it| *it == json!("external_user_id")),
    change("$.components.schemas.*.properties.external_user_id", "/components/schemas/RunActionOpts/properties/external_user_id/x-fern-sdk-variable", |it| *it == json!("external_user_id")),
    change("$.components.securitySchemes.ConnectToken", "/components/securitySchemes/ConnectToken/x-implied-variables", |it| *it == json!(["project_id"])),
    change("$.components.schemas.CreateAccountOpts.properties.connect_token", "/components/schemas/CreateAccountOpts/properties/connect_token/x-credential-for", |it| *it == json!("ConnectToken")),
    change("$.paths['/v1/connect/{project_id}/webhook'].put", "/paths/~1v1~1connect~1{project_id}~1webhook/put/x-idempotent", |it| *it == json!(false)),
];

fn at<'v>(document: &'v Value, place: &str) -> &'v Value {
    document.pointer(place).unwrap_or(&Value::Null)
}

#[test]
fn every_openapi_overlay_action_takes_effect() {
    let api = api();
    let (before, after) = (&api.before[0].value, &api.after[0].value);
    let (mut missed, mut needless) = (Vec::new(), Vec::new());
    for change in API_CHANGES {
        if !(change.becomes)(at(after, change.place)) {
            missed.push(change.place);
        }
        if (change.becomes)(at(before, change.place)) {
            needless.push(change.place);
        }
    }
    assert_eq!((missed, needless), (vec![], vec![]));
}

#[test]
fn every_openapi_overlay_action_is_tested() {
    let tested: Vec<&str> = API_CHANGES.iter().map(|it| it.target).collect();
    assert_eq!(api().targets, tested);
}

/// Returns the operations of a document by ID.
fn operations(document: &Value) -> BTreeMap<&str, &Value> {
    let items = document["paths"].as_object().unwrap().values();
    items
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|it| Some((it["operationId"].as_str()?, it)))
        .collect()
}

/// The generated documentation shows the source of an addition, so each must state it.
#[test]
fn added_operations_state_their_source() {
    let additions = additions();
    let before = operations(&additions.before[0].value);
    let mut after = operations(&additions.after[0].value);
    after.retain(|id, _| !before.contains_key(id));
    assert_eq!((before.len(), after.len()), (61, 13));
    for (id, operation) in after {
        assert!(operation["x-origin"].is_string(), "{id}");
    }
}

/// Covers properties and parameters added to existing objects; a new schema states its own source.
#[test]
fn added_properties_and_parameters_state_their_source() {
    let additions = additions();
    let (before, after) = (&additions.before[0].value, &additions.after[0].value);
    let mut fields = Vec::new();
    for (name, schema) in after["components"]["schemas"].as_object().unwrap() {
        let Some(known) = before["components"]["schemas"].get(name) else {
            assert!(schema["x-origin"].is_string(), "{name}");
            continue;
        };
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            if known["properties"].get(field).is_none() {
                assert!(property["x-origin"].is_string(), "{name}.{field}");
                fields.push(format!("{name}.{field}"));
            }
        }
    }
    let validated = &operations(after)["validateToken"]["parameters"];
    let added = validated.as_array().unwrap().last().unwrap();
    assert_eq!(added["name"], "app_override_id");
    assert!(added["x-origin"].is_string());
    fields.sort();
    assert_eq!(
        fields,
        [
            "App.connect",
            "App.oauth_app_id",
            "App.scope_profiles",
            "CreateAccountOpts.app_override_id",
            "CreateOAuthTokenOpts.client_assertion",
            "CreateOAuthTokenOpts.client_assertion_type",
            "CreateTokenOpts.app_id",
            "CreateTokenOpts.oauth_app_id",
            "EmittedEvent.sum",
            "TriggerWebhook.active",
            "TriggerWebhook.delivery_backend",
            "TriggerWebhook.delivery_state",
            "WebhookWithSigningKey.active",
            "WebhookWithSigningKey.delivery_backend",
            "WebhookWithSigningKey.delivery_state",
        ]
    );
}

/// The documentation of the method or property mentions the addition.
#[test]
fn generated_documentation_mentions_additions() {
    let generated = |file: &str| {
        let path = repository().join("generated/src/pipedream").join(file);
        std::fs::read_to_string(path).unwrap()
    };
    let source_note = "Not in the publisher's OpenAPI document; known from";
    let method = generated("resources/rate_limits.rs");
    assert!(method.contains(&format!("/// {source_note} the vendor's documentation.")));
    let field = format!("/// {source_note} the official SDKs.\n    pub sum:");
    assert!(generated("types.rs").contains(&field));
}

/// Every operation with this parameter gets its value from the client.
#[test]
fn every_use_of_a_variable_is_marked() {
    fn unmarked(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                let is_parameter = fields.contains_key("in");
                match fields.get("name").and_then(Value::as_str) {
                    Some(name @ ("x-pd-environment" | "external_user_id"))
                        if is_parameter && !fields.contains_key("x-fern-sdk-variable") =>
                    {
                        found.insert(name.to_owned());
                    }
                    _ => {}
                }
                fields.values().for_each(|field| unmarked(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| unmarked(item, found)),
            _ => {}
        }
    }
    let api = api();
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    unmarked(&api.before[0].value, &mut before);
    unmarked(&api.after[0].value, &mut after);
    assert_eq!(before.len(), 2);
    assert_eq!(after, BTreeSet::new());
}

fn workflows() -> Corrected {
    let folder = std::fs::read_dir(repository().join("arazzo")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with("-workflow.yml"));
    files.sort();
    corrected("arazzo/overlay.yml", files)
}

fn step<'d>(documents: &'d [Document], workflow: &str, step: &str) -> &'d Value {
    let workflows = documents
        .iter()
        .flat_map(|it| it.value["workflows"].as_array().unwrap());
    let found = workflows
        .filter(|it| it["workflowId"] == workflow)
        .collect::<Vec<_>>();
    let [workflow] = found[..] else {
        panic!("{} workflows {workflow}", found.len());
    };
    let mut steps = workflow["steps"].as_array().unwrap().iter();
    steps.find(|it| it["stepId"] == step).unwrap()
}

#[test]
fn overlay_connects_the_account_with_the_created_token() {
    let corrected = workflows();
    let security =
        |documents| &step(documents, "connect-account-onboarding", "connectAccount")["x-security"];
    assert!(security(&corrected.before).is_null());
    assert_eq!(
        *security(&corrected.after),
        json!([{
            "schemeName": "ConnectToken",
            "values": { "token": "$steps.createConnectToken.outputs.connectToken" },
        }])
    );
}

#[test]
fn overlay_skips_the_cleanup_without_accounts() {
    let corrected = workflows();
    let actions =
        |documents| &step(documents, "account-audit-cleanup", "listUserAccounts")["onSuccess"];
    let (before, after) = (actions(&corrected.before), actions(&corrected.after));
    assert_eq!(before[0]["criteria"][0]["condition"], "$.data.length > 0");
    assert_eq!(after[0]["criteria"][0]["condition"], "$.data[0]");
    assert_eq!(before.as_array().unwrap().len(), 1);
    assert_eq!(
        after.as_array().unwrap()[1..],
        [json!({ "name": "noAccounts", "type": "end" })]
    );
}

#[test]
fn overlay_declares_the_expiry_of_created_tokens() {
    let corrected = workflows();
    for workflow in ["connect-account-onboarding", "token-mint-and-validate"] {
        let created = |documents| step(documents, workflow, "createConnectToken").clone();
        let (before, after) = (created(&corrected.before), created(&corrected.after));
        assert!(before["x-expires"].is_null());
        assert_eq!(after["x-expires"], "$outputs.expiresAt");
        assert_eq!(after["outputs"]["expiresAt"], "$response.body#/expires_at");
    }
}

#[test]
fn every_workflow_overlay_action_is_tested() {
    assert_eq!(workflows().targets.len(), 5);
}

/// Each correction states its reason.
#[test]
fn every_overlay_action_states_its_reason() {
    for overlay in [ADDITIONS, CORRECTIONS, "arazzo/overlay.yml"] {
        let path = repository().join(overlay);
        for action in load(&path).unwrap().value["actions"].as_array().unwrap() {
            let reason = action["description"].as_str().unwrap_or_default();
            assert!(reason.len() > 20, "{overlay}: {}", action["target"]);
        }
    }
}
