//! Waiting for an account that a user connects.

use std::pin::Pin;
use std::time::Duration;

use crate::Error;
use crate::Pipedream;
use crate::poll::Poll;
use crate::types::{Account, AccountId};

impl Pipedream {
    /// Waits until this user has connected an account of an app, identified by its slug.
    ///
    /// ```no_run
    /// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// let account = user.wait_for_account("slack").wait().await?;
    /// println!("connected {}", account.id);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "poll")]
    pub fn wait_for_account(&self, app: impl Into<String>) -> AccountWait {
        AccountWait {
            pipedream: self.clone(),
            app: app.into(),
            known: Vec::new(),
            poll: Poll::default(),
        }
    }
}

/// Builder for a wait for an account. Call [`wait`](Self::wait) to start it.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until `wait` is called"]
pub struct AccountWait {
    pipedream: Pipedream,
    app: String,
    known: Vec<AccountId>,
    poll: Poll,
}

impl AccountWait {
    /// Ignores these accounts, which the user connected before.
    pub fn not_among<I: Into<AccountId>>(mut self, known: impl IntoIterator<Item = I>) -> Self {
        self.known.extend(known.into_iter().map(Into::into));
        self
    }

    /// Sets the time limit. Default: ten minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.poll.timeout = timeout;
        self
    }

    /// Sets the delay after the first request. Default: two seconds. Later delays grow up to eight times this
    /// value.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.poll.first_pause = pause;
        self
    }

    /// Polls until the user has a healthy account, and returns the newest one.
    ///
    /// Transient errors are retried. If no time remains for another request, returns the error of the last request,
    /// or an error of the kind `Timeout` if it succeeded. Dropping the future ends the wait.
    pub async fn wait(self) -> Result<Account, Error> {
        if self.pipedream.external_user_id().is_none() {
            let reason = "no user to wait for: call `.user(…)` before `.wait_for_account(…)`";
            return Err(Error::invalid_request(reason));
        }
        if self.app.trim().is_empty() {
            return Err(Error::invalid_argument("app", "it is blank"));
        }
        let missing = format!("no new account of `{}`", self.app);
        self.poll.until(|| self.find(), &missing).await
    }

    async fn find(&self) -> Result<Option<Account>, Error> {
        let mut newest: Option<Account> = None;
        let mut accounts = self.pipedream.accounts().list().app(&*self.app).stream();
        while let Some(account) = accounts.try_next().await? {
            let is_healthy = account.healthy != Some(false) && account.dead() != Some(true);
            let is_newer = newest
                .as_ref()
                .is_none_or(|newest| account.created_at >= newest.created_at);
            if is_healthy && is_newer && !self.known.contains(&account.id) {
                newest = Some(account);
            }
        }
        Ok(newest)
    }
}

/// Waits as [`wait`](AccountWait::wait) does.
impl IntoFuture for AccountWait {
    type Output = Result<Account, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    // Inlined, so that programs compile the calls that they make: boxing one instantiates all of it.
    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
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
    async fn returns_the_new_account_of_the_app_and_user() {
        let fake = FakePipedream::start().await;
        fake.add_account("user-1", "slack");
        fake.add_account("user-42", "github");
        let old = fake.add_account("user-42", "slack");
        let waiting = tokio::spawn(wait(&fake).not_among([old]).wait());
        // The wait goes on after a list without a new account.
        while fake.requests_of("listAccounts").len() < 3 {
            assert!(!waiting.is_finished());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let new = fake.add_account("user-42", "slack");
        assert_eq!(waiting.await.unwrap().unwrap().id, *new);
    }

    #[tokio::test]
    async fn returns_the_newest_existing_account_without_a_delay() {
        let fake = FakePipedream::start().await;
        fake.add_account("user-42", "slack");
        fake.advance(Duration::from_secs(60));
        let newest = fake.add_account("user-42", "slack");
        let wait = wait(&fake).first_pause(Duration::from_secs(60));
        assert_eq!(wait.clone().wait().await.unwrap().id, *newest);
        assert_eq!(wait.await.unwrap().id, *newest);
    }

    #[tokio::test]
    async fn times_out_with_the_name_of_the_app() {
        let fake = FakePipedream::start().await;
        let wait = wait(&fake).timeout(Duration::from_millis(40));
        let error = wait.wait().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(
            error.is_timeout() && error.to_string().contains("`slack`"),
            "{error}"
        );

        // A service that does not respond does not extend the wait.
        fake.on("listAccounts", Fault::delay(Duration::from_secs(30)));
        let wait = self::wait(&fake).timeout(Duration::from_millis(40));
        assert_eq!(wait.wait().await.unwrap_err().kind(), ErrorKind::Timeout);
    }

    #[tokio::test]
    async fn dropping_the_future_ends_the_wait() {
        let fake = FakePipedream::start().await;
        let pause = Duration::from_millis(100);
        let waiting = tokio::time::timeout(pause * 2, wait(&fake).first_pause(pause).wait());
        assert!(waiting.await.is_err());
        let requests = fake.requests_of("listAccounts").len();
        assert!(requests > 0);
        tokio::time::sleep(pause * 4).await;
        assert_eq!(fake.requests_of("listAccounts").len(), requests);
    }

    #[tokio::test]
    async fn retries_transient_errors_and_returns_others() {
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
    async fn rejects_a_missing_user_and_blank_values() {
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

    #[tokio::test]
    async fn waits_through_an_outage_of_the_token_endpoint() {
        for outage in [
            Fault::status(500),
            Fault::status(503),
            Fault::status(429).header("retry-after", "0"),
            Fault::cut(),
            Fault::truncated(10),
        ] {
            let fake = FakePipedream::start().await;
            let account = fake.add_account("user-42", "slack");
            fake.on("createOauthToken", outage);
            assert_eq!(wait(&fake).wait().await.unwrap().id, *account);
        }
        let fake = FakePipedream::start().await;
        fake.on("createOauthToken", Fault::status(401));
        assert!(wait(&fake).wait().await.unwrap_err().is_credential());
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_does_not_end_the_wait() {
        let fake = FakePipedream::start().await;
        let account = fake.add_account("user-42", "slack");
        fake.on("listAccounts", Fault::truncated(10));
        assert_eq!(wait(&fake).wait().await.unwrap().id, *account);
    }

    #[tokio::test]
    async fn durations_without_an_end_do_not_panic() {
        let fake = FakePipedream::start().await;
        let account = fake.add_account("user-42", "slack");
        let endless = wait(&fake).timeout(Duration::MAX);
        assert_eq!(endless.wait().await.unwrap().id, *account);

        // The first pause is longer than the time limit.
        let endless = wait(&fake)
            .first_pause(Duration::MAX)
            .not_among([account.clone()]);
        assert!(endless.wait().await.unwrap_err().is_timeout());

        for timeout in [Duration::MAX, Duration::from_secs(600)] {
            let far = Fault::status(429).header("retry-after", "18446744073709551615");
            fake.on("listAccounts", far);
            let error = wait(&fake).timeout(timeout).wait().await.unwrap_err();
            assert_eq!(error.retry_after(), Some(Duration::MAX));
        }
    }
}
