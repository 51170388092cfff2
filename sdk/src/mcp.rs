//! Client of Pipedream's MCP server: the actions of apps as tools for agents, on behalf of one user.
//!
//! [`Pipedream::mcp`] selects the app, and [`connect`](McpConnection::connect) starts a session. The result is a client
//! of the crate [`rmcp`], the Rust SDK of the Model Context Protocol.
//!
//! ```
//! # use pipedream_sdk_testing::FakePipedream;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), pipedream_sdk::Error> {
//! use pipedream_sdk::connect::ReportsFailure as _;
//! use pipedream_sdk::mcp::ToolMode;
//! use pipedream_sdk::mcp::rmcp::model::CallToolRequestParams;
//! use serde_json::json;
//!
//! # let fake = FakePipedream::start().await;
//! # fake.add_account("user-42", "slack");
//! # let pipedream = fake.client();
//! let user = pipedream.user("user-42");
//! let slack = user.mcp().app("slack").tool_mode(ToolMode::ToolsOnly).connect().await?;
//! for tool in slack.list_all_tools().await? {
//!     println!("{}: {}", tool.name, tool.description.unwrap_or_default());
//! }
//!
//! let arguments = json!({ "channel": "C0123", "text": "Hello" });
//! let call = CallToolRequestParams::new("slack-send-message")
//!     .with_arguments(arguments.as_object().cloned().unwrap_or_default());
//! let result = slack.call_tool(call).await?.error_for_failure()?;
//! # assert!(!result.content.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! Each message is sent with the access token of the client, so a session outlives its token: an expired one is renewed,
//! and the message is sent again. Messages are retried like other calls of the SDK; the call of a tool is not repeated
//! if it may have been carried out.
//!
//! The errors of `rmcp` convert into [`Error`] by `?`. An error of the HTTP request keeps status, headers and body. An
//! error that the server responded with, and the failure of a tool ([`ReportsFailure`]), have the kind
//! [`Reported`](crate::ErrorKind::Reported).
//!
//! [`ReportsFailure`]: crate::connect::ReportsFailure

mod events;
mod http;

use std::fmt;
use std::time::Duration;

use ::http::HeaderMap;
use pipedream_sdk_runtime::header_value;
/// The crate of the client, in the version of its types.
#[doc(no_inline)]
pub use rmcp;
use rmcp::model::{ClientCapabilities, ClientConfig, Implementation};
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientHandler, ServiceExt as _};

use self::http::HttpClient;
use crate::Error;
use crate::Pipedream;
use crate::call::CallOptions;
use crate::types::AccountId;

/// Default URL of Pipedream's MCP server.
pub(crate) const MCP_URL: &str = "https://remote.mcp.pipedream.net/v3";

/// Default time limit for the response to a message. Tools run longer than calls of the API.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Maximum number of characters of an external user ID.
const USER_LENGTH: usize = 250;

/// A client of Pipedream's MCP server. [`McpConnection::connect`] returns it.
///
/// It dereferences to [`Peer`](rmcp::Peer), which has the requests of the protocol. Dropping it ends the session.
pub type McpClient = RunningService<RoleClient, ClientConfig>;

impl Pipedream {
    /// Returns a builder for a session with Pipedream's MCP server, on behalf of this user.
    ///
    /// The server offers the actions of an [app](McpConnection::app) as tools. See the module [`mcp`](crate::mcp).
    #[doc(alias = "model context protocol")]
    #[doc(alias = "rmcp")]
    pub fn mcp(&self) -> McpConnection {
        McpConnection {
            pipedream: self.clone(),
            app: None,
            account: None,
            tool_mode: None,
            app_discovery: false,
            options: CallOptions::new(),
        }
    }
}

/// Form of the tools of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ToolMode {
    /// A tool takes one `instruction` as text, from which an agent of Pipedream sets the props of the action. The
    /// default of the server.
    SubAgent,
    /// A tool takes the props of its action.
    ToolsOnly,
    /// The props of an action are configured step by step, and the list of tools changes with each step.
    FullConfig,
}

impl ToolMode {
    /// Returns the value of the header: `sub-agent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SubAgent => "sub-agent",
            Self::ToolsOnly => "tools-only",
            Self::FullConfig => "full-config",
        }
    }
}

/// Builder for a session with Pipedream's MCP server. Call [`connect`](Self::connect) to start it.
#[derive(Clone)]
#[must_use = "nothing is sent until `connect` is called"]
pub struct McpConnection {
    pipedream: Pipedream,
    app: Option<String>,
    account: Option<AccountId>,
    tool_mode: Option<ToolMode>,
    app_discovery: bool,
    options: CallOptions,
}

