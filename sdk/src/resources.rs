//! Operations of the API, grouped by resource. The groups are methods of [`Pipedream`].
//!
//! Required parameters are arguments. Optional parameters are set by chained methods, in any order. The handle sets
//! project, environment and user; a call can override them. `send` sends the request.
//!
//! ```no_run
//! # async fn run(pipedream: pipedream_sdk::Pipedream, app: Option<&str>) -> Result<(), pipedream_sdk::Error> {
//! let user = pipedream.user("user-42");
//! let token = user.tokens().create().expires_in(600).send().await?;
//! println!("valid until {}", token.expires_at);
//!
//! // A builder owns its data, so it can be stored and extended.
//! let mut list = user.accounts().list().limit(50);
//! if let Some(app) = app {
//!     list = list.app(app);
//! }
//! let mut accounts = list.stream();
//! while let Some(account) = accounts.try_next().await? {
//!     println!("{}", account.id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Every builder has methods for the options of its call: `timeout`, `max_retries`, `header`, `idempotent`, or
//! `options` for all of them. `send_raw` returns the response with status, headers and body. `set_if` calls a
//! setter only if there is a value: `list().set_if(app, ListAccounts::app)`.
//!
//! A handle without a user lists the accounts of all users, as the API does: `pipedream.accounts().list()`. The handle
//! of a user lists the accounts of this user. `pipedream.all_users()` states that all are meant.
//!
//! [`call_json`] calls an operation by its id, for tools that only know its name.
//!
//! For lists, `send` returns one page with its cursors in `page_info`, `pages` returns all pages, and `stream`
//! returns all items. Lists start at `after` and go forward, or start at `before` and go backward.

use std::sync::LazyLock;

use pipedream_sdk_runtime::OperationCatalog;
use serde_json::{Map, Value};

use crate::raw::operations;
use crate::{Error, Pipedream};

#[doc(inline)]
pub use pipedream_sdk_generated::pipedream::resources::*;
pub use pipedream_sdk_runtime::{Items, OperationInfo, Pages};

/// The operations that can be called with JSON, read on first use.
static OPERATIONS: LazyLock<OperationCatalog> = LazyLock::new(|| {
    let document = pipedream_sdk_generated::PIPEDREAM_DOCUMENT;
    OperationCatalog::new(document, operations::__ALL)
});

/// Returns the operations that [`call_json`] can call, with the JSON Schemas of their arguments and responses.
///
/// Operations without JSON are missing: downloads, and requests through the proxy. So are those without a credential.
pub fn catalog() -> &'static [OperationInfo] {
    OPERATIONS.operations()
}

/// Calls the operation with this id, as in the API description, with arguments and response as JSON.
///
/// The arguments are an object: the parameters by name and, if there is one, the body as `body`. The handle sets
/// project, environment and user; arguments replace them. The arguments are checked before anything is sent, and
/// [`Error::input_violations`] lists the violations. Secrets in the response are replaced by `[redacted]`.
///
/// ```
/// # use pipedream_sdk_testing::FakePipedream;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), pipedream_sdk::Error> {
/// use pipedream_sdk::resources;
/// use serde_json::json;
///
/// # let fake = FakePipedream::start().await;
/// # fake.add_account("user-42", "slack");
/// # let pipedream = fake.client();
/// let user = pipedream.user("user-42");
/// let accounts = resources::call_json(&user, "listAccounts", json!({ "app": "slack" })).await?;
/// assert_eq!(accounts["data"][0]["app"]["name_slug"], "slack");
/// # Ok(())
/// # }
/// ```
pub async fn call_json(
    pipedream: &Pipedream,
    operation: &str,
    arguments: Value,
) -> Result<Value, Error> {
    let mut variables = Map::new();
    let environment = pipedream.current_environment().to_string();
    variables.insert("environment".to_owned(), Value::from(environment));
    let set = pipedream.variables();
    let project = set.project_id.as_ref().map(|id| id.as_str().to_owned());
    for (name, value) in [
        ("project_id", project),
        ("external_user_id", set.external_user_id),
    ] {
        if let Some(value) = value {
            variables.insert(name.to_owned(), Value::from(value));
        }
    }
    let client = pipedream.client_for_handle();
    OPERATIONS
        .call(client.transport(), operation, &variables, &arguments)
        .await
}

impl Pipedream {
    fn resources(&self) -> Resources {
        Resources::new(self.client_for_handle(), self.variables())
    }

    /// Returns the operations on accounts that users have connected.
    ///
    /// The list of a handle without a user has the accounts of [all users](Self::all_users). To show a user only their
    /// own accounts, call this method on the handle of the [user](Self::user).
    pub fn accounts(&self) -> Accounts {
        self.resources().accounts()
    }

