//! Tools of the MCP server: one for each action of an app, in one of three modes.

use serde_json::{Map, Value, json};

use super::{RpcError, Session, Target};
use crate::response::Rejection;
use crate::state::{ActionResult, State, UsageKind};

/// Form of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToolMode {
    SubAgent,
    ToolsOnly,
    FullConfig,
}

/// Prefix of a tool that begins the configuration of an action.
const BEGIN: &str = "begin_configuration_";

impl ToolMode {
    pub(super) fn of(header: Option<&str>) -> Self {
        match header {
            Some("tools-only") => Self::ToolsOnly,
            Some("full-config") => Self::FullConfig,
            _ => Self::SubAgent,
        }
    }
}

/// Returns the tools in the format of `tools/list`, in one page.
pub(super) fn list(state: &State, target: &Target, session: &str) -> Value {
    let actions = actions(state, target);
    let tools: Vec<Value> = actions
        .flat_map(|action| {
            let key = key(action);
            let begun = is_begun(state, session, key);
            match target.mode {
                ToolMode::SubAgent => vec![tool(action, key, instruction())],
                ToolMode::ToolsOnly => vec![tool(action, key, schema_of_props(action))],
                ToolMode::FullConfig => {
                    let none = json!({ "type": "object", "properties": {} });
                    let mut tools = vec![tool(action, &format!("{BEGIN}{key}"), none)];
                    if begun {
                        tools.push(tool(action, key, schema_of_props(action)));
                    }
                    tools
                }
            }
        })
        .collect();
    json!({ "tools": tools })
}

/// Calls a tool. `notifications` are sent before the result.
pub(super) fn call(
    state: &mut State,
    target: &Target,
    session: &str,
    params: &Value,
    notifications: &mut Vec<Value>,
) -> Result<Result<Value, RpcError>, Rejection> {
    let name = params["name"].as_str().unwrap_or_default();
    let key = match target.mode {
        ToolMode::FullConfig => name.strip_prefix(BEGIN).unwrap_or(name),
        _ => name,
    };
    let begins = key != name;
    let known = actions(state, target).find(|action| self::key(action) == key);
    let hidden = target.mode == ToolMode::FullConfig && !begins && !is_begun(state, session, key);
    let Some(action) = known.filter(|_| !hidden).cloned() else {
        return Ok(Err(RpcError::new(
            -32602,
            format!("there is no tool {name}"),
        )));
    };
    if begins {
        let configured = state.mcp_sessions.entry(session.to_owned()).or_default();
        configured.configured.insert(key.to_owned());
        let changed = "notifications/tools/list_changed";
        notifications.push(json!({ "jsonrpc": "2.0", "method": changed }));
        return Ok(Ok(result(&format!("Call {key} with its props."), false)));
    }
    let empty = Value::Object(Map::new());
    let arguments = params.get("arguments").unwrap_or(&empty);
    if let Some(missing) = missing(&action, target.mode, arguments) {
        let message = format!("{name}: the argument {missing} is missing");
        return Ok(Err(RpcError::new(-32602, message)));
    }
    let app = app_of(&action);
    let needs_account = state.app(app).is_some_and(|it| it["auth_type"] != "none");
    if needs_account && !target.has_account(state, Some(app)) {
        return Err(Rejection::new(
            403,
            format!("the user {} has no account of {app}", target.user),
        ));
    }
    state.ensure_user(&target.environment, &target.user)?;
    state.use_credit(UsageKind::ActionRun);
    Ok(Ok(match state.action_results.get(key) {
        None => result(&json!({ "arguments": arguments }).to_string(), false),
        Some(ActionResult::Returns(value)) => result(&value.to_string(), false),
        Some(ActionResult::Fails(message)) => result(message, true),
    }))
}

/// Returns the first argument that a tool requires and a call lacks.
fn missing(action: &Value, mode: ToolMode, arguments: &Value) -> Option<String> {
    let schema = match mode {
        ToolMode::SubAgent => instruction(),
        ToolMode::ToolsOnly | ToolMode::FullConfig => schema_of_props(action),
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut required = required.iter().filter_map(Value::as_str);
    let missing = required.find(|name| arguments.get(name).is_none());
    missing.map(str::to_owned)
}

fn result(text: &str, is_error: bool) -> Value {
    json!({ "content": [{ "type": "text", "text": text }], "isError": is_error })
}

/// Returns the actions of the app or, with app discovery, of all apps.
fn actions<'a>(state: &'a State, target: &'a Target) -> impl Iterator<Item = &'a Value> {
    let app = target.app.as_deref().and_then(|app| state.app(app));
    let slug = app.and_then(|app| app["name_slug"].as_str());
    state
        .components
        .iter()
        .filter(|it| it["component_type"] == "action")
        .filter(move |it| slug.is_none_or(|slug| app_of(it) == slug))
}

fn is_begun(state: &State, session: &str, key: &str) -> bool {
    let session: Option<&Session> = state.mcp_sessions.get(session);
    session.is_some_and(|it| it.configured.contains(key))
}

fn key(component: &Value) -> &str {
    component["key"].as_str().unwrap_or_default()
}

fn app_of(component: &Value) -> &str {
    let app = &component["configurable_props"][0]["app"];
    app.as_str().unwrap_or_default()
}

fn tool(action: &Value, name: &str, schema: Value) -> Value {
    json!({
        "name": name, "description": action["description"], "inputSchema": schema,
        "annotations": action["annotations"],
    })
}

fn instruction() -> Value {
    json!({
        "type": "object",
        "properties": { "instruction": { "type": "string", "description": "What to do, as text." } },
        "required": ["instruction"],
    })
}

/// Returns the schema of the props that users set.
fn schema_of_props(action: &Value) -> Value {
    let props = action["configurable_props"]
        .as_array()
        .into_iter()
        .flatten();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for prop in props {
        let (Some(name), Some(schema)) = (prop["name"].as_str(), schema_of(prop)) else {
            continue;
        };
        properties.insert(name.to_owned(), schema);
        if prop["optional"] != true && prop.get("default").is_none() {
            required.push(name);
        }
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Returns the schema of a prop; `None` if it is not a value, such as an app.
fn schema_of(prop: &Value) -> Option<Value> {
    let mut schema = match prop["type"].as_str()? {
        "string" => json!({ "type": "string" }),
        "integer" => json!({ "type": "integer" }),
        "boolean" => json!({ "type": "boolean" }),
        "object" => json!({ "type": "object" }),
        "any" => json!({}),
        "string[]" => json!({ "type": "array", "items": { "type": "string" } }),
        "integer[]" => json!({ "type": "array", "items": { "type": "integer" } }),
        _ => return None,
    };
    if let Some(label) = prop.get("label") {
        schema["description"] = label.clone();
    }
    Some(schema)
}
