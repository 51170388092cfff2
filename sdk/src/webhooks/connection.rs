//! Events about users' attempts to connect an account.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::WebhookError;
use crate::types::{Account, ConnectToken};

/// Result of a user's attempt to connect an account.
///
/// ```
/// use pipedream_sdk::webhooks::{ConnectionEvent, ConnectionOutcome};
///
/// # fn main() -> Result<(), pipedream_sdk::webhooks::WebhookError> {
/// let body = br#"{"event": "CONNECTION_SUCCESS", "environment": "production", "account": {"id": "apn_1"}}"#;
/// match ConnectionEvent::from_slice(body)?.outcome() {
///     ConnectionOutcome::Connected(account) => println!("connected {}", account.id),
///     ConnectionOutcome::Failed(reason) => println!("not connected: {reason}"),
///     _ => println!("unknown event"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// The API documentation does not specify that these deliveries are signed. Verify signed ones with a
/// [`Verifier`](super::Verifier). Anyone who knows your URL can send an unsigned one: do not trust it, and retrieve
/// the account from the API by its id and user.
#[derive(Clone)]
pub struct ConnectionEvent {
    event: String,
    outcome: ConnectionOutcome,
    connect_token: Option<ConnectToken>,
    environment: Option<String>,
    connect_session_id: Option<String>,
    body: Bytes,
}

/// Outcome of an attempt to connect an account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectionOutcome {
    /// The account is connected (`CONNECTION_SUCCESS`).
    Connected(Box<Account>),
    /// The account is not connected, with a readable reason (`CONNECTION_ERROR`).
    Failed(String),
    /// An event that this version does not support. See [`ConnectionEvent::event`] and [`ConnectionEvent::body`].
    Unknown,
}

/// The JSON of an event. `RawValue` keeps all digits of the session id, which exceeds 64 bits.
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

/// Returns a property as a string: strings unquoted, other values as JSON, `None` for null.
fn to_text(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    match serde_json::from_str(raw) {
        Ok(text) => Some(text),
        Err(_) => (raw != "null").then(|| raw.to_owned()),
    }
}

impl ConnectionEvent {
    /// Parses the body of a delivery.
    pub fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        let wire: Wire<'_> =
            serde_json::from_slice(body).map_err(|error| WebhookError::body(&error))?;
        let outcome = match wire.event.as_str() {
            "CONNECTION_SUCCESS" => {
                let account = wire.account.map_or("null", RawValue::get);
                let account = serde_json::from_str(account)
                    .map_err(|_| WebhookError::Body("invalid property `account`".to_owned()))?;
                ConnectionOutcome::Connected(account)
            }
            "CONNECTION_ERROR" => {
                ConnectionOutcome::Failed(to_text(wire.error).unwrap_or_default())
            }
            _ => ConnectionOutcome::Unknown,
        };
        Ok(Self {
            outcome,
            connect_token: to_text(wire.connect_token).map(ConnectToken::from),
            environment: to_text(wire.environment),
            connect_session_id: to_text(wire.connect_session_id),
            event: wire.event,
            body: Bytes::copy_from_slice(body),
        })
    }

    /// Returns the name of the event.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// Returns the outcome of the attempt.
    pub fn outcome(&self) -> &ConnectionOutcome {
        &self.outcome
    }

    /// Returns the connected account; `None` if the attempt failed.
    pub fn account(&self) -> Option<&Account> {
        match &self.outcome {
            ConnectionOutcome::Connected(account) => Some(account),
            _ => None,
        }
    }

    /// Returns the Connect token of the attempt.
    pub fn connect_token(&self) -> Option<&ConnectToken> {
        self.connect_token.as_ref()
    }

    /// Returns the environment of the project.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// Returns the id of the session. It is a string, because the number exceeds all integer types.
    pub fn connect_session_id(&self) -> Option<&str> {
        self.connect_session_id.as_deref()
    }

    /// Returns the raw body, which contains the token.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Omits the body, because it contains the token.
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