    /// Returns the operations that list, configure and run actions.
    pub fn actions(&self) -> Actions {
        self.resources().actions()
    }

    /// Returns the operations on app overrides, which set values so that users need not enter them to connect.
    pub fn app_overrides(&self) -> AppOverrides {
        self.resources().app_overrides()
    }

    /// Returns the operations on the categories of apps.
    pub fn app_categories(&self) -> AppCategories {
        self.resources().app_categories()
    }

    /// Returns the operations on apps.
    pub fn apps(&self) -> Apps {
        self.resources().apps()
    }

    /// Returns the operations on components, which are actions and triggers.
    pub fn components(&self) -> Components {
        self.resources().components()
    }

    /// Returns the operations on deployed triggers, their events and webhooks.
    pub fn deployed_triggers(&self) -> DeployedTriggers {
        self.resources().deployed_triggers()
    }

    /// Returns the operations on files that actions have stored.
    pub fn file_stash(&self) -> FileStash {
        self.resources().file_stash()
    }

    /// Returns the operations on your own OAuth clients, with which users connect accounts.
    pub fn oauth_apps(&self) -> OauthApps {
        self.resources().oauth_apps()
    }

    /// Returns the operation that creates access tokens. The client requests its own token automatically.
    pub fn oauth_tokens(&self) -> OauthTokens {
        self.resources().oauth_tokens()
    }

    /// Returns the operations on the webhook of the project environment.
    pub fn project_environment(&self) -> ProjectEnvironment {
        self.resources().project_environment()
    }

    /// Returns the operations on the projects of the workspace.
    pub fn projects(&self) -> Projects {
        self.resources().projects()
    }

    /// Returns the operations of the proxy. For most uses, see [`proxy_as`](Self::proxy_as).
    pub fn proxy(&self) -> Proxy {
        self.resources().proxy()
    }

    /// Returns the operations on your own rate limits. [`with_rate_limit`](Self::with_rate_limit) applies one to a
    /// handle.
    pub fn rate_limits(&self) -> RateLimits {
        self.resources().rate_limits()
    }

    /// Returns the operations on Connect tokens, with which users connect accounts.
    pub fn tokens(&self) -> Tokens {
        self.resources().tokens()
    }

    /// Returns the operations that list, configure and deploy triggers.
    pub fn triggers(&self) -> Triggers {
        self.resources().triggers()
    }

    /// Returns the operations on usage.
    pub fn usage(&self) -> Usage {
        self.resources().usage()
    }

    /// Returns the operations on the users of the project. For calls on behalf of one user, see
    /// [`user`](Self::user).
    pub fn users(&self) -> Users {
        self.resources().users()
    }
}

#[cfg(test)]
mod tests {
    use pipedream_sdk_testing::FakePipedream;

    use crate::{ErrorKind, Pipedream};

    #[tokio::test]
    async fn calls_use_project_environment_and_user_of_the_handle() {
        let fake = FakePipedream::start().await;
        let account = fake.add_account("user-42", "slack");
        fake.add_account("another", "slack");
        let pipedream = Pipedream::builder()
            .client_id(FakePipedream::CLIENT_ID)
            .client_secret(FakePipedream::CLIENT_SECRET)
            .project_id(FakePipedream::PROJECT_ID)
            .base_url(fake.base_url());
        let pipedream = pipedream.build().unwrap();
        let user = pipedream.user("user-42");

        let mut accounts = user.accounts().list().app("slack").stream();
        let first = accounts.try_next().await.unwrap().unwrap();
        assert_eq!(first.id.as_str(), account);
        assert!(accounts.try_next().await.unwrap().is_none());
        let all = pipedream.accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 2);
        let all = user.all_users().accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 2);

        let nobody = pipedream.user("").accounts().list().send().await;
        let error = nobody.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        let call = fake.last_call();
        assert_eq!(
            call.path_parameter("project_id"),
            Some(FakePipedream::PROJECT_ID)
        );
        assert_eq!(call.header("x-pd-environment"), Some("production"));
    }

    #[test]
    fn every_resource_group_has_a_method() {
        let all = include_str!("../../generated/src/pipedream/resources/mod.rs");
        let here = include_str!("resources.rs");
        let groups: Vec<&str> = all
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub fn "))
            .filter(|signature| signature.contains("(&self)"))
            .collect();
        assert_eq!(groups.len(), 18, "{groups:?}");
        for group in groups {
            assert!(here.contains(&format!("    pub fn {group}")), "{group}");
        }
    }
}
