//! Client for the host of an App: status of requirements, and Connect tokens.

use std::fmt;

use super::raw::resources::{
    ConnectTokens, CreateConnectToken, GetAppRequirementsStatus, Requirements,
};
use super::raw::{self, Variables};
use super::wait::RequirementsWait;
use super::workflows::{self, RequirementLink, Workflows};
use super::{Connect, types};
use crate::Error;
use crate::Pipedream;
use crate::call::CallOptions;

/// Client for a Dynamiq App.
///
/// Cloning is cheap: clones share the connections.
#[derive(Clone)]
pub struct App {
    client: raw::Client,
}

impl App {
    pub(super) fn new(client: raw::Client) -> Self {
        Self { client }
    }

    /// Returns a handle for one user, with the id of the user in your product.
    pub fn user(&self, id: impl Into<String>) -> User {
        let id = id.into();
        // The service treats an empty id in the query like an absent one.
        let client = match id.trim().is_empty() {
            true => {
                let rejecting = CallOptions::new().reject("the user id is blank");
                self.client.with_options(rejecting)
            }
            false => self.client.clone(),
        };
        User { client, id }
    }

    /// Returns a handle with other call options: timeouts, retries, headers, credentials.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            client: self.client.with_options(options),
        }
    }

    /// Returns the URL of the App.
    pub fn url(&self) -> &str {
        self.client.transport().base_url()
    }

    /// Returns the generated client, with every operation and parameter of the API description.
    ///
    /// Operations of the management host return an error, because this client has no Connect token.
    pub fn raw(&self) -> &raw::Client {
        &self.client
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("url", &self.url())
            .field("options", self.client.transport().options())
            .finish()
    }
}

/// Client for a Dynamiq App and one of its users.
#[derive(Clone, Debug)]
pub struct User {
    client: raw::Client,
    id: String,
}

impl User {
    /// Returns the id of the user in your product.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Retrieves the unsatisfied requirements of the user.
    pub fn requirements_status(&self) -> GetAppRequirementsStatus {
        Requirements::new(self.client.clone(), self.variables()).status()
    }

    /// Creates a Dynamiq Connect token. The response also has a link to a hosted page for all requirements.
    pub fn connect_token(&self) -> CreateConnectToken {
        ConnectTokens::new(self.client.clone(), self.variables()).create()
    }

    /// Creates a Dynamiq Connect token and returns a client that uses it.
    pub async fn connect(&self) -> Result<Connect, Error> {
        let created = self.connect_token().send().await?;
        Ok(self.connect_with(&created.token))
    }

    /// Returns a client that uses this Dynamiq Connect token. It shares the connections of this handle.
    pub fn connect_with(&self, token: &types::ConnectToken) -> Connect {
        Connect::new(&self.client, token)
    }

    /// Waits until the user has fulfilled all requirements, by polling.
    pub fn wait_until_complete(&self) -> RequirementsWait {
        RequirementsWait::new(self.clone())
    }

    /// Retrieves the user's first unsatisfied requirement and a link to the page on which the user fulfills it.
    ///
    /// The account is connected in Dynamiq's Pipedream project.
    pub fn requirement_link(&self) -> RequirementLink {
        let mut variables = workflows::Variables::default();
        variables.user_id = Some(self.id.clone());
        RequirementLink::with_clients(self.client.clone()).with_variables(&variables)
    }

    /// Returns the workflows that call both Dynamiq and Pipedream, with the variables of both handles.
    ///
    /// If the Pipedream handle has no user, the id of this user is used.
    pub fn workflows(&self, pipedream: &Pipedream) -> Workflows {
        let defaults = pipedream.variables();
        let mut variables = workflows::Variables::default();
        variables.environment = defaults.environment;
        variables.project_id = defaults.project_id;
        variables.external_user_id = defaults.external_user_id.or_else(|| Some(self.id.clone()));
        variables.user_id = Some(self.id.clone());
        Workflows::new(
            self.client.clone(),
            pipedream.client_for_handle(),
            variables,
        )
    }

    fn variables(&self) -> Variables {
        let mut variables = Variables::default();
        variables.user_id = Some(self.id.clone());
        variables
    }
}
