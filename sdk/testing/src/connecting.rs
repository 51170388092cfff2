//! Connecting accounts with Connect tokens, by the API or on the page of a Connect Link, and what the token's
//! `webhook_uri` is told of it.

use serde_json::{Value, json};

use crate::FakePipedream;
use crate::delivery::{Delivery, Parcel};
use crate::response::Rejection;
use crate::state::{Account, ConnectToken, State};

/// What came of an attempt to connect an account, made by [`FakePipedream::connect`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Connection {
    /// The id of the account, if one is connected.
    pub account_id: Option<String>,
    /// Why none is.
    pub error: Option<String>,
    /// What was posted to the `webhook_uri` of the token, if it has one.
    pub delivery: Option<Delivery>,
}

impl FakePipedream {
    /// Does what a user does on the page of a Connect Link: connects an account of an app (its slug or id) with a
    /// Connect token, which is used up by that.
    ///
    /// The `webhook_uri` of the token, if it has one, is told before this returns: `CONNECTION_SUCCESS` with the account,
    /// or `CONNECTION_ERROR` with the reason.
    pub async fn connect(&self, connect_token: &str, app: &str) -> Connection {
        let (outcome, parcel) = {
            let mut state = self.state();
            let known = state.connect_tokens.iter();
            match known.clone().find(|it| it.text == connect_token).cloned() {
                None => (Err(Rejection::missing("Connect token")), None),
                Some(token) => {
                    let outcome = state.connect(&token, &Attempt::of(app));
                    let parcel = state.announcement(&token, outcome.as_ref());
                    (outcome, parcel)
                }
            }
        };
        let delivery = match parcel {
            Some(parcel) => Some(parcel.post().await),
            None => None,
        };
        let (account_id, error) = match outcome {
            Ok(account) => (account["id"].as_str().map(str::to_owned), None),
            Err(refusal) => (None, Some(refusal.reason().to_owned())),
        };
        Connection {
            account_id,
            error,
            delivery,
        }
    }

    /// Lets all attempts to connect an account of an app (its slug) fail from now on, as if the app refused the user's
    /// credentials: with a 400 where the API is asked, and a `CONNECTION_ERROR` to the token's `webhook_uri`.
    ///
    /// A failed attempt does not use up its token.
    pub fn connecting_fails(&self, app: &str, message: &str) {
        let mut state = self.state();
        state.refusing.insert(app.to_owned(), message.to_owned());
    }

    /// Takes [`connecting_fails`](Self::connecting_fails) back.
    pub fn connecting_works(&self, app: &str) {
        self.state().refusing.remove(app);
    }

    /// What requests to connect an account (`createAccount`) have had posted to the `webhook_uri` of their tokens so
    /// far, in the order of the requests. Waits for what is still on its way.
    pub async fn connection_deliveries(&self) -> Vec<Delivery> {
        self.inner.mail.delivered().await
    }
}

/// What a user wants to connect.
pub(crate) struct Attempt<'a> {
    /// The slug or the id of the app.
    pub(crate) app: &'a str,
    /// An account to be connected anew.
    pub(crate) account: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) oauth_app: Option<&'a str>,
    /// The credentials: an object, or null where the fake need not know them.
    pub(crate) fields: Value,
}

impl<'a> Attempt<'a> {
    /// A new account of an app.
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
    /// Connects an account with the token of its user, which is used up by that. Gives the account, as the API shows it.
    pub(crate) fn connect(
        &mut self,
        token: &ConnectToken,
        attempt: &Attempt<'_>,
    ) -> Result<Value, Rejection> {
        if token.expires <= self.now {
            return Err(Rejection::new(401, "the Connect token has expired"));
        }
        if token.used {
            return Err(Rejection::new(
                403,
                "the Connect token has connected an account already",
            ));
        }
        let app = self.app(attempt.app);
        let app = app.ok_or_else(|| Rejection::missing("app"))?;
        let slug = app["name_slug"].as_str().unwrap_or_default();
        if let Some(message) = self.refusing.get(slug) {
            return Err(Rejection::invalid(message.clone()));
        }
        let now = self.now;
        let account = match attempt.account {
            Some(id) => {
                let mut accounts = self.space(&token.place).accounts.iter_mut();
                let known = |it: &&mut Account| {
                    it.id == id && it.user == token.user && it.is_of(attempt.app)
                };
                let account = accounts.find(known);
                account.ok_or_else(|| Rejection::missing("account"))?
            }
            None => self.add_account(&token.place, &token.user, attempt.app)?,
        };
        account.credentials = attempt.fields.clone();
        account.updated = now;
        if let Some(name) = attempt.name {
            account.name = Some(name.to_owned());
        }
        if let Some(id) = attempt.oauth_app {
            account.oauth_app = Some(id.to_owned());
        }
        let shown = account.shown(false);
        for known in &mut self.connect_tokens {
            known.used |= known.text == token.text;
        }
        Ok(shown)
    }

    /// What the `webhook_uri` of a token is told of an attempt; nothing where there is none. It is not signed: there is
    /// no key that the receiver could know.
    pub(crate) fn announcement(
        &mut self,
        token: &ConnectToken,
        outcome: Result<&Value, &Rejection>,
    ) -> Option<Parcel> {
        let url = token.webhook.clone()?;
        let (event, what, told) = match outcome {
            Ok(account) => ("CONNECTION_SUCCESS", "account", account.clone()),
            Err(refusal) => ("CONNECTION_ERROR", "error", Value::from(refusal.reason())),
        };
        let text = |value: &str| json!(value).to_string();
        Some(Parcel {
            webhook_id: None,
            url,
            headers: Vec::new(),
            // The session's id is a number of more digits than a JSON value of ours can hold.
            body: format!(
                r#"{{"event":{},"connect_token":{},"environment":{},"connect_session_id":{},"{what}":{told}}}"#,
                text(event),
                text(&token.text),
                text(&token.place.environment),
                self.ids.session(),
            ),
        })
    }
}