impl McpConnection {
    /// Sets the app whose actions are the tools, by its slug. Required unless
    /// [`app_discovery`](Self::app_discovery) is on.
    pub fn app(mut self, slug: impl Into<String>) -> Self {
        self.app = Some(slug.into());
        self
    }

    /// Sets the account of the user that the tools use, for users with several accounts of the app.
    pub fn account(mut self, account_id: impl Into<AccountId>) -> Self {
        self.account = Some(account_id.into());
        self
    }

    /// Sets the form of the tools. Default: that of the server, [`ToolMode::SubAgent`].
    pub fn tool_mode(mut self, tool_mode: ToolMode) -> Self {
        self.tool_mode = Some(tool_mode);
        self
    }

    /// Sets whether the server offers tools to find and select apps. Default: it does not.
    pub fn app_discovery(mut self, app_discovery: bool) -> Self {
        self.app_discovery = app_discovery;
        self
    }

    /// Sets the time limit for the response to a message, and between two events of a streamed response. Default: 5
    /// minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// Sets the options of all messages, replacing those that were set before.
    ///
    /// Retries are inherited from the client. Its headers, query parameters, rate limit and time limits are not, because
    /// the MCP server is on another host and tools run longer.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Starts a session. The client runs in a task of the current tokio runtime until it is dropped.
    pub async fn connect(self) -> Result<McpClient, Error> {
        let implementation = Implementation::new("pipedream-sdk-rust", env!("CARGO_PKG_VERSION"));
        let config = ClientConfig::new(ClientCapabilities::default(), implementation);
        self.connect_with(config).await
    }

    /// Starts a session with a handler of notifications, for example about changes of the list of tools.
    pub async fn connect_with<H: ClientHandler>(
        self,
        handler: H,
    ) -> Result<RunningService<RoleClient, H>, Error> {
        let headers = self.headers()?;
        let url = self.pipedream.mcp_url();
        let client = self.pipedream.client_for_handle();
        let transport = client
            .transport()
            .other_host(url)
            .build()
            .map_err(|error| Error::invalid_argument("mcp_url", error))?;
        let limits = CallOptions::new().attempt_timeout(TIMEOUT).timeout(None);
        let transport = transport.with_options(limits).with_options(self.options);
        let config = StreamableHttpClientTransportConfig::with_uri(transport.base_url());
        let http = HttpClient::new(transport, headers);
        let transport = StreamableHttpClientTransport::with_client(http, config);
        Ok(handler.serve(transport).await?)
    }

    /// Returns the headers that select project, environment, user and tools.
    fn headers(&self) -> Result<HeaderMap, Error> {
        let pipedream = &self.pipedream;
        let user = pipedream.external_user_id().ok_or_else(|| {
            Error::invalid_argument("external_user_id", "none is set: call `user`")
        })?;
        if user.chars().count() > USER_LENGTH {
            let reason = format!("it has more than {USER_LENGTH} characters");
            return Err(Error::invalid_argument("external_user_id", reason));
        }
        if self.app.is_none() && !self.app_discovery {
            let reason = "none is set: call `app`, or turn on `app_discovery`";
            return Err(Error::invalid_argument("app", reason));
        }
        let environment = pipedream.current_environment().to_string();
        let mut headers = HeaderMap::new();
        for (argument, name, value) in [
            (
                "project_id",
                "x-pd-project-id",
                Some(pipedream.project_id()?.as_str()),
            ),
            ("environment", "x-pd-environment", Some(&*environment)),
            ("external_user_id", "x-pd-external-user-id", Some(user)),
            ("app", "x-pd-app-slug", self.app.as_deref()),
            (
                "account",
                "x-pd-account-id",
                self.account.as_ref().map(AccountId::as_str),
            ),
            (
                "tool_mode",
                "x-pd-tool-mode",
                self.tool_mode.map(ToolMode::as_str),
            ),
            (
                "app_discovery",
                "x-pd-app-discovery",
                self.app_discovery.then_some("true"),
            ),
        ] {
            let Some(value) = value else {
                continue;
            };
            if value.trim().is_empty() {
                return Err(Error::invalid_argument(argument, "it is blank"));
            }
            headers.insert(name, header_value(argument, value)?);
        }
        Ok(headers)
    }
}

impl fmt::Debug for McpConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpConnection")
            .field("pipedream", &self.pipedream)
            .field("url", &self.pipedream.mcp_url())
            .field("app", &self.app)
            .field("account", &self.account)
            .field("tool_mode", &self.tool_mode)
            .field("app_discovery", &self.app_discovery)
            .field("options", &self.options)
            .finish()
    }
}
