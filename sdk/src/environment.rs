//! Configuration from environment variables, with the names of the official SDKs.

use crate::Error;
use crate::builder::PipedreamBuilder;
use crate::pipedream::Pipedream;
use crate::types::ProjectEnvironment;

const CLIENT_ID: &str = "PIPEDREAM_CLIENT_ID";
const CLIENT_SECRET: &str = "PIPEDREAM_CLIENT_SECRET";
const PRIVATE_KEY: &str = "PIPEDREAM_PRIVATE_KEY";
const KEY_ID: &str = "PIPEDREAM_KEY_ID";
const ACCESS_TOKEN: &str = "PIPEDREAM_ACCESS_TOKEN";
const PROJECT_ID: &str = "PIPEDREAM_PROJECT_ID";
const PROJECT_ENVIRONMENT: &str = "PIPEDREAM_PROJECT_ENVIRONMENT";
const BASE_URL: &str = "PIPEDREAM_BASE_URL";
const WORKFLOW_DOMAIN: &str = "PIPEDREAM_WORKFLOW_DOMAIN";
#[cfg(feature = "mcp")]
const MCP_URL: &str = "PIPEDREAM_MCP_URL";

/// The vendor's quickstart mentions this variable, but no SDK reads it. `PIPEDREAM_PROJECT_ENVIRONMENT` is meant.
const UNSUPPORTED_ENVIRONMENT: &str = "PIPEDREAM_ENVIRONMENT";

/// Creates a builder from variables. A blank variable counts as not set.
pub(crate) fn builder(lookup: impl Fn(&str) -> Option<String>) -> Result<PipedreamBuilder, Error> {
    let read = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
    let mut missing = Vec::new();
    let mut errors = Vec::new();
    let mut builder = Pipedream::builder();

    if let Some(token) = read(ACCESS_TOKEN) {
        builder = builder.access_token(token);
    } else {
        match read(CLIENT_ID) {
            Some(id) => builder = builder.client_id(id),
            None => missing.push(CLIENT_ID),
        }
        match (read(PRIVATE_KEY), read(CLIENT_SECRET)) {
            (Some(_), Some(_)) => errors.push(format!(
                "both {PRIVATE_KEY} and {CLIENT_SECRET} are set: unset one of them"
            )),
            (Some(pem), None) => match with_private_key(builder.clone(), pem, read(KEY_ID)) {
                Ok(with_key) => builder = with_key,
                Err(error) => errors.push(error),
            },
            (None, Some(secret)) => builder = builder.client_secret(secret),
            (None, None) => missing.push(CLIENT_SECRET),
        }
    }
    match read(PROJECT_ID) {
        Some(id) => builder = builder.project_id(id),
        None => missing.push(PROJECT_ID),
    }
    match (read(PROJECT_ENVIRONMENT), read(UNSUPPORTED_ENVIRONMENT)) {
        (Some(value), _) => match value.trim().parse::<ProjectEnvironment>() {
            Ok(environment) => builder = builder.environment(environment),
            Err(error) => errors.push(format!("{PROJECT_ENVIRONMENT} is `{value}`: {error}")),
        },
        (None, Some(_)) => {
            errors.push(format!(
                "{UNSUPPORTED_ENVIRONMENT} is not read: set {PROJECT_ENVIRONMENT} instead"
            ));
        }
        (None, None) => {}
    }
    if let Some(url) = read(BASE_URL) {
        builder = builder.base_url(url);
    }
    if let Some(domain) = read(WORKFLOW_DOMAIN) {
        builder = builder.workflow_domain(domain);
    }
    #[cfg(feature = "mcp")]
    if let Some(url) = read(MCP_URL) {
        builder = builder.mcp_url(url);
    }

    if !missing.is_empty() {
        let verb = if missing.len() == 1 { "is" } else { "are" };
        errors.insert(0, format!("{} {verb} not set", missing.join(", ")));
    }
    if errors.is_empty() {
        Ok(builder)
    } else {
        Err(Error::configuration(errors.join("; ")))
    }
}

#[cfg(feature = "private-key-jwt")]
fn with_private_key(
    builder: PipedreamBuilder,
    pem: String,
    key_id: Option<String>,
) -> Result<PipedreamBuilder, String> {
    let builder = builder.private_key(pem);
    Ok(match key_id {
        Some(key_id) => builder.key_id(key_id),
        None => builder,
    })
}

