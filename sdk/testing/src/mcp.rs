//! The MCP server of the fake: the actions of an app as tools, by streamable HTTP.

mod tools;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::http::{HeaderMap, Method, request};
use bytes::Bytes;
use serde_json::{Value, json};

use self::tools::ToolMode;
use crate::check::{self, RawRequest};
use crate::document::{Operation, Parameter, ParameterLocation, Requirement, Segment};
use crate::response::{FakeResponse, Rejection};
use crate::route::Route;
use crate::schema::Schema;
use crate::server::Inner;
use crate::state::{Environment, OAUTH2, State};

/// Path of the endpoint.
pub(crate) const PATH: &str = "/mcp/v3";

/// Versions of the protocol that have this transport.
const VERSIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/// A session, by the ID that the server assigns.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// Actions whose configuration has begun, in the mode `full-config`.
    configured: BTreeSet<String>,
}

/// Operations of the endpoint: one for each kind of message, so that faults can be scheduled for it.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let posted = [
        "mcpInitialize",
        "mcpListTools",
        "mcpCallTool",
        "mcpPing",
        "mcpNotify",
        "mcpRequest",
    ];
    let posted = posted.map(|id| operation(id, Method::POST));
    let others = [
        operation("mcpListen", Method::GET),
        operation("mcpEndSession", Method::DELETE),
    ];
    posted.into_iter().chain(others).collect()
});

fn operation(id: &str, method: Method) -> Operation {
    let parameter = |name: &str, required: bool, schema: Value| Parameter {
        name: name.to_owned(),
        location: ParameterLocation::Header,
        required,
        schema: Schema::new(&schema, &Value::Null),
    };
    let requirement = Requirement {
        scheme: OAUTH2.to_owned(),
        scopes: Vec::new(),
    };
    Operation {
        id: id.to_owned(),
        method,
        path: PATH
            .split('/')
            .skip(1)
            .map(|segment| Segment::Literal(segment.to_owned()))
            .collect(),
        implied: Vec::new(),
        #[cfg(feature = "dynamiq")]
        server: None,
        security: vec![vec![requirement]],
        parameters: vec![
            parameter(
                "x-pd-project-id",
                true,
                json!({ "type": "string", "minLength": 1 }),
            ),
            parameter(
                "x-pd-environment",
                true,
                json!({ "type": "string", "enum": ["development", "production"] }),
            ),
            parameter(
                "x-pd-external-user-id",
                true,
                json!({ "type": "string", "minLength": 1, "maxLength": 250 }),
            ),
            parameter(
                "x-pd-app-slug",
                false,
                json!({ "type": "string", "minLength": 1 }),
            ),
            parameter(
                "x-pd-account-id",
                false,
                json!({ "type": "string", "pattern": "^apn_" }),
            ),
            parameter(
                "x-pd-tool-mode",
                false,
                json!({ "type": "string", "enum": ["sub-agent", "tools-only", "full-config"] }),
            ),
            parameter(
                "x-pd-app-discovery",
                false,
                json!({ "type": "string", "enum": ["true", "false"] }),
            ),
        ],
        body: None,
        #[cfg(test)]
        responses: Default::default(),
    }
}

/// Returns `true` if the endpoint has an operation with this ID.
pub(crate) fn has_operation(id: &str) -> bool {
    OPERATIONS.iter().any(|it| it.id == id)
}

/// Routes a request to the endpoint. `None` if it has another path.
pub(crate) fn route(head: &request::Parts, body: &Bytes) -> Option<Route> {
    if head.uri.path() != PATH {
        return None;
    }
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    let id = match (&head.method, message["method"].as_str(), message.get("id")) {
        (&Method::GET, ..) => "mcpListen",
        (&Method::DELETE, ..) => "mcpEndSession",
        (&Method::POST, Some("initialize"), _) => "mcpInitialize",
        (&Method::POST, Some("tools/list"), _) => "mcpListTools",
        (&Method::POST, Some("tools/call"), _) => "mcpCallTool",
        (&Method::POST, Some("ping"), _) => "mcpPing",
        (&Method::POST, Some(_), Some(_)) => "mcpRequest",
        (&Method::POST, ..) => "mcpNotify",
        _ => return Some(Route::WrongMethod),
    };
    let operation = OPERATIONS.iter().find(|it| it.id == id)?;
    Some(Route::Operation(operation, Vec::new()))
}

