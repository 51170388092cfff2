//! The catalog of apps and their categories.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{HandlerResult, ValidRequest, contains, ok};
use crate::response::Rejection;
use crate::state::State;

pub(super) fn categories(state: &mut State, _: &ValidRequest<'_>) -> HandlerResult {
    ok(Value::from(state.categories.clone()))
}

pub(super) fn category(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let mut categories = state.categories.iter();
    match categories.find(|it| it["id"] == request.path("id")) {
        Some(found) => ok(found.clone()),
        None => Err(Rejection::missing("app category")),
    }
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    match state.app(request.path("app_id")) {
        Some(app) => ok(json!({ "data": app })),
        None => Err(Rejection::missing("app")),
    }
}

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let ids = request
        .query
        .iter()
        .filter(|(name, _)| name == "category_ids");
    let ids: Vec<&str> = ids.map(|(_, id)| id.as_str()).collect();
    let names: Vec<&Value> = state
        .categories
        .iter()
        .filter(|it| ids.iter().any(|id| it["id"] == *id))
        .map(|it| &it["name"])
        .collect();
    let mut apps: Vec<&Value> = state
        .apps
        .iter()
        .filter(|app| {
            let q = request.query("q").unwrap_or_default();
            contains(&app["name"], q) || contains(&app["name_slug"], q)
        })
        .filter(|app| {
            let mut own = app["categories"].as_array().into_iter().flatten();
            ids.is_empty() || own.any(|category| names.contains(&category))
        })
        .filter(|app| {
            let wants = |name, kind| {
                let wanted = request.query_bool(name);
                wanted.is_none_or(|wanted| has_components(state, app, kind) == wanted)
            };
            wants("has_components", None)
                && wants("has_actions", Some("action"))
                && wants("has_triggers", Some("trigger"))
        })
        .collect();
    if let Some(key) = request.query("sort_key") {
        apps.sort_by(|one, other| compared(&one[key], &other[key]));
        if request.query("sort_direction") == Some("desc") {
            apps.reverse();
        }
    }
    let paging = request.paging();
    ok(paging.page(
        apps.into_iter(),
        |app| app["name_slug"].as_str().unwrap_or_default(),
        Value::clone,
    )?)
}

fn has_components(state: &State, app: &Value, kind: Option<&str>) -> bool {
    state.components.iter().any(|component| {
        component["configurable_props"][0]["app"] == app["name_slug"]
            && kind.is_none_or(|kind| component["component_type"] == kind)
    })
}

fn compared(one: &Value, other: &Value) -> Ordering {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.as_str().cmp(&other.as_str()),
    }
}
