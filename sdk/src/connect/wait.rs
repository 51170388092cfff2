//! Waiting until a user has connected an account.

use std::time::Duration;

use crate::Error;
use crate::Pipedream;
use crate::poll::Poll;
use crate::types::{Account, AccountId};

impl Pipedream {
    /// Waits until this user has connected an account of an app, given by its slug.
    ///
    /// ```no_run
    /// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// let account = user.wait_for_account("slack").wait().await?;
    /// println!("connected {}", account.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_account(&self, app: impl Into<String>) -> AccountWait {
        AccountWait {
            pipedream: self.clone(),
            app: app.into(),
            known: Vec::new(),
            poll: Poll::default(),
        }
    }
}

/// A wait for an account that is being put together; [`wait`](Self::wait) begins it.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `wait` is called"]
pub struct AccountWait {
    pipedream: Pipedream,
    app: String,
    known: Vec<AccountId>,
    poll: Poll,
}

impl AccountWait {
    /// Accounts that do not count, since the user had them before.
    pub fn not_among<I: Into<AccountId>>(mut self, known: impl IntoIterator<Item = I>) -> Self {
        self.known.extend(known.into_iter().map(Into::into));
        self
    }

    /// How long to wait at most; ten minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.poll.timeout = timeout;
        self
    }

    /// The pause after the first look, two seconds by default. The pauses grow to eight times this.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.poll.first_pause = pause;
        self
    }

    /// Looks at the user's accounts until there is a healthy one, the newest of them if there are several.
    ///
    /// When the time does not suffice for another look, the error is of the kind `Timeout`; should the last look have
    /// failed, it is that failure. Failures that may pass are waited out. Dropping the future ends the wait.
    pub async fn wait(self) -> Result<Account, Error> {
        if self.pipedream.external_user_id().is_none() {
            let why = "an account is waited for on the handle of a user: call `.user(…)` before";
            return Err(Error::invalid_request(why));
        }
        if self.app.trim().is_empty() {
            return Err(Error::invalid_argument("app", "it is blank"));
        }
        let missing = format!("no new account of `{}`", self.app);
        self.poll.until(|| self.look(), &missing).await
    }

    async fn look(&self) -> Result<Option<Account>, Error> {
        let mut newest: Option<Account> = None;
        let mut accounts = self.pipedream.accounts().list().app(&*self.app).stream();
        while let Some(account) = accounts.try_next().await? {
            let usable = account.healthy != Some(false) && account.dead() != Some(true);
            let newer = newest
                .as_ref()
                .is_none_or(|newest| account.created_at >= newest.created_at);
            if usable && newer && !self.known.contains(&account.id) {
                newest = Some(account);
            }
        }
        Ok(newest)
    }
}

#[cfg(test)]
mod tests {
    use pipedream_sdk_testing::{FakePipedream, Fault};

    use super::*;
    use crate::ErrorKind;

    fn user(fake: &FakePipedream) -> Pipedream {
        let builder = Pipedream::builder()
            .base_url(fake.base_url())
            .client_id(FakePipedream::CLIENT_ID)
            .client_secret(FakePipedream::CLIENT_SECRET)
            .project_id(FakePipedream::PROJECT_ID)
            .max_retries(0);
        builder.build().unwrap().user("user-42")
    }

    fn wait(fake: &FakePipedream) -> AccountWait {
        let pause = Duration::from_millis(5);
        user(fake).wait_for_account("slack").first_pause(pause)
    }

    #[tokio::test]
    async fn it_ends_with_the_account_that_is_new_and_of_the_app_and_user() {
        let fake = FakePipedream::start().await;
        fake.add_account("user-1", "slack");
        fake.add_account("user-42", "github");
        let old = fake.add_account("user-42", "slack");
        let waiting = tokio::spawn(wait(&fake).not_among([old]).wait());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!waiting.is_finished());
        assert!(fake.requests_of("listAccounts").len() > 1);
        let new = fake.add_account("user-42", "slack");
        assert_eq!(waiting.await.unwrap().unwrap().id, *new);
    }

    #[tokio::test]
    async fn the_newest_account_is_given_without_a_pause_where_there_are_some() {
        let fake = FakePipedream::start().await;
        fake.add_account("user-42", "slack");
        fake.advance(Duration::from_secs(60));
        let newest = fake.add_account("user-42", "slack");
        let patient = wait(&fake).first_pause(Duration::from_secs(60));
        assert_eq!(patient.wait().await.unwrap().id, *newest);
    }

    #[tokio::test]
    async fn it_ends_when_the_time_is_up_and_says_so() {
        let fake = FakePipedream::start().await;
        let wait = wait(&fake).timeout(Duration::from_millis(40));
        let error = wait.wait().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(
            error.is_timeout() && error.to_string().contains("`slack`"),
            "{error}"
        );

        // A service that does not answer does not prolong it.
        fake.on("listAccounts", Fault::delay(Duration::from_secs(30)));
        let wait = self::wait(&fake).timeout(Duration::from_millis(40));
        assert_eq!(wait.wait().await.unwrap_err().kind(), ErrorKind::Timeout);
    }

    #[tokio::test]
    async fn who_drops_the_wait_ends_it() {
        let fake = FakePipedream::start().await;
        let pause = Duration::from_millis(100);
        let waiting = tokio::time::timeout(pause * 2, wait(&fake).first_pause(pause).wait());
        assert!(waiting.await.is_err());
        let looks = fake.requests_of("listAccounts").len();
        assert!(looks > 0);
        tokio::time::sleep(pause * 4).await;
        assert_eq!(fake.requests_of("listAccounts").len(), looks);
    }

    #[tokio::test]
    async fn failures_that_may_pass_are_waited_out_and_others_end_it() {
        let fake = FakePipedream::start().await;
        let account = fake.add_account("user-42", "slack");
        fake.on("listAccounts", Fault::status(503));
        fake.on(
            "listAccounts",
            Fault::status(429).header("retry-after", "0"),
        );
        assert_eq!(wait(&fake).wait().await.unwrap().id, *account);
        fake.on("listAccounts", Fault::status(403));
        assert_eq!(
            wait(&fake).wait().await.unwrap_err().kind(),
            ErrorKind::Forbidden
        );
        fake.on(
            "listAccounts",
            Fault::status(429).header("retry-after", "3600"),
        );
        let error = wait(&fake).wait().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
    }

    #[tokio::test]
    async fn nobody_is_not_waited_for() {
        let fake = FakePipedream::start().await;
        let nobody = Pipedream::builder()
            .base_url(fake.base_url())
            .access_token("t");
        let nobody = nobody.project_id("proj_1").build().unwrap();
        for wait in [
            nobody.wait_for_account("slack"),
            nobody.user(" ").wait_for_account("slack"),
            nobody.user("u").wait_for_account(" "),
        ] {
            let error = wait.wait().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        }
        assert!(fake.requests().is_empty());
    }
}