/// Handles a request that was routed to one of the operations.
pub(crate) fn respond(
    inner: &Inner,
    operation: &Operation,
    head: &request::Parts,
    body: &Bytes,
) -> Result<FakeResponse, Rejection> {
    let raw = RawRequest {
        path: &[],
        query: &[],
        headers: &head.headers,
        body,
    };
    let mut state = inner.state();
    check::caller(operation, &raw, &state)?;
    check::parameters(operation, &raw)?;
    let target = Target::of(&head.headers, &state)?;
    let session = text(&head.headers, "mcp-session-id");
    match operation.id.as_str() {
        // The specification allows servers without a stream of their own.
        "mcpListen" => return Err(Rejection::new(405, "the server has no stream of its own")),
        "mcpEndSession" => {
            let id = known_session(&state, session)?;
            state.mcp_sessions.remove(&id);
            return Ok(FakeResponse::new(204));
        }
        _ => {}
    }
    let accepted = text(&head.headers, "accept").unwrap_or_default();
    for media_type in ["application/json", "text/event-stream"] {
        if !accepted.contains(media_type) {
            let reason = format!("the header accept has no {media_type}");
            return Err(Rejection::new(406, reason));
        }
    }
    let content_type = text(&head.headers, "content-type").unwrap_or_default();
    if !content_type.starts_with("application/json") {
        return Err(Rejection::new(415, "the message is not application/json"));
    }
    let message: Value =
        serde_json::from_slice(body).map_err(|_| Rejection::invalid("the message is not JSON"))?;
    if message["jsonrpc"] != "2.0" {
        return Err(Rejection::invalid("the message is not JSON-RPC 2.0"));
    }
    if operation.id == "mcpInitialize" {
        return initialize(&mut state, &target, &message);
    }
    let id = known_session(&state, session)?;
    if message.get("id").is_none() {
        return Ok(FakeResponse::new(202));
    }
    let mut notifications = Vec::new();
    let outcome = match operation.id.as_str() {
        "mcpPing" => Ok(json!({})),
        "mcpListTools" => Ok(tools::list(&state, &target, &id)),
        "mcpCallTool" => tools::call(
            &mut state,
            &target,
            &id,
            &message["params"],
            &mut notifications,
        )?,
        _ => Err(RpcError::new(-32601, "there is no such method")),
    };
    let response = match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }),
        Err(error) => json!({
            "jsonrpc": "2.0", "id": message["id"],
            "error": { "code": error.code, "message": error.message },
        }),
    };
    // The response to a call is a stream of events, others are JSON, so that clients meet both.
    if operation.id != "mcpCallTool" {
        return Ok(FakeResponse::new(200).json(response));
    }
    notifications.push(response);
    let events = notifications
        .iter()
        .map(|event| format!("event: message\ndata: {event}\n\n"));
    let events: String = events.collect();
    Ok(FakeResponse::new(200).body("text/event-stream", events))
}

/// An error response of JSON-RPC.
struct RpcError {
    code: i64,
    message: String,
}

impl RpcError {
    fn new(code: i64, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }
}

/// Project, user and tools that the headers select.
struct Target {
    environment: Environment,
    user: String,
    /// Slug of the app; `None` with app discovery.
    app: Option<String>,
    account: Option<String>,
    mode: ToolMode,
}

impl Target {
    fn of(headers: &HeaderMap, state: &State) -> Result<Self, Rejection> {
        let of = |name| text(headers, name).map(str::to_owned);
        let environment = Environment {
            project: of("x-pd-project-id").unwrap_or_default(),
            name: of("x-pd-environment").unwrap_or_default(),
        };
        if !state.projects.iter().any(|it| it.id == environment.project) {
            return Err(Rejection::missing("project"));
        }
        let app = of("x-pd-app-slug");
        match &app {
            Some(app) if state.app(app).is_none() => return Err(Rejection::missing("app")),
            None if of("x-pd-app-discovery").as_deref() != Some("true") => {
                return Err(Rejection::invalid(
                    "header parameter x-pd-app-slug: missing",
                ));
            }
            _ => {}
        }
        let target = Self {
            environment,
            user: of("x-pd-external-user-id").unwrap_or_default(),
            app,
            account: of("x-pd-account-id"),
            mode: ToolMode::of(text(headers, "x-pd-tool-mode")),
        };
        if target.account.is_some() && !target.has_account(state, None) {
            return Err(Rejection::missing("account"));
        }
        Ok(target)
    }

    /// Returns `true` if the user has the account of the header or, without one, an account of the app.
    fn has_account(&self, state: &State, app: Option<&str>) -> bool {
        let accounts = state.environments.get(&self.environment);
        let mut accounts = accounts.into_iter().flat_map(|it| &it.accounts);
        accounts.any(|it| {
            it.user == self.user
                && self.account.as_ref().is_none_or(|id| *id == it.id)
                && app.is_none_or(|app| it.app["name_slug"] == app)
        })
    }
}

fn initialize(
    state: &mut State,
    target: &Target,
    message: &Value,
) -> Result<FakeResponse, Rejection> {
    let requested = message["params"]["protocolVersion"].as_str();
    let version = VERSIONS.into_iter().find(|known| Some(*known) == requested);
    let id = state.ids.id("mcp");
    state.mcp_sessions.insert(id.clone(), Session::default());
    let result = json!({
        "protocolVersion": version.unwrap_or(VERSIONS[0]),
        "capabilities": { "tools": { "listChanged": target.mode == ToolMode::FullConfig } },
        "serverInfo": { "name": "fake-pipedream", "version": env!("CARGO_PKG_VERSION") },
    });
    let response = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
    Ok(FakeResponse::new(200)
        .json(response)
        .header("mcp-session-id", &id))
}

/// Returns the ID of a session that has not ended.
fn known_session(state: &State, id: Option<&str>) -> Result<String, Rejection> {
    let id = id.ok_or_else(|| Rejection::invalid("header parameter mcp-session-id: missing"))?;
    match state.mcp_sessions.contains_key(id) {
        true => Ok(id.to_owned()),
        false => Err(Rejection::missing("session")),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    // The length of a user ID counts characters, not bytes.
    std::str::from_utf8(headers.get(name)?.as_bytes()).ok()
}
