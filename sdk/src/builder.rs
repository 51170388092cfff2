//! Putting a [`Pipedream`] together from values, and telling all that is wrong with them at once.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "private-key-jwt")]
use pipedream_sdk_runtime::PrivateKey;
use pipedream_sdk_runtime::{ClientCredentials, FixedSecret, Transport};

use crate::Error;
use crate::call::{CallOptions, RetryBudget};
use crate::credentials::{Credentials, SecretString};
use crate::pipedream::Pipedream;
use crate::raw::{self, operations};
use crate::types::{ProjectEnvironment, ProjectId};

/// Where the HTTP endpoints of workflows are.
const WORKFLOW_DOMAIN: &str = "m.pipedream.net";

/// Makes a [`Pipedream`].
///
/// It takes one credential: [`client_id`](Self::client_id) with [`client_secret`](Self::client_secret) or (with the
/// feature `private-key-jwt`) a private key, an [`access_token`](Self::access_token), a
/// [`connect_token`](Self::connect_token), or a source of your own.
#[derive(Clone, Debug)]
#[must_use]
pub struct PipedreamBuilder {
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    private_key: Option<SecretString>,
    key_id: Option<String>,
    scope: Option<String>,
    access_token: Option<SecretString>,
    connect_token: Option<SecretString>,
    credentials: Option<Arc<dyn Credentials>>,
    project_id: Option<ProjectId>,
    environment: ProjectEnvironment,
    base_url: String,
    workflow_domain: String,
    allow_http: bool,
    connect_timeout: Option<Duration>,
    user_agent: Option<String>,
    retry_budget: RetryBudget,
    options: CallOptions,
}

impl Default for PipedreamBuilder {
    fn default() -> Self {
        Self {
            client_id: None,
            client_secret: None,
            private_key: None,
            key_id: None,
            scope: None,
            access_token: None,
            connect_token: None,
            credentials: None,
            project_id: None,
            environment: ProjectEnvironment::Production,
            base_url: raw::Client::BASE_URL.to_owned(),
            workflow_domain: WORKFLOW_DOMAIN.to_owned(),
            allow_http: false,
            connect_timeout: None,
            user_agent: None,
            retry_budget: RetryBudget::default(),
            options: CallOptions::new(),
        }
    }
}

impl PipedreamBuilder {
    /// The id of an OAuth client of your workspace.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// The secret of that client.
    pub fn client_secret(mut self, client_secret: impl Into<SecretString>) -> Self {
        self.client_secret = Some(client_secret.into());
        self
    }

    /// The private key of that client, in place of a secret: a PEM text of a P-256 or RSA key, PKCS#8 or (RSA) PKCS#1.
    /// It signs, by ES256 or RS256, and is never sent.
    ///
    /// Line breaks may be written as `\n`. An EC key in the older form (`BEGIN EC PRIVATE KEY`) is converted by
    /// `openssl pkcs8 -topk8 -nocrypt`.
    #[cfg(feature = "private-key-jwt")]
    pub fn private_key(mut self, pem: impl Into<SecretString>) -> Self {
        self.private_key = Some(pem.into());
        self
    }

    /// The id under which Pipedream knows that private key, where it has several.
    #[cfg(feature = "private-key-jwt")]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// The scopes to ask for with client credentials, separated by spaces; all that the client has by default.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// An access token that you have got yourself. It is not renewed.
    pub fn access_token(mut self, access_token: impl Into<SecretString>) -> Self {
        self.access_token = Some(access_token.into());
        self
    }

    /// A Connect token: for what a user may do, and connecting an account.
    ///
    /// The token says its project, so [`project_id`](Self::project_id) can be left out; paths are then those without
    /// a project. What takes no Connect token is an error before anything is sent. Workflows still want the project.
    pub fn connect_token(mut self, connect_token: impl Into<SecretString>) -> Self {
        self.connect_token = Some(connect_token.into());
        self
    }

