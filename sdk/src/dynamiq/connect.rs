//! The management host: requirements of one user, and ways to fulfil them.

use pipedream_sdk_runtime::FixedSecret;
use serde_json::{Map, Value};

use super::raw::resources::{
    AuthorizeConnectRequirementActionConnector, AuthorizeConnectRequirementOAuth2,
    ConnectRequirements, CreateConnectRequirementCredentials, ListConnectRequirements,
};
use super::raw::{self, Variables, operations};
use super::types::{ConnectToken, RequirementId};
use crate::call::CallOptions;

/// What a Connect token of Dynamiq opens: the requirements of one user of one App.
///
/// The token is valid for 24 hours; it is not renewed.
#[derive(Clone, Debug)]
pub struct Connect {
    requirements: ConnectRequirements,
}

impl Connect {
    /// The token is sent for its own scheme alone, whatever other host the client knows.
    pub(super) fn new(client: &raw::Client, token: &ConnectToken) -> Self {
        let scheme = operations::SCHEME_CONNECT_TOKEN.name;
        let token = FixedSecret::new([scheme], token.expose());
        let client = client.with_options(CallOptions::new().credentials(token));
        Self {
            requirements: ConnectRequirements::new(client, Variables::default()),
        }
    }

    /// The user's requirements.
    pub fn requirements(&self) -> ListConnectRequirements {
        self.requirements.list()
    }

    /// Fulfils a requirement with credentials: the type of the connection, which is that of the requirement's
    /// specification, and its fields, such as `url` and `api_key`.
    pub fn store_credentials(
        &self,
        requirement: impl Into<RequirementId>,
        connection_type: impl Into<String>,
        config: Map<String, Value>,
    ) -> CreateConnectRequirementCredentials {
        self.requirements
            .create_credentials(requirement, connection_type, config)
    }

    /// Begins an authorization through OAuth 2; its answer has the provider's page.
    pub fn authorize_oauth2(
        &self,
        requirement: impl Into<RequirementId>,
    ) -> AuthorizeConnectRequirementOAuth2 {
        self.requirements.authorize_oauth2(requirement)
    }

    /// Begins an authorization through Pipedream Connect, in Dynamiq's Pipedream project; its answer has the page.
    ///
    /// Use the page's address as it comes: it spells a parameter `connect_link` where Pipedream writes `connectLink`.
    pub fn authorize_pipedream(
        &self,
        requirement: impl Into<RequirementId>,
    ) -> AuthorizeConnectRequirementActionConnector {
        self.requirements.authorize_action_connector(requirement)
    }
}
