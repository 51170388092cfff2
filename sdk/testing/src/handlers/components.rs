//! Components: listing, configuring props, reloading props and running actions.

use serde_json::{Value, json};

use super::{HandlerResult, ValidRequest, contains, ok};
use crate::response::Rejection;
use crate::state::{ActionResult, State, UsageKind};

/// Component type that an operation is limited to.
type ComponentType = Option<&'static str>;
const ACTION: ComponentType = Some("action");
const TRIGGER: ComponentType = Some("trigger");

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    list_by_type(state, request, request.query("component_type"))
}

pub(super) fn list_actions(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    list_by_type(state, request, ACTION)
}

pub(super) fn list_triggers(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    list_by_type(state, request, TRIGGER)
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    retrieve_by_type(state, request, None)
}

pub(super) fn retrieve_action(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    retrieve_by_type(state, request, ACTION)
}

pub(super) fn retrieve_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    retrieve_by_type(state, request, TRIGGER)
}

pub(super) fn configure(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    configure_by_type(state, request, None)
}

pub(super) fn configure_action(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    configure_by_type(state, request, ACTION)
}

pub(super) fn configure_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    configure_by_type(state, request, TRIGGER)
}

pub(super) fn reload(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    reload_by_type(state, request, None)
}

pub(super) fn reload_action(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    reload_by_type(state, request, ACTION)
}

pub(super) fn reload_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    reload_by_type(state, request, TRIGGER)
}

fn list_by_type(
    state: &State,
    request: &ValidRequest<'_>,
    component_type: Option<&str>,
) -> HandlerResult {
    request.environment(state)?;
    let q = request.query("q").unwrap_or_default();
    // The private registry is empty.
    let private = request.query("registry") == Some("private");
    let app = request.query("app");
    let app = app.map(|name| state.app(name).map(|app| &app["name_slug"]));
    let found = state
        .components
        .iter()
        .filter(|_| !private)
        .filter(|it| component_type.is_none_or(|wanted| it["component_type"] == wanted))
        .filter(|it| contains(&it["name"], q) || contains(&it["key"], q))
        .filter(|it| match app {
            None => true,
            Some(app) => Some(&it["configurable_props"][0]["app"]) == app,
        });
    let paging = request.paging();
    ok(paging.page(found, |it| text(&it["key"]), Value::clone)?)
}

fn retrieve_by_type(
    state: &State,
    request: &ValidRequest<'_>,
    component_type: ComponentType,
) -> HandlerResult {
    request.environment(state)?;
    let found = find(
        state,
        request.path("component_id"),
        request.query("version"),
        component_type,
    )?;
    ok(json!({ "data": found }))
}

/// Finds the component with a key, of the given type and, if there is one, version.
fn find<'a>(
    state: &'a State,
    key: &str,
    version: Option<&str>,
    component_type: ComponentType,
) -> Result<&'a Value, Rejection> {
    state
        .component(key)
        .filter(|it| component_type.is_none_or(|wanted| it["component_type"] == wanted))
        .filter(|it| version.is_none_or(|version| it["version"] == version))
        .ok_or_else(|| Rejection::missing("component"))
}

/// Returns the component and the user that a body names.
fn find_of_body<'a>(
    state: &'a State,
    request: &ValidRequest<'_>,
    component_type: ComponentType,
) -> Result<(&'a Value, String), Rejection> {
    let component = find(
        state,
        text(&request.body["id"]),
        request.body_str("version"),
        component_type,
    )?;
    if let Some(id) = request.body_str("dynamic_props_id")
        && !state.dynamic_props.contains_key(id)
    {
        return Err(Rejection::invalid("unknown dynamic_props_id"));
    }
    Ok((component, request.body_user()?))
}

