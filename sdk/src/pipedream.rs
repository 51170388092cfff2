//! [`Pipedream`], the client and its project, environment and user.

use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::builder::PipedreamBuilder;
use crate::call::{CallOptions, RateLimit};
use crate::credentials::SecretString;
use crate::environment;
use crate::raw;
use crate::raw::Variables;
use crate::raw::operations::SCHEME_OAUTH2;
use crate::types::{ProjectEnvironment, ProjectId, RateLimitToken};
use crate::workflows::{WorkflowInfo, WorkflowSet, Workflows};

/// Header with the token of a rate limit.
const RATE_LIMIT: &str = "x-pd-rate-limit";

/// Client for Pipedream Connect, for one project, environment and optional user.
///
/// Cloning is cheap: clones share the connections and the access token.
#[derive(Clone)]
#[doc(alias = "PipedreamClient")]
#[doc(alias = "AsyncPipedream")]
#[doc(alias = "client")]
pub struct Pipedream {
    client: raw::Client,
    project_id: Option<ProjectId>,
    environment: ProjectEnvironment,
    user: Option<String>,
    workflow_domain: Arc<str>,
    #[cfg(feature = "mcp")]
    mcp_url: Arc<str>,
}

impl Pipedream {
    /// Creates a builder, to configure the client in code.
    pub fn builder() -> PipedreamBuilder {
        PipedreamBuilder::default()
    }

    /// Creates a client from environment variables, which are those of the official SDKs.
    ///
    /// - `PIPEDREAM_ACCESS_TOKEN`, or `PIPEDREAM_CLIENT_ID` and `PIPEDREAM_CLIENT_SECRET`. With the feature
    ///   `private-key-jwt`, `PIPEDREAM_PRIVATE_KEY` (and `PIPEDREAM_KEY_ID`) can replace the secret.
    /// - `PIPEDREAM_PROJECT_ID`
    /// - `PIPEDREAM_PROJECT_ENVIRONMENT`: `development` or `production`. Default: `production`.
    /// - `PIPEDREAM_BASE_URL`: base URL. Default: the public API.
    /// - `PIPEDREAM_WORKFLOW_DOMAIN`: domain of workflow endpoints. Default: the public domain.
    /// - `PIPEDREAM_MCP_URL`, with the feature `mcp`: URL of the MCP server. Default: the public server.
    ///
    /// The error names every missing or invalid variable.
    pub fn from_env() -> Result<Self, Error> {
        environment::builder(|name| std::env::var(name).ok())?.build()
    }

    pub(crate) fn new(
        client: raw::Client,
        project_id: Option<ProjectId>,
        environment: ProjectEnvironment,
        workflow_domain: Arc<str>,
    ) -> Self {
        Self {
            client,
            project_id,
            environment,
            user: None,
            workflow_domain,
            #[cfg(feature = "mcp")]
            mcp_url: crate::mcp::MCP_URL.into(),
        }
    }

