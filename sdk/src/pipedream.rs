//! The handle on Pipedream: who calls, and for which project, environment and user.

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
use crate::workflows::Workflows;

/// The header that carries the token of a rate limit.
const RATE_LIMIT: &str = "x-pd-rate-limit";

/// Pipedream, as one client of it sees it.
///
/// A clone is cheap: it shares the connections and the access token.
#[derive(Clone)]
pub struct Pipedream {
    client: raw::Client,
    project_id: Option<ProjectId>,
    environment: ProjectEnvironment,
    user: Option<String>,
    workflow_domain: Arc<str>,
}

impl Pipedream {
    /// Begins with values of your own.
    pub fn builder() -> PipedreamBuilder {
        PipedreamBuilder::default()
    }

    /// With what the environment variables say, which are those of the official SDKs.
    ///
    /// - `PIPEDREAM_ACCESS_TOKEN`; without it `PIPEDREAM_CLIENT_ID` and `PIPEDREAM_CLIENT_SECRET`, or, in place of the
    ///   secret and with the feature `private-key-jwt`, `PIPEDREAM_PRIVATE_KEY` (and `PIPEDREAM_KEY_ID`)
    /// - `PIPEDREAM_PROJECT_ID`
    /// - `PIPEDREAM_PROJECT_ENVIRONMENT`: `development` or `production`; `production` if it is not set
    /// - `PIPEDREAM_BASE_URL`, for another address than the public one
    /// - `PIPEDREAM_WORKFLOW_DOMAIN`, for another domain of workflows than the public one
    ///
    /// One error names all that is missing or wrong.
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
        }
    }

    /// The same, for one of your users: the id by which your own product knows them.
    #[must_use]
    pub fn user(&self, external_user_id: impl Into<String>) -> Self {
        Self {
            user: Some(external_user_id.into()),
            ..self.clone()
        }
    }

    /// The same, for another project.
    #[must_use]
    pub fn project(&self, project_id: impl Into<ProjectId>) -> Self {
        Self {
            project_id: Some(project_id.into()),
            ..self.clone()
        }
    }

    /// The same, in another environment of the project.
    #[must_use]
    pub fn environment(&self, environment: ProjectEnvironment) -> Self {
        Self {
            environment,
            ..self.clone()
        }
    }

    /// The same, with other options for the calls made through it: timeouts, retries, headers, credentials.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            client: self.client.with_options(options),
            ..self.clone()
        }
    }

    /// The same, with its calls counted against a limit of yours: the token that
    /// [`rate_limits().create(…)`](crate::resources::RateLimits::create) gives.
    ///
    /// One limit can be shared by any number of handles, and each user can have a limit of their own. A call beyond the
    /// limit is refused with 429 and repeated when the service says so, as after any other 429.
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
    pub fn with_rate_limit(&self, token: impl Into<RateLimitToken>) -> Self {
        let token = token.into();
        let options = match token.expose().trim() {
            "" => CallOptions::new().refuse("the token of the rate limit is blank"),
            token => CallOptions::new().header_or_refuse(RATE_LIMIT, token),
        };
        self.with_options(options)
    }

    /// The project; an error if none was given.
    pub fn project_id(&self) -> Result<&ProjectId, Error> {
        self.project_id.as_ref().ok_or_else(|| {
            Error::configuration("no project: give `project_id`, or call `.project(…)`")
        })
    }

    /// The environment of the project; production unless another was given.
    pub fn current_environment(&self) -> ProjectEnvironment {
        self.environment
    }

    /// The user, if these calls are for one.
    pub fn external_user_id(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The address of the service.
    pub fn base_url(&self) -> &str {
        self.client.transport().base_url()
    }

    /// The access token that calls are made with now, for what is asked without this crate, such as Pipedream's MCP
    /// server. It is fetched if there is none yet. Ask for it each time: a token is renewed when its end is near.
    ///
    /// It is an error where the client's credential is a Connect token.
    pub async fn access_token(&self) -> Result<SecretString, Error> {
        self.client.transport().secret(&SCHEME_OAUTH2).await
    }

    /// How much may still be asked, by the last answer that said anything of it, to whichever clone of this client.
    ///
    /// Pipedream counts operations in groups, so the figures are those of the group that the last answer belongs to;
    /// [`Response::rate_limit`](crate::call::Response::rate_limit) has those of a call of yours. `None` until an answer has
    /// any.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.client.transport().rate_limit()
    }

    pub(crate) fn workflow_domain(&self) -> &str {
        &self.workflow_domain
    }

    /// The workflows, with project, environment and user filled in wherever a workflow sends them.
    ///
    /// What is missing there is an error before anything is sent, and so is a project or a user that is blank.
    pub fn workflows(&self) -> Workflows {
        Workflows::new(self.client_for_handle(), self.variables())
    }

    /// What this handle fills in.
    pub(crate) fn variables(&self) -> Variables {
        let mut variables = Variables::default();
        variables.project_id.clone_from(&self.project_id);
        variables.environment = Some(self.environment);
        variables.external_user_id.clone_from(&self.user);
        variables
    }

    /// A client that sends nothing if this handle is for a blank user or project: with a blank user, a list would be
    /// that of all users.
    pub(crate) fn client_for_handle(&self) -> raw::Client {
        let is_blank = |text: &str| text.trim().is_empty();
        let refusal = if self.user.as_deref().is_some_and(is_blank) {
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
        self.client.with_options(CallOptions::new().refuse(refusal))
    }

    /// The operations of the API as they are described, with every argument.
    ///
    /// It changes with the description of the API.
    pub fn raw(&self) -> &raw::Client {
        &self.client
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
