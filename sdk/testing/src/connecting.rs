//! Connecting accounts with Connect tokens, through the API or on the page of a Connect Link, and the events posted
//! to the `webhook_uri` of the token.

use serde_json::{Value, json};

use crate::FakePipedream;
use crate::delivery::{Delivery, PendingDelivery};
use crate::response::Rejection;
use crate::state::{Account, ConnectToken, State};

/// Result of an attempt to connect an account with [`FakePipedream::connect`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Connection {
    /// ID of the account; `None` if the attempt failed.
    pub account_id: Option<String>,
    /// Reason for the failure; `None` if an account is connected.
    pub error: Option<String>,
    /// Delivery to the `webhook_uri` of the token, if it has one.
    pub delivery: Option<Delivery>,
}

impl FakePipedream {
    /// Acts as the user on the page of a Connect Link: connects an account of an app (slug or ID) with a Connect
    /// token.
    ///
    /// A successful attempt uses up the token. Before this returns, it posts `CONNECTION_SUCCESS` with the account
    /// or `CONNECTION_ERROR` with the reason to the `webhook_uri` of the token, if it has one.
    pub async fn connect(&self, connect_token: &str, app: &str) -> Connection {
        let (outcome, delivery) = {
            let mut state = self.state();
            let known = state.connect_tokens.iter();
            match known.clone().find(|it| it.value == connect_token).cloned() {
                None => (Err(Rejection::missing("Connect token")), None),
                Some(token) => {
                    let outcome = state.connect(&token, &ConnectAttempt::of(app));
                    let delivery = state.connection_event(&token, outcome.as_ref());
                    (outcome, delivery)
                }
            }
        };
        let delivery = match delivery {
            Some(delivery) => Some(delivery.post().await),
            None => None,
        };
        let (account_id, error) = match outcome {
            Ok(account) => (account["id"].as_str().map(str::to_owned), None),
            Err(rejection) => (None, Some(rejection.reason().to_owned())),
        };
        Connection {
            account_id,
            error,
            delivery,
        }
    }

    /// Makes all attempts to connect an account of an app (slug) fail, as if the app rejected the user's
    /// credentials.
    ///
    /// The API responds with 400, and the `webhook_uri` of the token receives `CONNECTION_ERROR`. A failed attempt
    /// does not use up its token.
    pub fn connecting_fails(&self, app: &str, message: &str) {
        let mut state = self.state();
        state
            .connection_errors
            .insert(app.to_owned(), message.to_owned());
    }

    /// Reverts [`connecting_fails`](Self::connecting_fails).
    pub fn connecting_works(&self, app: &str) {
        self.state().connection_errors.remove(app);
    }

    /// Returns the deliveries to `webhook_uri`s that `createAccount` requests have caused, in the order of the
    /// requests.
    ///
    /// Waits for deliveries that are in progress.
    pub async fn connection_deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.delivered().await
    }
}

/// Parameters of an attempt to connect an account.
pub(crate) struct ConnectAttempt<'a> {
    /// Slug or ID of the app.
    pub(crate) app: &'a str,
    /// ID of an existing account to reconnect.
    pub(crate) account: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) oauth_app: Option<&'a str>,
    /// Credentials: an object, or null if the test does not need them.
    pub(crate) fields: Value,
}

impl<'a> ConnectAttempt<'a> {
    /// Creates an attempt to connect a new account of an app.
    fn of(app: &'a str) -> Self {
        Self {
            app,
            account: None,
            name: None,
            oauth_app: None,
            fields: Value::Null,
        }
    }
}

impl State {
    /// Connects an account with the token of its user, uses up the token, and returns the account as the API shows
    /// it.
    pub(crate) fn connect(
        &mut self,
        token: &ConnectToken,
        attempt: &ConnectAttempt<'_>,
    ) -> Result<Value, Rejection> {
        if token.expires <= self.now {
            return Err(Rejection::new(401, "the Connect token has expired"));
        }
        if token.used {
            return Err(Rejection::new(
                403,
                "the Connect token has already connected an account",
            ));
        }
        let app = self.app(attempt.app);
        let app = app.ok_or_else(|| Rejection::missing("app"))?;
        let slug = app["name_slug"].as_str().unwrap_or_default();
        if let Some(message) = self.connection_errors.get(slug) {
            return Err(Rejection::invalid(message.clone()));
        }
        let now = self.now;
        let account = match attempt.account {
            Some(id) => {
                let mut accounts = self
                    .environment_data(&token.environment)
                    .accounts
                    .iter_mut();
                let known = |it: &&mut Account| {
                    it.id == id && it.user == token.user && it.is_of(attempt.app)
                };
                let account = accounts.find(known);
                account.ok_or_else(|| Rejection::missing("account"))?
            }
            None => self.add_account(&token.environment, &token.user, attempt.app)?,
        };
        account.credentials = attempt.fields.clone();
        account.updated = now;
        if let Some(name) = attempt.name {
            account.name = Some(name.to_owned());
        }
        if let Some(id) = attempt.oauth_app {
            account.oauth_app = Some(id.to_owned());
        }
        let shown = account.to_json(false);
        for known in &mut self.connect_tokens {
            known.used |= known.value == token.value;
        }
        Ok(shown)
    }

    /// Builds the delivery of the result to the `webhook_uri` of the token, or `None` if it has none.
    ///
    /// The delivery is not signed, because no key is shared with the receiver.
    pub(crate) fn connection_event(
        &mut self,
        token: &ConnectToken,
        outcome: Result<&Value, &Rejection>,
    ) -> Option<PendingDelivery> {
        let url = token.webhook.clone()?;
        let (event, key, value) = match outcome {
            Ok(account) => ("CONNECTION_SUCCESS", "account", account.clone()),
            Err(rejection) => ("CONNECTION_ERROR", "error", Value::from(rejection.reason())),
        };
        let string = |value: &str| json!(value).to_string();
        Some(PendingDelivery {
            webhook_id: None,
            url,
            headers: Vec::new(),
            // The session ID has more digits than a `serde_json` number can hold.
            body: format!(
                r#"{{"event":{},"connect_token":{},"environment":{},"connect_session_id":{},"{key}":{value}}}"#,
                string(event),
                string(&token.value),
                string(&token.environment.name),
                self.ids.session(),
            ),
        })
    }
}
