//! The environment variables, under the names that the official SDKs read.

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
        match (read(PRIVATE_KEY), read(CLIENT_SECRET)) {
            (Some(_), Some(_)) => problems.push(format!(
                "both {PRIVATE_KEY} and {CLIENT_SECRET} are set: unset the one that is not to be used"
            )),
            (Some(pem), None) => match with_private_key(builder.clone(), pem, read(KEY_ID)) {
                Ok(with_key) => builder = with_key,
                Err(problem) => problems.push(problem),
            },
            (None, Some(secret)) => builder = builder.client_secret(secret),
            (None, None) => missing.push(CLIENT_SECRET),
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
        "{PRIVATE_KEY} is set, and this program has pipedream-sdk without its feature `private-key-jwt`"
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
    fn a_private_key_goes_before_a_secret_and_not_beside_it() {
        let told = with(&[(PRIVATE_KEY, "marked-secret")]).unwrap_err();
        assert!(
            told.contains("both PIPEDREAM_PRIVATE_KEY and PIPEDREAM_CLIENT_SECRET are set"),
            "{told}"
        );
        assert!(!told.contains("marked-secret"), "{told}");
        // The access token goes before both.
        assert!(with(&[(PRIVATE_KEY, "marked-secret"), (ACCESS_TOKEN, "t")]).is_ok());

        let with_key = [
            (CLIENT_ID, "id"),
            (PRIVATE_KEY, "marked-secret"),
            (PROJECT_ID, "proj_1"),
        ];
        let told = from(&with_key).unwrap_err();
        let expected = match cfg!(feature = "private-key-jwt") {
            true => "`private_key`: it is no private key",
            false => "without its feature `private-key-jwt`",
        };
        assert!(
            told.contains(expected) && !told.contains("marked-secret"),
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