#[cfg(not(feature = "private-key-jwt"))]
fn with_private_key(
    _: PipedreamBuilder,
    _: String,
    _: Option<String>,
) -> Result<PipedreamBuilder, String> {
    Err(format!(
        "{PRIVATE_KEY} is set, but pipedream-sdk was built without its feature `private-key-jwt`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: [(&str, &str); 3] = [
        (CLIENT_ID, "id"),
        (CLIENT_SECRET, "marked-secret"),
        (PROJECT_ID, "proj_1"),
    ];

    fn from(variables: &[(&str, &str)]) -> Result<Pipedream, String> {
        let lookup = |name: &str| {
            variables
                .iter()
                .rev()
                .find(|(other, _)| *other == name)
                .map(|(_, value)| (*value).to_owned())
        };
        builder(lookup)
            .and_then(PipedreamBuilder::build)
            .map_err(|error| error.to_string())
    }

    fn with(extra: &[(&'static str, &'static str)]) -> Result<Pipedream, String> {
        from(&[&COMPLETE, extra].concat())
    }

    #[cfg(feature = "mcp")]
    #[test]
    fn reads_the_url_of_the_mcp_server() {
        let pipedream = with(&[(MCP_URL, "http://127.0.0.1:9/mcp")]).unwrap();
        assert_eq!(pipedream.mcp_url(), "http://127.0.0.1:9/mcp");
        assert_eq!(with(&[]).unwrap().mcp_url(), crate::mcp::MCP_URL);
    }

    #[test]
    fn reads_the_variables_of_the_official_sdks() {
        let pipedream = with(&[
            (PROJECT_ENVIRONMENT, "development"),
            (BASE_URL, "http://127.0.0.1:9/x/"),
            (WORKFLOW_DOMAIN, "hooks.example"),
        ])
        .unwrap();
        assert_eq!(pipedream.workflow_domain(), "hooks.example");
        assert_eq!(pipedream.project_id().unwrap().as_str(), "proj_1");
        assert_eq!(
            pipedream.current_environment(),
            ProjectEnvironment::Development
        );
        assert_eq!(pipedream.base_url(), "http://127.0.0.1:9/x");
        assert_eq!(
            with(&[]).unwrap().current_environment(),
            ProjectEnvironment::Production
        );
        assert!(from(&[(ACCESS_TOKEN, "t"), (PROJECT_ID, "proj_1")]).is_ok());
        // The access token takes precedence, as in the official SDK for Python.
        assert!(with(&[(ACCESS_TOKEN, "t")]).is_ok());
    }

    #[test]
    fn one_error_names_all_missing_variables() {
        let message = from(&[]).unwrap_err();
        for name in [CLIENT_ID, CLIENT_SECRET, PROJECT_ID] {
            assert!(message.contains(name), "{message}");
        }
        let message = from(&[(CLIENT_ID, "id"), (CLIENT_SECRET, "  ")]).unwrap_err();
        assert!(
            message.contains("PIPEDREAM_CLIENT_SECRET, PIPEDREAM_PROJECT_ID are not set"),
            "{message}"
        );
    }

    #[test]
    fn rejects_a_private_key_together_with_a_secret() {
        let message = with(&[(PRIVATE_KEY, "marked-secret")]).unwrap_err();
        assert!(
            message.contains("both PIPEDREAM_PRIVATE_KEY and PIPEDREAM_CLIENT_SECRET are set"),
            "{message}"
        );
        assert!(!message.contains("marked-secret"), "{message}");
        // The access token takes precedence over both.
        assert!(with(&[(PRIVATE_KEY, "marked-secret"), (ACCESS_TOKEN, "t")]).is_ok());

        let with_key = [
            (CLIENT_ID, "id"),
            (PRIVATE_KEY, "marked-secret"),
            (PROJECT_ID, "proj_1"),
        ];
        let message = from(&with_key).unwrap_err();
        let expected = match cfg!(feature = "private-key-jwt") {
            true => "`private_key`: it is not a private key",
            false => "without its feature `private-key-jwt`",
        };
        assert!(
            message.contains(expected) && !message.contains("marked-secret"),
            "{message}"
        );
    }

    #[test]
    fn rejects_an_unknown_environment_and_an_unsupported_variable() {
        let message = with(&[(PROJECT_ENVIRONMENT, "staging")]).unwrap_err();
        assert!(
            message.contains("staging") && message.contains("development"),
            "{message}"
        );
        let message = with(&[(UNSUPPORTED_ENVIRONMENT, "development")]).unwrap_err();
        assert!(message.contains(PROJECT_ENVIRONMENT), "{message}");
        assert!(
            with(&[
                (UNSUPPORTED_ENVIRONMENT, "x"),
                (PROJECT_ENVIRONMENT, "production")
            ])
            .is_ok()
        );
    }
}