    /// A source of credentials of your own.
    pub fn credentials(mut self, credentials: impl Credentials + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// The project to work in. Its id begins with `proj_`.
    pub fn project_id(mut self, project_id: impl Into<ProjectId>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// The environment of the project; production by default.
    pub fn environment(mut self, environment: ProjectEnvironment) -> Self {
        self.environment = environment;
        self
    }

    /// Another address than the public one. A path in it is kept as a prefix.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The domain of the HTTP endpoints that [`invoke`](Pipedream::invoke) calls, if it is one of your own;
    /// `m.pipedream.net` by default.
    pub fn workflow_domain(mut self, domain: impl Into<String>) -> Self {
        self.workflow_domain = domain.into();
        self
    }

    /// Allows an address without encryption on another host than this machine.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long a call may take over all; without a limit by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// How long one attempt of a call may take; 60 seconds by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// How long making a connection may take; 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How often a call is repeated at most; 2 by default, 0 for never.
    pub fn max_retries(mut self, max: u32) -> Self {
        self.options = self.options.max_retries(max);
        self
    }

    /// How many retries all calls of the client, its clones included, may make together: by default 10 a second and
    /// 20 for every hundred calls. See [`RetryBudget`]; [`RetryBudget::unlimited`] takes the limit away.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// The name and version of your program, to stand in the `User-Agent` after this crate's.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// Other options of all calls, in place of those that were set before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The client, or one error that names all that is wrong.
    pub fn build(self) -> Result<Pipedream, Error> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(Error::configuration(problems.join("; ")));
        }
        let transport = self.transport()?;
        let options = CallOptions::new();
        let options = match self.source(&transport)? {
            Some(source) => options.credentials(source),
            None => options,
        };
        let client = raw::Client::new(transport.with_options(options));
        let domain = self.workflow_domain.into();
        Ok(Pipedream::new(
            client,
            self.project_id,
            self.environment,
            domain,
        ))
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let secret =
            |secret: &Option<SecretString>| secret.as_ref().is_some_and(SecretString::is_blank);
        for (name, blank) in [
            ("client_id", self.client_id.as_deref().is_some_and(is_blank)),
            ("client_secret", secret(&self.client_secret)),
            ("private_key", secret(&self.private_key)),
            ("key_id", self.key_id.as_deref().is_some_and(is_blank)),
            ("workflow_domain", is_blank(&self.workflow_domain)),
            ("access_token", secret(&self.access_token)),
            ("connect_token", secret(&self.connect_token)),
            (
                "project_id",
                self.project_id
                    .as_ref()
                    .is_some_and(|id| is_blank(id.as_str())),
            ),
        ] {
            if blank {
                problems.push(format!("`{name}` is blank"));
            }
        }
        problems.extend(self.client_problem());
        #[cfg(feature = "private-key-jwt")]
        problems.extend(self.key_problem());
        let kinds = [
            (
                "`client_id` with `client_secret`",
                self.client_id.is_some()
                    || self.client_secret.is_some()
                    || self.private_key.is_some(),
            ),
            ("`access_token`", self.access_token.is_some()),
            ("`connect_token`", self.connect_token.is_some()),
            ("`credentials`", self.credentials.is_some()),
        ];
        let given: Vec<&str> = kinds
            .iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| *name)
            .collect();
        match given.as_slice() {
            [] => {
                let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
                problems.push(format!("no credential: give one of {}", names.join(", ")));
            }
            [_] => {}
            several => problems.push(format!("more than one credential: {}", several.join(", "))),
        }
        problems
    }

    /// What is wrong with the parts of the client's credentials taken together.
    fn client_problem(&self) -> Option<String> {
        let private_key = self.private_key.as_ref();
        let wrong = match (&self.client_id, &self.client_secret, private_key) {
            (_, Some(_), Some(_)) => {
                "both `client_secret` and `private_key` are given, and a client uses one of them"
            }
            (Some(_), None, None) => "`client_id` is given without `client_secret`",
            (None, Some(_), None) => "`client_secret` is given without `client_id`",
            (None, None, Some(_)) => "`private_key` is given without `client_id`",
            (_, _, None) if self.key_id.is_some() => "`key_id` is given without `private_key`",
            _ => return None,
        };
        Some(wrong.to_owned())
    }

    #[cfg(feature = "private-key-jwt")]
    fn key_problem(&self) -> Option<String> {
        let pem = self.private_key.as_ref().filter(|pem| !pem.is_blank())?;
        let wrong = PrivateKey::from_pem(pem.expose()).err()?;
        Some(format!("`private_key`: {wrong}"))
    }

    fn transport(&self) -> Result<Transport, Error> {
        let user_agent = user_agent(self.user_agent.as_deref());
        let mut transport = Transport::builder(&*self.base_url)
            .allow_http(self.allow_http)
            .user_agent(user_agent)
            .retry_budget(self.retry_budget.clone())
            .options(self.options.clone());
        if let Some(timeout) = self.connect_timeout {
            transport = transport.connect_timeout(timeout);
        }
        transport.build()
    }

    /// The credential that was given. The token request goes through the same transport as the calls.
    fn source(&self, transport: &Transport) -> Result<Option<Arc<dyn Credentials>>, Error> {
        let oauth = operations::SCHEME_OAUTH2.name;
        if let Some(token) = &self.access_token {
            return Ok(Some(Arc::new(FixedSecret::new([oauth], token.clone()))));
        }
        if let Some(token) = &self.connect_token {
            let scheme = operations::SCHEME_CONNECT_TOKEN.name;
            return Ok(Some(Arc::new(FixedSecret::new([scheme], token.clone()))));
        }
        let Some(source) = self.client_credentials(transport)? else {
            return Ok(self.credentials.clone());
        };
        Ok(Some(Arc::new(match &self.scope {
            Some(scope) => source.scope(scope),
            None => source,
        })))
    }

    fn client_credentials(
        &self,
        transport: &Transport,
    ) -> Result<Option<ClientCredentials>, Error> {
        let Some(id) = &self.client_id else {
            return Ok(None);
        };
        let scheme = [operations::SCHEME_OAUTH2.name];
        let operation = &operations::CREATE_OAUTH_TOKEN;
        #[cfg(feature = "private-key-jwt")]
        if let Some(pem) = &self.private_key {
            let mut key = PrivateKey::from_pem(pem.expose())
                .map_err(|wrong| Error::configuration(format!("`private_key`: {wrong}")))?;
            if let Some(key_id) = &self.key_id {
                key = key.with_id(key_id);
            }
            let source = ClientCredentials::with_private_key(scheme, transport, operation, id, key);
            return Ok(Some(source));
        }
        let secret = self.client_secret.clone();
        Ok(secret.map(|secret| ClientCredentials::new(scheme, transport, operation, id, secret)))
    }
}

