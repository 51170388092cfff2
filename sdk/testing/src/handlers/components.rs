//! Components: found, configured prop by prop, and run.

use serde_json::{Value, json};

use super::{Call, Outcome, contains, ok};
use crate::response::Rejection;
use crate::state::{Run, State, UsageKind};

/// Which components an operation speaks of.
type Kind = Option<&'static str>;
const ACTION: Kind = Some("action");
const TRIGGER: Kind = Some("trigger");

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    list_of(state, call, call.query("component_type"))
}

pub(super) fn list_actions(state: &mut State, call: &Call<'_>) -> Outcome {
    list_of(state, call, ACTION)
}

pub(super) fn list_triggers(state: &mut State, call: &Call<'_>) -> Outcome {
    list_of(state, call, TRIGGER)
}

pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    retrieve_of(state, call, None)
}

pub(super) fn retrieve_action(state: &mut State, call: &Call<'_>) -> Outcome {
    retrieve_of(state, call, ACTION)
}

pub(super) fn retrieve_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    retrieve_of(state, call, TRIGGER)
}

pub(super) fn configure(state: &mut State, call: &Call<'_>) -> Outcome {
    configure_of(state, call, None)
}

pub(super) fn configure_action(state: &mut State, call: &Call<'_>) -> Outcome {
    configure_of(state, call, ACTION)
}

pub(super) fn configure_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    configure_of(state, call, TRIGGER)
}

pub(super) fn reload(state: &mut State, call: &Call<'_>) -> Outcome {
    reload_of(state, call, None)
}

pub(super) fn reload_action(state: &mut State, call: &Call<'_>) -> Outcome {
    reload_of(state, call, ACTION)
}

pub(super) fn reload_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    reload_of(state, call, TRIGGER)
}

fn list_of(state: &State, call: &Call<'_>, kind: Option<&str>) -> Outcome {
    call.place(state)?;
    let q = call.query("q").unwrap_or_default();
    // Only the public registry has anything in it here.
    let private = call.query("registry") == Some("private");
    let app = call.query("app");
    let app = app.map(|name| state.app(name).map(|app| &app["name_slug"]));
    let found = state
        .components
        .iter()
        .filter(|_| !private)
        .filter(|it| kind.is_none_or(|kind| it["component_type"] == kind))
        .filter(|it| contains(&it["name"], q) || contains(&it["key"], q))
        .filter(|it| match app {
            None => true,
            Some(app) => Some(&it["configurable_props"][0]["app"]) == app,
        });
    let paging = call.paging();
    ok(paging.page(found, |it| text(&it["key"]), Value::clone)?)
}

fn retrieve_of(state: &State, call: &Call<'_>, kind: Kind) -> Outcome {
    call.place(state)?;
    let found = find(
        state,
        call.path("component_id"),
        call.query("version"),
        kind,
    )?;
    ok(json!({ "data": found }))
}

/// The component of a key, which has to be of the kind and, where one is asked for, of the version.
fn find<'a>(
    state: &'a State,
    key: &str,
    version: Option<&str>,
    kind: Kind,
) -> Result<&'a Value, Rejection> {
    state
        .component(key)
        .filter(|it| kind.is_none_or(|kind| it["component_type"] == kind))
        .filter(|it| version.is_none_or(|version| it["version"] == version))
        .ok_or_else(|| Rejection::missing("component"))
}

/// The component that a body speaks of, and the user on whose behalf.
fn find_of_body<'a>(
    state: &'a State,
    call: &Call<'_>,
    kind: Kind,
) -> Result<(&'a Value, String), Rejection> {
    let component = find(state, text(&call.body["id"]), call.text("version"), kind)?;
    if let Some(id) = call.text("dynamic_props_id")
        && !state.dynamic_props.contains_key(id)
    {
        return Err(Rejection::invalid("dynamic_props_id is not known"));
    }
    Ok((component, call.body_user()?))
}

/// The options of one prop. A prop that has none to offer is no error status: `errors` says so.
fn configure_of(state: &mut State, call: &Call<'_>, kind: Kind) -> Outcome {
    call.place(state)?;
    let (component, _) = find_of_body(state, call, kind)?;
    let name = text(&call.body["prop_name"]);
    let mut props = props(component).chain(dynamic(state, call));
    let prop = props
        .find(|prop| prop["name"] == name)
        .ok_or_else(|| Rejection::invalid(format!("the component has no prop {name}")))?;
    if prop["remoteOptions"] != true {
        let error = format!("the prop {name} has no remote options");
        return ok(json!({ "options": null, "stringOptions": null, "errors": [error] }));
    }
    let query = call.text("query").unwrap_or_default();
    let page = call.body["page"].as_f64().unwrap_or(0.0);
    // Two pages of three; numbers where the prop wants numbers.
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

/// The props of a component as they are after what has been configured: each prop that reloads adds one.
fn reload_of(state: &mut State, call: &Call<'_>, kind: Kind) -> Outcome {
    call.place(state)?;
    let (component, _) = find_of_body(state, call, kind)?;
    let configured = &call.body["configured_props"];
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

/// Runs an action: gives back what it was configured with, unless the test has said what it gives.
pub(super) fn run(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let (component, user) = find_of_body(state, call, ACTION)?;
    let (key, name) = (
        text(&component["key"]).to_owned(),
        text(&component["name"]).to_owned(),
    );
    state.meet_user(&place, &user)?;
    state.use_credit(UsageKind::ActionRun);
    let at = state.now.timestamp_millis();
    let mut observations = vec![json!({ "k": "start", "ts": at })];
    let result = match state.runs.get(&key) {
        None => json!({ "configured_props": call.body["configured_props"] }),
        Some(Run::Returns(value)) => value.clone(),
        Some(Run::Fails(message)) => {
            let error = json!({ "name": "Error", "message": message, "stack": format!("Error: {message}") });
            observations.push(json!({ "k": "error", "ts": at, "err": error }));
            return ok(json!({ "exports": {}, "os": observations, "ret": null, "stash_id": null }));
        }
    };
    observations.push(json!({ "k": "end", "ts": at }));
    let stash = match &call.body["stash_id"] {
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

/// The props of the reload that a request refers to.
fn dynamic<'a>(state: &'a State, call: &Call<'_>) -> impl Iterator<Item = &'a Value> {
    let id = call.text("dynamic_props_id");
    let props = id.and_then(|id| state.dynamic_props.get(id));
    props.and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
