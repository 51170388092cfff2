//! The environment variables, under the names that the official SDKs read.

use crate::builder::PipedreamBuilder;
use crate::error::Error;
use crate::pipedream::Pipedream;
use crate::types::ProjectEnvironment;

const CLIENT_ID: &str = "PIPEDREAM_CLIENT_ID";
const CLIENT_SECRET: &str = "PIPEDREAM_CLIENT_SECRET";
const ACCESS_TOKEN: &str = "PIPEDREAM_ACCESS_TOKEN";
const PROJECT_ID: &str = "PIPEDREAM_PROJECT_ID";
const PROJECT_ENVIRONMENT: &str = "PIPEDREAM_PROJECT_ENVIRONMENT";
const BASE_URL: &str = "PIPEDREAM_BASE_URL";
const WORKFLOW_DOMAIN: &str = "PIPEDREAM_WORKFLOW_DOMAIN";

/// The vendor's quickstart prints this one, but nothing reads it: whoever sets it alone means the other.
const MISTAKEN_ENVIRONMENT: &str = "PIPEDREAM_ENVIRONMENT";

/// What the variables say. A blank one counts as not set.
pub(crate) fn builder(lookup: impl Fn(&str) -> Option<String>) -> Result<PipedreamBuilder, Error> {
    let read = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
    let mut missing = Vec::new();
    let mut problems = Vec::new();
    let mut builder = Pipedream::builder();

    if let Some(token) = read(ACCESS_TOKEN) {
        builder = builder.access_token(token);
    } else {
        match read(CLIENT_ID) {
            Some(id) => builder = builder.client_id(id),
            None => missing.push(CLIENT_ID),
        }
        match read(CLIENT_SECRET) {
            Some(secret) => builder = builder.client_secret(secret),
            None => missing.push(CLIENT_SECRET),
        }
    }
    match read(PROJECT_ID) {
        Some(id) => builder = builder.project_id(id),
        None => missing.push(PROJECT_ID),
    }
    match (read(PROJECT_ENVIRONMENT), read(MISTAKEN_ENVIRONMENT)) {
        (Some(text), _) => match text.trim().parse::<ProjectEnvironment>() {
            Ok(environment) => builder = builder.environment(environment),
            Err(error) => problems.push(format!("{PROJECT_ENVIRONMENT} is `{text}`: {error}")),
        },
        (None, Some(_)) => {
            problems.push(format!(
                "{MISTAKEN_ENVIRONMENT} is not read: set {PROJECT_ENVIRONMENT} instead"
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

    if !missing.is_empty() {
        let verb = if missing.len() == 1 { "is" } else { "are" };
        problems.insert(0, format!("{} {verb} not set", missing.join(", ")));
    }
    if problems.is_empty() {
        Ok(builder)
    } else {
        Err(Error::configuration(problems.join("; ")))
    }
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

    #[test]
    fn the_variables_of_the_official_sdks_are_read() {
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
        // The access token goes first, as in the official SDK for Python.
        assert!(with(&[(ACCESS_TOKEN, "t")]).is_ok());
    }

    #[test]
    fn one_error_names_all_that_is_missing() {
        let told = from(&[]).unwrap_err();
        for name in [CLIENT_ID, CLIENT_SECRET, PROJECT_ID] {
            assert!(told.contains(name), "{told}");
        }
        let told = from(&[(CLIENT_ID, "id"), (CLIENT_SECRET, "  ")]).unwrap_err();
        assert!(
            told.contains("PIPEDREAM_CLIENT_SECRET, PIPEDREAM_PROJECT_ID are not set"),
            "{told}"
        );
    }

    #[test]
    fn an_unknown_environment_and_a_mistaken_name_are_errors() {
        let told = with(&[(PROJECT_ENVIRONMENT, "staging")]).unwrap_err();
        assert!(
            told.contains("staging") && told.contains("development"),
            "{told}"
        );
        let told = with(&[(MISTAKEN_ENVIRONMENT, "development")]).unwrap_err();
        assert!(told.contains(PROJECT_ENVIRONMENT), "{told}");
        assert!(
            with(&[
                (MISTAKEN_ENVIRONMENT, "x"),
                (PROJECT_ENVIRONMENT, "production")
            ])
            .is_ok()
        );
    }
}