/// This crate's name and version, and after it what a program adds.
pub(crate) fn user_agent(suffix: Option<&str>) -> String {
    let own = concat!("pipedream-sdk-rust/", env!("CARGO_PKG_VERSION"));
    match suffix {
        Some(suffix) => format!("{own} {suffix}"),
        None => own.to_owned(),
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn complete() -> PipedreamBuilder {
        Pipedream::builder()
            .client_id("id")
            .client_secret("marked-secret")
            .project_id("proj_1")
    }

    fn problem(builder: PipedreamBuilder) -> String {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.to_string()
    }

    #[test]
    fn production_is_the_default_and_visible() {
        let pipedream = complete().build().unwrap();
        assert_eq!(
            pipedream.current_environment(),
            ProjectEnvironment::Production
        );
        assert_eq!(pipedream.base_url(), "https://api.pipedream.com");
        let debug = format!("{pipedream:?}");
        assert!(
            debug.contains("Production") && debug.contains("proj_1"),
            "{debug}"
        );
    }

    #[test]
    fn no_debug_shows_a_secret() {
        let debug = format!("{:?} {:?}", complete(), complete().build().unwrap());
        assert!(!debug.contains("marked-secret"), "{debug}");
        for builder in [
            Pipedream::builder().access_token("marked-secret"),
            Pipedream::builder().connect_token("marked-secret"),
        ] {
            let debug = format!("{builder:?} {:?}", builder.clone().build().unwrap());
            assert!(!debug.contains("marked-secret"), "{debug}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let told = problem(Pipedream::builder().client_id(" ").project_id(""));
        for part in [
            "`client_id` is blank",
            "`project_id` is blank",
            "without `client_secret`",
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(problem(Pipedream::builder()).contains("no credential"));
        let told = problem(complete().access_token("t"));
        assert!(
            told.contains("more than one credential") && told.contains("`access_token`"),
            "{told}"
        );
        assert!(problem(complete().base_url("http://example.com")).contains("not https"));
        assert!(problem(complete().user_agent("a\r\nb: c")).contains("user agent"));
    }

    #[test]
    fn handles_differ_in_what_they_are_for_and_nothing_else() {
        let pipedream = complete().build().unwrap();
        let user = pipedream
            .user("u")
            .project("proj_2")
            .environment(ProjectEnvironment::Development);
        assert_eq!(user.external_user_id(), Some("u"));
        assert_eq!(user.project_id().unwrap().as_str(), "proj_2");
        assert_eq!(user.current_environment(), ProjectEnvironment::Development);
        assert_eq!(pipedream.external_user_id(), None);
        assert_eq!(pipedream.project_id().unwrap().as_str(), "proj_1");
        let without = Pipedream::builder().access_token("t").build().unwrap();
        assert_eq!(
            without.project_id().unwrap_err().kind(),
            ErrorKind::Configuration
        );
    }
}