/// Returns the options of one prop. A prop without options is reported in `errors`, not by an error status.
fn configure_by_type(
    state: &mut State,
    request: &ValidRequest<'_>,
    component_type: ComponentType,
) -> HandlerResult {
    request.environment(state)?;
    let (component, _) = find_of_body(state, request, component_type)?;
    let name = text(&request.body["prop_name"]);
    let mut props = props(component).chain(dynamic_props(state, request));
    let prop = props
        .find(|prop| prop["name"] == name)
        .ok_or_else(|| Rejection::invalid(format!("the component has no prop {name}")))?;
    if prop["remoteOptions"] != true {
        let error = format!("the prop {name} has no remote options");
        return ok(json!({ "options": null, "stringOptions": null, "errors": [error] }));
    }
    let query = request.body_str("query").unwrap_or_default();
    let page = request.body["page"].as_f64().unwrap_or(0.0);
    // Two pages of three options; numbers for an integer prop.
    let options = (1..=6)
        .filter(|number| {
            if page < 1.0 {
                *number <= 3
            } else {
                page < 2.0 && *number > 3
            }
        })
        .map(|number| {
            let label = format!("{name} {number}");
            let value = match text(&prop["type"]) {
                "integer" => Value::from(number),
                _ => Value::from(format!("{name}-{number}")),
            };
            json!({ "label": label, "value": value })
        })
        .filter(|option| contains(&option["label"], query));
    ok(json!({
        "options": options.collect::<Vec<_>>(),
        "stringOptions": null,
        "observations": [],
        "context": { "page": page + 1.0 },
        "errors": [],
    }))
}

/// Returns the props of a component after a reload. Each configured prop with `reloadProps` adds one prop.
fn reload_by_type(
    state: &mut State,
    request: &ValidRequest<'_>,
    component_type: ComponentType,
) -> HandlerResult {
    request.environment(state)?;
    let (component, _) = find_of_body(state, request, component_type)?;
    let configured = &request.body["configured_props"];
    let mut all: Vec<Value> = props(component).cloned().collect();
    let added: Vec<Value> = all
        .iter()
        .filter(|prop| prop["reloadProps"] == true)
        .filter_map(|prop| prop["name"].as_str())
        .filter(|name| configured.get(name).is_some())
        .map(|name| {
            json!({
                "name": format!("{name}_detail"), "type": "string", "optional": true, "remoteOptions": true,
            })
        })
        .collect();
    all.extend(added);
    let id = state.ids.id("dyp");
    state
        .dynamic_props
        .insert(id.clone(), Value::from(all.clone()));
    ok(json!({
        "observations": [],
        "errors": [],
        "dynamicProps": { "id": id, "configurableProps": all },
    }))
}

/// Runs an action. Returns the configured props, unless the test has set a result.
pub(super) fn run(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let (component, user) = find_of_body(state, request, ACTION)?;
    let (key, name) = (
        text(&component["key"]).to_owned(),
        text(&component["name"]).to_owned(),
    );
    state.ensure_user(&environment, &user)?;
    state.use_credit(UsageKind::ActionRun);
    let at = state.now.timestamp_millis();
    let mut observations = vec![json!({ "k": "start", "ts": at })];
    let result = match state.action_results.get(&key) {
        None => json!({ "configured_props": request.body["configured_props"] }),
        Some(ActionResult::Returns(value)) => value.clone(),
        Some(ActionResult::Fails(message)) => {
            let error = json!({ "name": "Error", "message": message, "stack": format!("Error: {message}") });
            observations.push(json!({ "k": "error", "ts": at, "err": error }));
            return ok(json!({ "exports": {}, "os": observations, "ret": null, "stash_id": null }));
        }
    };
    observations.push(json!({ "k": "end", "ts": at }));
    let stash = match &request.body["stash_id"] {
        Value::String(id) if id != "NEW" => Some(id.clone()),
        Value::String(_) | Value::Bool(true) => Some(state.ids.id("stash")),
        _ => None,
    };
    ok(json!({
        "exports": { "$summary": format!("Ran {name}") },
        "os": observations,
        "ret": result,
        "stash_id": stash,
    }))
}

fn props(component: &Value) -> impl Iterator<Item = &Value> {
    component["configurable_props"]
        .as_array()
        .into_iter()
        .flatten()
}

/// Returns the props of the reload that a request refers to.
fn dynamic_props<'a>(
    state: &'a State,
    request: &ValidRequest<'_>,
) -> impl Iterator<Item = &'a Value> {
    let id = request.body_str("dynamic_props_id");
    let props = id.and_then(|id| state.dynamic_props.get(id));
    props.and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
