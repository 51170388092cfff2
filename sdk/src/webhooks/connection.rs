//! What became of a user's attempt to connect an account.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::WebhookError;
use crate::types::{Account, ConnectToken};

/// What became of a user's attempt to connect an account.
///
/// ```
/// use pipedream_sdk::webhooks::{ConnectionEvent, ConnectionOutcome};
///
/// # fn main() -> Result<(), pipedream_sdk::webhooks::WebhookError> {
/// let body = br#"{"event": "CONNECTION_SUCCESS", "environment": "production", "account": {"id": "apn_1"}}"#;
/// match ConnectionEvent::from_slice(body)?.outcome() {
///     ConnectionOutcome::Connected(account) => println!("connected {}", account.id),
///     ConnectionOutcome::Failed(why) => println!("not connected: {why}"),
///     _ => println!("something new"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// Whether these deliveries are signed is not documented. Those that are can be verified first, by a
/// [`Verifier`](super::Verifier). Of the others anyone who knows your address could be the sender: take one as a hint,
/// and ask the API for the account by its id and user.
#[derive(Clone)]
pub struct ConnectionEvent {
    event: String,
    outcome: ConnectionOutcome,
    connect_token: Option<ConnectToken>,
    environment: Option<String>,
    connect_session_id: Option<String>,
    body: Bytes,
}

/// How the attempt ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectionOutcome {
    /// The account is connected (`CONNECTION_SUCCESS`).
    Connected(Box<Account>),
    /// It is not, and why, in words for a person (`CONNECTION_ERROR`).
    Failed(String),
    /// An event that this version does not know: [`ConnectionEvent::event`] is its name, and
    /// [`ConnectionEvent::body`] all that came.
    Unknown,
}

/// The fields as they come. The session's id has more digits than 64 bits hold, so its text is kept.
#[derive(Deserialize)]
struct Wire<'a> {
    event: String,
    #[serde(default, borrow)]
    connect_token: Option<&'a RawValue>,
    #[serde(default, borrow)]
    environment: Option<&'a RawValue>,
    #[serde(default, borrow)]
    connect_session_id: Option<&'a RawValue>,
    #[serde(default, borrow)]
    account: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

/// What a field says: the contents of a string, the digits of a number, nothing for null.
fn text(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    match serde_json::from_str(raw) {
        Ok(text) => Some(text),
        Err(_) => (raw != "null").then(|| raw.to_owned()),
    }
}

impl ConnectionEvent {
    /// Reads the body of a delivery.
    pub fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        let wire: Wire<'_> =
            serde_json::from_slice(body).map_err(|error| WebhookError::body(&error))?;
        let outcome = match wire.event.as_str() {
            "CONNECTION_SUCCESS" => {
                let account = wire.account.map_or("null", RawValue::get);
                let account = serde_json::from_str(account)
                    .map_err(|_| WebhookError::Body("its `account` is none".to_owned()))?;
                ConnectionOutcome::Connected(account)
            }
            "CONNECTION_ERROR" => ConnectionOutcome::Failed(text(wire.error).unwrap_or_default()),
            _ => ConnectionOutcome::Unknown,
        };
        Ok(Self {
            outcome,
            connect_token: text(wire.connect_token).map(ConnectToken::from),
            environment: text(wire.environment),
            connect_session_id: text(wire.connect_session_id),
            event: wire.event,
            body: Bytes::copy_from_slice(body),
        })
    }

    /// The name of the event.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// How the attempt ended.
    pub fn outcome(&self) -> &ConnectionOutcome {
        &self.outcome
    }

    /// The account, if it is connected.
    pub fn account(&self) -> Option<&Account> {
        match &self.outcome {
            ConnectionOutcome::Connected(account) => Some(account),
            _ => None,
        }
    }

    /// The Connect token with which the attempt was made.
    pub fn connect_token(&self) -> Option<&ConnectToken> {
        self.connect_token.as_ref()
    }

    /// The environment of the project.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// The id of the session. It is a number of more digits than any integer type holds, so it is kept as text.
    pub fn connect_session_id(&self) -> Option<&str> {
        self.connect_session_id.as_deref()
    }

    /// All that came, with the token, which is a secret.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Leaves out the body, which holds the token.
impl fmt::Debug for ConnectionEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionEvent")
            .field("event", &self.event)
            .field("outcome", &self.outcome)
            .field("connect_token", &self.connect_token)
            .field("environment", &self.environment)
            .field("connect_session_id", &self.connect_session_id)
            .finish_non_exhaustive()
    }
}
