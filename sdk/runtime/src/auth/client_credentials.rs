//! OAuth 2 client credentials: requests, caches and renews access tokens.

#[cfg(feature = "private-key-jwt")]
mod private_key;
mod request;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;
use futures_util::FutureExt as _;
use futures_util::future::{Shared, WeakShared};
use tokio::time::Instant;

#[cfg(feature = "private-key-jwt")]
pub use self::private_key::{InvalidKey, PrivateKey};
use self::request::{Authentication, TokenRequest};
use crate::auth::credentials::Credentials;
use crate::error::Error;
use crate::http::operation::{Operation, Scheme};
use crate::http::options::CallOptions;
use crate::http::transport::Transport;
use crate::values::secret::SecretString;

/// Time before its expiry at which a token is renewed, so that it does not expire while a call is sent.
const EXPIRY_MARGIN: Duration = Duration::from_secs(120);

/// Time for which a new token is certainly valid.
const CERTAINLY_VALID: Duration = Duration::from_secs(300);

/// Access tokens by OAuth 2 client credentials.
///
/// A token is cached until two minutes before it expires. If its lifetime is four minutes or less, it is cached for
/// half of the lifetime.
///
/// Concurrent calls share one token request and its result. A caller that stops waiting does not cancel the request
/// for the others.
#[derive(Clone)]
pub struct ClientCredentials {
    schemes: Vec<String>,
    request: Arc<TokenRequest>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The pending request. It is dropped when no caller waits for it.
    fetching: Option<WeakShared<Fetch>>,
}

type Fetch = BoxFuture<'static, Result<SecretString, Error>>;

struct Token {
    secret: SecretString,
    issued: Instant,
    /// Time at which the token is renewed; `None` if the service did not send an expiry.
    until: Option<Instant>,
}

impl ClientCredentials {
    /// Creates a source of tokens for the schemes with these names.
    ///
    /// `operation` is the token endpoint, a POST with a JSON body. `transport` may be the transport of the calls or
    /// another one.
    pub fn new<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        transport: &Transport,
        operation: &'static Operation,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Self {
        let authentication = Authentication::Secret(client_secret.into());
        Self::authenticated_by(
            schemes,
            transport,
            operation,
            client_id.into(),
            authentication,
        )
    }

    /// Creates a source for a client that authenticates with a private key. Each attempt has a new assertion.
    #[cfg(feature = "private-key-jwt")]
    pub fn with_private_key<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        transport: &Transport,
        operation: &'static Operation,
        client_id: impl Into<String>,
        key: PrivateKey,
    ) -> Self {
        let authentication = Authentication::Key(Arc::new(key));
        Self::authenticated_by(
            schemes,
            transport,
            operation,
            client_id.into(),
            authentication,
        )
    }

    fn authenticated_by<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        transport: &Transport,
        operation: &'static Operation,
        client_id: String,
        authentication: Authentication,
    ) -> Self {
        // A token request can be retried although it is a POST: an additional token has no effect.
        let transport = transport.with_options(CallOptions::new().idempotent(true));
        Self {
            schemes: schemes.into_iter().map(Into::into).collect(),
            request: Arc::new(TokenRequest {
                transport,
                operation,
                client_id,
                authentication,
                scope: None,
            }),
            state: Arc::default(),
        }
    }

    /// Requests tokens with this scope.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        let request = TokenRequest {
            scope: Some(scope.into()),
            ..(*self.request).clone()
        };
        Self {
            schemes: self.schemes,
            request: Arc::new(request),
            state: Arc::default(),
        }
    }

    /// Returns a valid token, from the cache or by a request.
    ///
    /// `rejected` is a token that the service rejected. It is renewed even if it has not expired.
    pub async fn token(&self, rejected: Option<&SecretString>) -> Result<SecretString, Error> {
        let fetch = match self.cached_or_pending(rejected) {
            CachedToken::Valid(token) => return Ok(token),
            CachedToken::Pending(fetch) => fetch,
        };
        fetch.await
    }

    fn cached_or_pending(&self, rejected: Option<&SecretString>) -> CachedToken {
        let mut state = lock(&self.state);
        if let Some(token) = &state.token
            && Some(&token.secret) != rejected
            && token.until.is_none_or(|until| Instant::now() < until)
        {
            return CachedToken::Valid(token.secret.clone());
        }
        if let Some(fetch) = state.fetching.as_ref().and_then(WeakShared::upgrade) {
            return CachedToken::Pending(fetch);
        }
        let fetch = fetch(Arc::clone(&self.request), Arc::clone(&self.state))
            .boxed()
            .shared();
        state.fetching = fetch.downgrade();
        CachedToken::Pending(fetch)
    }
}

/// A cached token, or the request for a new one.
enum CachedToken {
    Valid(SecretString),
    Pending(Shared<Fetch>),
}

/// Requests a token and caches it. An error is not cached, so the next call sends a new request.
async fn fetch(
    request: Arc<TokenRequest>,
    state: Arc<Mutex<State>>,
) -> Result<SecretString, Error> {
    let requested = Instant::now();
    let result = request.send().await;
    let mut state = lock(&state);
    state.fetching = None;
    match result {
        Ok((secret, lifetime)) => {
            let until = lifetime.and_then(|lifetime| requested.checked_add(cache_time(lifetime)));
            state.token = Some(Token {
                secret: secret.clone(),
                issued: requested,
                until,
            });
            Ok(secret)
        }
        Err(error) => {
            state.token = None;
            Err(error)
        }
    }
}

/// Returns the time for which a token is cached.
fn cache_time(lifetime: Duration) -> Duration {
    if lifetime <= EXPIRY_MARGIN * 2 {
        lifetime / 2
    } else {
        lifetime - EXPIRY_MARGIN
    }
}

/// Locks the state. A poisoned lock is accepted, because each change leaves the state consistent.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Credentials for ClientCredentials {
    fn supports(&self, scheme: &Scheme) -> bool {
        self.schemes.iter().any(|name| name == scheme.name)
    }

    fn secret<'a>(
        &'a self,
        _: &'static Scheme,
        rejected: Option<&'a SecretString>,
    ) -> BoxFuture<'a, Result<SecretString, Error>> {
        Box::pin(self.token(rejected))
    }

    fn issued_recently(&self, _: &Scheme, secret: &SecretString) -> bool {
        let state = lock(&self.state);
        state.token.as_ref().is_some_and(|token| {
            token.secret == *secret && token.issued.elapsed() < CERTAINLY_VALID
        })
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("schemes", &self.schemes)
            .field("client_id", &self.request.client_id)
            .field("authentication", &self.request.authentication)
            .field("scope", &self.request.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
