//! The host of an App: what it still needs of a user, and tokens with which they give it.

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

/// An App of Dynamiq, by the host that serves it.
///
/// A clone is cheap: it shares the connections.
#[derive(Clone)]
pub struct App {
    client: raw::Client,
}

impl App {
    pub(super) fn new(client: raw::Client) -> Self {
        Self { client }
    }

    /// The App for one of its users: the id by which your own product knows them.
    pub fn user(&self, id: impl Into<String>) -> User {
        let id = id.into();
        // An empty id in a query would be taken for none.
        let client = match id.trim().is_empty() {
            true => {
                let refusal = CallOptions::new().refuse("the user id is blank");
                self.client.with_options(refusal)
            }
            false => self.client.clone(),
        };
        User { client, id }
    }

    /// The same, with other options for the calls made through it: timeouts, retries, headers, credentials.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            client: self.client.with_options(options),
        }
    }

    /// The address of the App.
    pub fn url(&self) -> &str {
        self.client.transport().base_url()
    }

    /// The operations of the API as they are described, with every argument.
    ///
    /// Those of the management host take a Connect token, which this client does not have: it refuses to send them.
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

/// An App for one of its users.
#[derive(Clone, Debug)]
pub struct User {
    client: raw::Client,
    id: String,
}

impl User {
    /// The id by which your own product knows them.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the user has not fulfilled yet.
    pub fn requirements_status(&self) -> GetAppRequirementsStatus {
        Requirements::new(self.client.clone(), self.variables()).status()
    }

    /// Mints a Connect token of Dynamiq; its answer also has a hosted page for all requirements.
    pub fn connect_token(&self) -> CreateConnectToken {
        ConnectTokens::new(self.client.clone(), self.variables()).create()
    }

    /// Mints a Connect token of Dynamiq and gives the handle on what it opens.
    pub async fn connect(&self) -> Result<Connect, Error> {
        let minted = self.connect_token().send().await?;
        Ok(self.connect_with(&minted.token))
    }

    /// What a Connect token of Dynamiq opens, over the connections of this handle.
    pub fn connect_with(&self, token: &types::ConnectToken) -> Connect {
        Connect::new(&self.client, token)
    }

    /// Waits until the user has fulfilled all requirements, by asking from time to time.
    pub fn wait_until_complete(&self) -> RequirementsWait {
        RequirementsWait::new(self.clone())
    }

    /// Finds the user's first open requirement and gives the page on which they connect an account for it, in Dynamiq's
    /// Pipedream project.
    pub fn requirement_link(&self) -> RequirementLink {
        let mut variables = workflows::Variables::default();
        variables.user_id = Some(self.id.clone());
        RequirementLink::with_clients(self.client.clone()).with_variables(&variables)
    }

    /// The workflows that go through Dynamiq and Pipedream both, with what the two handles know filled in.
    ///
    /// The Pipedream handle may be for a user of its own; otherwise the user has the same id there.
    pub fn workflows(&self, pipedream: &Pipedream) -> Workflows {
        let of_pipedream = pipedream.variables();
        let mut variables = workflows::Variables::default();
        variables.environment = of_pipedream.environment;
        variables.project_id = of_pipedream.project_id;
        variables.external_user_id = of_pipedream
            .external_user_id
            .or_else(|| Some(self.id.clone()));
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
