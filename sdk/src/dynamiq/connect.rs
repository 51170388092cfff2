//! Client for the management host: requirements of one user.

use pipedream_sdk_runtime::FixedSecret;
use serde_json::{Map, Value};

use super::raw::resources::{
    AuthorizeConnectRequirementActionConnector, AuthorizeConnectRequirementOAuth2,
    ConnectRequirements, CreateConnectRequirementCredentials, ListConnectRequirements,
};
use super::raw::{self, Variables, operations};
use super::types::{ConnectToken, RequirementId};
use crate::call::CallOptions;

/// Client for the requirements of one user of one App, authenticated with a Dynamiq Connect token.
///
/// The token is valid for 24 hours and is not renewed.
#[derive(Clone, Debug)]
pub struct Connect {
    requirements: ConnectRequirements,
}

impl Connect {
    /// Creates a client. The token is only sent to operations that accept its scheme.
    pub(super) fn new(client: &raw::Client, token: &ConnectToken) -> Self {
        let scheme = operations::SCHEME_CONNECT_TOKEN.name;
        let token = FixedSecret::new([scheme], token.expose());
        let client = client.with_options(CallOptions::new().credentials(token));
        Self {
            requirements: ConnectRequirements::new(client, Variables::default()),
        }
    }

    /// Lists the user's requirements.
    pub fn requirements(&self) -> ListConnectRequirements {
        self.requirements.list()
    }

    /// Fulfills a requirement with credentials.
    ///
    /// `connection_type` is the type in the requirement's specification. `config` has the fields of the connection,
    /// such as `url` and `api_key`.
    pub fn store_credentials(
        &self,
        requirement: impl Into<RequirementId>,
        connection_type: impl Into<String>,
        config: Map<String, Value>,
    ) -> CreateConnectRequirementCredentials {
        self.requirements
            .create_credentials(requirement, connection_type, config)
    }

    /// Starts an authorization with OAuth 2. The response has the URL of the provider's page.
    pub fn authorize_oauth2(
        &self,
        requirement: impl Into<RequirementId>,
    ) -> AuthorizeConnectRequirementOAuth2 {
        self.requirements.authorize_oauth2(requirement)
    }

    /// Starts an authorization with Pipedream Connect, in Dynamiq's Pipedream project. The response has the URL of
    /// the page.
    ///
    /// Do not modify the URL: it has a parameter `connect_link`, which Pipedream writes `connectLink`.
    pub fn authorize_pipedream(
        &self,
        requirement: impl Into<RequirementId>,
    ) -> AuthorizeConnectRequirementActionConnector {
        self.requirements.authorize_action_connector(requirement)
    }
}
