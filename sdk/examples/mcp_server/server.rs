//! The server: its arguments, tools and routes.

use std::sync::Arc;

use axum::Router;
use clap::Parser;
use pipedream_sdk::resources::{self, OperationInfo};
use pipedream_sdk::workflows::{self, CATALOG, WorkflowInfo};
use pipedream_sdk::{Error, Pipedream};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler};
use serde_json::{Value, json};

/// Arguments that the server sets, in workflows and operations.
const FIXED: [&str; 6] = [
    "projectId",
    "environment",
    "externalUserId",
    "project_id",
    "x-pd-environment",
    "external_user_id",
];

/// Workflows of Pipedream Connect, as tools of an MCP server.
#[derive(Debug, PartialEq, Parser)]
#[command(name = "mcp_server")]
pub(crate) struct Arguments {
    /// Address of an HTTP server; default: standard input and output
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) http: Option<String>,
    /// Serve the operations of the API too
    #[arg(long)]
    pub(crate) operations: bool,
    /// ID of the external user that the tools act for
    #[arg(long, default_value = "user-42")]
    pub(crate) user: String,
}

/// Returns the routes of the HTTP transport: `/mcp`, for requests to a local address.
pub(crate) fn router(server: Server) -> Router {
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    Router::new().nest_service("/mcp", service)
}

/// The tools, and the user that they act for.
#[derive(Clone)]
pub(crate) struct Server {
    user: Pipedream,
    tools: Arc<[Tool]>,
}

impl Server {
    pub(crate) fn new(user: Pipedream, with_operations: bool) -> Self {
        let workflows = CATALOG.iter().map(tool_of_workflow);
        let operations = match with_operations {
            true => resources::catalog(),
            false => &[],
        };
        let operations = operations.iter().map(tool_of_operation);
        Self {
            user,
            tools: workflows.chain(operations).collect(),
        }
    }

    async fn call(&self, tool: &Tool, arguments: Value) -> Result<Value, Error> {
        let body = arguments.get("body").unwrap_or(&Value::Null);
        let allowed = &*tool.input_schema;
        for (given, allowed) in [
            (&arguments, allowed.get("properties")),
            (
                body,
                allowed
                    .get("properties")
                    .and_then(|it| it["body"].get("properties")),
            ),
        ] {
            for name in FIXED {
                let is_allowed = allowed.is_some_and(|it| it.get(name).is_some());
                if given.get(name).is_some() && !is_allowed {
                    return Err(Error::invalid_argument(name, "the server sets it"));
                }
            }
        }
        match CATALOG.iter().find(|info| info.id == tool.name) {
            Some(info) => workflows::run_json(&self.user, info.id, arguments).await,
            None => resources::call_json(&self.user, &tool.name, arguments).await,
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("pipedream", env!("CARGO_PKG_VERSION")))
            .with_instructions("Tools of Pipedream Connect. All of them act for one user.")
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.to_vec()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = self.tools.iter().find(|tool| tool.name == request.name);
        let tool = tool.ok_or_else(|| {
            let message = format!("there is no tool {}", request.name);
            ErrorData::invalid_params(message, None)
        })?;
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        // The agent reads an error as a result, and can mend its arguments.
        let result = match self.call(tool, arguments).await {
            Ok(value @ Value::Object(_)) => CallToolResult::structured(value),
            Ok(value) => CallToolResult::structured(json!({ "result": value })),
            Err(error) => CallToolResult::structured_error(json!({ "error": error.to_json() })),
        };
        Ok(CallToolResponse::Complete(result))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }
}

fn tool_of_workflow(info: &WorkflowInfo) -> Tool {
    let mut inputs = object(info.inputs);
    remove_fixed(&mut inputs, true);
    let mut tool = Tool::new(info.id, info.description, inputs);
    tool.title = Some(info.summary.to_owned());
    tool.output_schema = output_schema(object(info.outputs));
    tool.annotations = Some(annotations(
        is_read_only(info),
        false,
        info.steps.iter().all(|step| step.is_idempotent),
    ));
    tool
}

fn tool_of_operation(info: &OperationInfo) -> Tool {
    let mut arguments = info.arguments.as_object().cloned().unwrap_or_default();
    remove_fixed(&mut arguments, false);
    if let Some(Value::Object(body)) = arguments
        .get_mut("properties")
        .and_then(|it| it.get_mut("body"))
    {
        remove_fixed(body, false);
    }
    let mut tool = Tool::new(info.id, info.description.clone(), arguments);
    tool.title = Some(info.summary.clone());
    tool.output_schema = info.response.as_object().cloned().and_then(output_schema);
    let is_additive = info.method == "POST" && info.id.starts_with("create");
    tool.annotations = Some(annotations(
        info.is_read_only(),
        is_additive,
        info.is_idempotent,
    ));
    tool
}

/// Returns the hints of a tool. A tool that is neither read-only nor additive can overwrite or delete something.
fn annotations(read_only: bool, additive: bool, idempotent: bool) -> ToolAnnotations {
    ToolAnnotations::new()
        .read_only(read_only)
        .destructive(!read_only && !additive)
        .idempotent(idempotent)
        .open_world(true)
}

/// Returns `true` if all steps of a workflow only read data.
fn is_read_only(info: &WorkflowInfo) -> bool {
    info.steps.iter().all(|step| {
        let operation = resources::catalog()
            .iter()
            .find(|it| it.id == step.operation);
        let nested = CATALOG.iter().find(|it| it.id == step.operation);
        operation.is_some_and(OperationInfo::is_read_only) || nested.is_some_and(is_read_only)
    })
}

/// Removes the properties that the server sets; those that are required only if `required` is `true`.
fn remove_fixed(schema: &mut JsonObject, required: bool) {
    let names: Vec<Value> = match schema.get("required") {
        Some(Value::Array(names)) => names.clone(),
        _ => Vec::new(),
    };
    for name in FIXED {
        if names.iter().any(|it| it == name) && !required {
            continue;
        }
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.remove(name);
        }
        if let Some(Value::Array(names)) = schema.get_mut("required") {
            names.retain(|it| it != name);
        }
    }
}

/// Returns the schema of a result. `None` if it is not an object, or has secrets: redacted values do not match it.
fn output_schema(schema: JsonObject) -> Option<Arc<JsonObject>> {
    let is_object = schema.get("type").is_some_and(|it| it == "object");
    let has_secrets = Value::Object(schema.clone())
        .to_string()
        .contains("\"x-secret\":true");
    (is_object && !has_secrets).then(|| Arc::new(schema))
}

fn object(schema: &str) -> JsonObject {
    serde_json::from_str(schema).unwrap_or_default()
}