    /// Returns a handle for one of your users, with the id of the user in your product.
    ///
    /// Calls that require a user return an error without one. Lists that a user only limits return the items of
    /// [all users](Self::all_users) without one.
    ///
    /// IDs of the API do not convert into a string, so the ID of an account cannot pass as the ID of a user:
    ///
    /// ```compile_fail
    /// # fn example(pipedream: pipedream_sdk::Pipedream, account: pipedream_sdk::types::Account) {
    /// pipedream.user(account.id);
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "external_user")]
    #[doc(alias = "externalUserId")]
    pub fn user(&self, external_user_id: impl Into<String>) -> Self {
        Self {
            user: Some(external_user_id.into()),
            ..self.clone()
        }
    }

    /// Returns a handle without a user. Its lists of accounts have the accounts of all users.
    ///
    /// A client has no user until [`user`](Self::user) sets one, so this method only states the intention, or removes
    /// the user of a handle.
    ///
    /// ```no_run
    /// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// let of_all_users = user.all_users().accounts().list().stream().into_vec().await?;
    /// # let _ = of_all_users;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn all_users(&self) -> Self {
        Self {
            user: None,
            ..self.clone()
        }
    }

    /// Returns a handle for another project.
    #[must_use]
    pub fn project(&self, project_id: impl Into<ProjectId>) -> Self {
        Self {
            project_id: Some(project_id.into()),
            ..self.clone()
        }
    }

    /// Returns a handle for another environment of the project.
    #[must_use]
    pub fn environment(&self, environment: ProjectEnvironment) -> Self {
        Self {
            environment,
            ..self.clone()
        }
    }

    /// Returns a handle with other call options: timeouts, retries, headers, credentials.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            client: self.client.with_options(options),
            ..self.clone()
        }
    }

    /// Returns a handle whose calls count against your own rate limit.
    ///
    /// [`rate_limits().create(…)`](crate::resources::RateLimits::create) returns the token of a limit. Several
    /// handles can share one limit, and each user can have a separate one. The service rejects a call beyond the
    /// limit with status 429, after which it is retried like after any other 429.
    ///
    /// ```no_run
    /// # async fn run(pipedream: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// let limit = pipedream.rate_limits().create(60, 100).send().await?;
    /// let user = pipedream.user("user-42").with_rate_limit(limit.token);
    /// let accounts = user.accounts().list().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "x-pd-rate-limit")]
    pub fn with_rate_limit(&self, token: impl Into<RateLimitToken>) -> Self {
        let token = token.into();
        let options = match token.expose().trim() {
            "" => CallOptions::new().reject("the rate limit token is blank"),
            token => CallOptions::new().try_header(RATE_LIMIT, token),
        };
        self.with_options(options)
    }

    /// Returns the project, or an error if none is set.
    pub fn project_id(&self) -> Result<&ProjectId, Error> {
        self.project_id.as_ref().ok_or_else(|| {
            Error::configuration("no project: set `project_id`, or call `.project(…)`")
        })
    }

    /// Returns the environment of the project.
    pub fn current_environment(&self) -> ProjectEnvironment {
        self.environment
    }

    /// Returns the user of this handle, if one is set.
    pub fn external_user_id(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Returns the base URL of the service.
    pub fn base_url(&self) -> &str {
        self.client.transport().base_url()
    }

    /// Returns the current access token, for requests without this crate. For Pipedream's MCP server, the feature `mcp`
    /// has a client.
    ///
    /// The token is requested if necessary. Do not cache it: the client renews it before it expires. Returns an
    /// error if the credential of the client is a Connect token.
    #[doc(alias = "raw_access_token")]
    pub async fn access_token(&self) -> Result<SecretString, Error> {
        self.client.transport().secret(&SCHEME_OAUTH2).await
    }

    /// Returns the rate limit of the last response that reported one, to any clone of this client.
    ///
    /// `None` if no response has reported one yet. Pipedream has separate limits for groups of operations, so the
    /// values are those of the group of the last response. For the limit of a specific call, use
    /// [`Response::rate_limit`](crate::call::Response::rate_limit).
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.client.transport().rate_limit()
    }

    pub(crate) fn workflow_domain(&self) -> &str {
        &self.workflow_domain
    }

    #[cfg(feature = "mcp")]
    pub(crate) fn with_mcp_url(self, mcp_url: String) -> Self {
        Self {
            mcp_url: mcp_url.into(),
            ..self
        }
    }

    #[cfg(feature = "mcp")]
    pub(crate) fn mcp_url(&self) -> &str {
        &self.mcp_url
    }

    /// Returns the workflows, with project, environment and user of this handle as inputs.
    ///
    /// A missing or blank project or user is an error before any request is sent. The module
    /// [`workflows`](mod@crate::workflows) lists them.
    pub fn workflows(&self) -> Workflows {
        Workflows::new(self.client_for_handle(), self.variables())
    }

    /// Returns the parameters that this handle sets.
    pub(crate) fn variables(&self) -> Variables {
        let mut variables = Variables::default();
        variables.project_id.clone_from(&self.project_id);
        variables.environment = Some(self.environment);
        variables.external_user_id.clone_from(&self.user);
        variables
    }

    /// Returns a client that rejects all calls if the user or project is blank.
    ///
    /// With a blank user, the service would list the accounts of all users.
    pub(crate) fn client_for_handle(&self) -> raw::Client {
        let is_blank = |value: &str| value.trim().is_empty();
        let reason = if self.user.as_deref().is_some_and(is_blank) {
            "the external user id is blank"
        } else if self
            .project_id
            .as_ref()
            .is_some_and(|id| is_blank(id.as_str()))
        {
            "the project id is blank"
        } else {
            return self.client.clone();
        };
        self.client.with_options(CallOptions::new().reject(reason))
    }

    /// Returns the generated client, with every operation and parameter of the API description.
    ///
    /// Its methods change with the API description.
    pub fn raw(&self) -> &raw::Client {
        &self.client
    }
}

/// Runs workflows by their id, with project, environment and user of this handle as inputs.
impl WorkflowSet for Pipedream {
    fn catalog(&self) -> &'static [WorkflowInfo] {
        crate::workflows::CATALOG
    }

    // Inlined, so that only programs that use it compile all workflows.
    #[inline]
    fn any_call(&self, id: &str) -> Option<pipedream_sdk_runtime::AnyCall> {
        self.workflows().any_call(id)
    }
}

impl fmt::Debug for Pipedream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipedream")
            .field("base_url", &self.base_url())
            .field(
                "project_id",
                &self.project_id.as_ref().map(ProjectId::as_str),
            )
            .field("environment", &self.environment)
            .field("user", &self.user)
            .field("options", self.client.transport().options())
            .finish()
    }
}

#[cfg(test)]
mod tests;
