//! The operations of the API by their groups, as methods of [`Pipedream`].
//!
//! What a call cannot do without is an argument; everything else chains, in any order. Project, environment and user
//! come from the handle, and a call can be given others. Nothing is sent until `send` is called.
//!
//! ```no_run
//! # async fn run(pipedream: pipedream_sdk::Pipedream, app: Option<&str>) -> Result<(), pipedream_sdk::Error> {
//! let user = pipedream.user("user-42");
//! let token = user.tokens().create().expires_in(600).send().await?;
//! println!("valid until {}", token.expires_at);
//!
//! // A builder owns its data, so it can be kept, passed on and added to.
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
//! Every builder takes the options of its one call (`timeout`, `max_retries`, `header`, `idempotent`, or all at once by
//! `options`), and gives the answer with status, headers and body by `send_raw`. Optional values have a second method
//! that takes an `Option`: `maybe_app(None)` changes nothing.
//!
//! Lists have `send` for one page, whose `page_info` has the cursors, `pages` for all pages and `stream` for all that is
//! on them. They begin at `after` and go forward, or at `before` and go back.

use crate::Pipedream;

#[doc(inline)]
pub use pipedream_sdk_generated::pipedream::resources::*;
pub use pipedream_sdk_runtime::{Items, Pages};

impl Pipedream {
    fn resources(&self) -> Resources {
        Resources::new(self.client_for_handle(), self.variables())
    }

    /// Accounts that users have connected.
    pub fn accounts(&self) -> Accounts {
        self.resources().accounts()
    }

    /// Actions: to find, to configure, to run.
    pub fn actions(&self) -> Actions {
        self.resources().actions()
    }

    /// Values laid down for an app, so that users are not asked for them when they connect.
    pub fn app_overrides(&self) -> AppOverrides {
        self.resources().app_overrides()
    }

    /// The headings of the app catalogue.
    pub fn app_categories(&self) -> AppCategories {
        self.resources().app_categories()
    }

    /// The app catalogue.
    pub fn apps(&self) -> Apps {
        self.resources().apps()
    }

    /// Actions and triggers alike.
    pub fn components(&self) -> Components {
        self.resources().components()
    }

    /// Triggers that run for a user, their events and where those go.
    pub fn deployed_triggers(&self) -> DeployedTriggers {
        self.resources().deployed_triggers()
    }

    /// Files that actions have left.
    pub fn file_stash(&self) -> FileStash {
        self.resources().file_stash()
    }

    /// OAuth clients of your own, through which users connect.
    pub fn oauth_apps(&self) -> OauthApps {
        self.resources().oauth_apps()
    }

    /// Access tokens for client credentials. The client fetches its own by itself.
    pub fn oauth_tokens(&self) -> OauthTokens {
        self.resources().oauth_tokens()
    }

    /// What belongs to the environment of the project as a whole: its webhook.
    pub fn project_environment(&self) -> ProjectEnvironment {
        self.resources().project_environment()
    }

    /// Projects of the workspace.
    pub fn projects(&self) -> Projects {
        self.resources().projects()
    }

    /// Requests to other services through a user's account, as the API describes them.
    pub fn proxy(&self) -> Proxy {
        self.resources().proxy()
    }

    /// Limits that you set for requests of your own; [`with_rate_limit`](Self::with_rate_limit) has requests count against one.
    pub fn rate_limits(&self) -> RateLimits {
        self.resources().rate_limits()
    }

    /// Connect tokens, by which users act for themselves.
    pub fn tokens(&self) -> Tokens {
        self.resources().tokens()
    }

    /// Triggers: to find, to configure, to deploy.
    pub fn triggers(&self) -> Triggers {
        self.resources().triggers()
    }

    /// What has been consumed.
    pub fn usage(&self) -> Usage {
        self.resources().usage()
    }

    /// The users of the project. For the calls of one of them, see [`user`](Self::user).
    pub fn users(&self) -> Users {
        self.resources().users()
    }
}

#[cfg(test)]
mod tests {
    use pipedream_sdk_testing::FakePipedream;

    use crate::{ErrorKind, Pipedream};

    #[tokio::test]
    async fn calls_are_for_the_project_environment_and_user_of_the_handle() {
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
    fn no_group_is_missing() {
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
