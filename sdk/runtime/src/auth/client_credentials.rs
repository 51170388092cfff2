//! OAuth 2 client credentials: an access token that is fetched when needed, kept, and renewed before it expires.

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
use self::request::{Proof, TokenRequest};
use crate::auth::credentials::Credentials;
use crate::error::Error;
use crate::http::operation::{Operation, Scheme};
use crate::http::options::CallOptions;
use crate::http::transport::Transport;
use crate::values::secret::SecretString;

/// How long before its end a token is no longer used: a call that takes it now may arrive later.
const MARGIN: Duration = Duration::from_secs(120);

/// Access tokens by OAuth 2 client credentials.
///
/// A token is kept until two minutes before it expires, or for half of its life when that is four minutes or less.
/// However many calls wait for one, one request is made; all of them get its token, or its failure. A caller that
/// stops waiting does not stop the request for the others.
#[derive(Clone)]
pub struct ClientCredentials {
    schemes: Vec<String>,
    request: Arc<TokenRequest>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The request under way; gone as soon as nobody waits for it.
    fetching: Option<WeakShared<Fetch>>,
}

type Fetch = BoxFuture<'static, Result<SecretString, Error>>;

struct Token {
    secret: SecretString,
    /// Until when it is used; without end where the service named none.
    until: Option<Instant>,
}

impl ClientCredentials {
    /// Tokens for the schemes of these names, from `operation`, a POST that takes a JSON body.
    ///
    /// `transport` is the one the calls themselves use, or another.
    pub fn new<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        transport: &Transport,
        operation: &'static Operation,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Self {
        let proof = Proof::Secret(client_secret.into());
        Self::proven_by(schemes, transport, operation, client_id.into(), proof)
    }

    /// The same for a client that proves who it is by signing with this key: with a new assertion in each attempt.
    #[cfg(feature = "private-key-jwt")]
    pub fn with_private_key<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        transport: &Transport,
        operation: &'static Operation,
        client_id: impl Into<String>,
        key: PrivateKey,
    ) -> Self {
        let proof = Proof::Key(Arc::new(key));
        Self::proven_by(schemes, transport, operation, client_id.into(), proof)
    }

    fn proven_by<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        transport: &Transport,
        operation: &'static Operation,
        client_id: String,
        proof: Proof,
    ) -> Self {
        // A second token harms nobody, so the request may be repeated although it is a POST.
        let transport = transport.with_options(CallOptions::new().idempotent(true));
        Self {
            schemes: schemes.into_iter().map(Into::into).collect(),
            request: Arc::new(TokenRequest {
                transport,
                operation,
                client_id,
                proof,
                scope: None,
            }),
            state: Arc::default(),
        }
    }

    /// The same, asking for tokens of this scope only.
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

    /// A token that is good for now. `rejected` is one that the service has refused, whatever its expiry says.
    pub async fn token(&self, rejected: Option<&SecretString>) -> Result<SecretString, Error> {
        let fetch = match self.at_hand(rejected) {
            AtHand::Token(token) => return Ok(token),
            AtHand::Fetch(fetch) => fetch,
        };
        fetch.await
    }

    fn at_hand(&self, rejected: Option<&SecretString>) -> AtHand {
        let mut state = lock(&self.state);
        if let Some(token) = &state.token
            && Some(&token.secret) != rejected
            && token.until.is_none_or(|until| Instant::now() < until)
        {
            return AtHand::Token(token.secret.clone());
        }
        if let Some(fetch) = state.fetching.as_ref().and_then(WeakShared::upgrade) {
            return AtHand::Fetch(fetch);
        }
        let fetch = fetch(Arc::clone(&self.request), Arc::clone(&self.state))
            .boxed()
            .shared();
        state.fetching = fetch.downgrade();
        AtHand::Fetch(fetch)
    }
}

enum AtHand {
    Token(SecretString),
    Fetch(Shared<Fetch>),
}

/// Asks for a token and keeps it. What failed is not kept: the next call asks anew.
async fn fetch(
    request: Arc<TokenRequest>,
    state: Arc<Mutex<State>>,
) -> Result<SecretString, Error> {
    let asked = Instant::now();
    let result = request.send().await;
    let mut state = lock(&state);
    state.fetching = None;
    match result {
        Ok((secret, life)) => {
            let until = life.and_then(|life| asked.checked_add(usable(life)));
            state.token = Some(Token {
                secret: secret.clone(),
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

/// For how much of its life a token is used.
fn usable(life: Duration) -> Duration {
    if life <= MARGIN * 2 {
        life / 2
    } else {
        life - MARGIN
    }
}

/// What the lock guards stays consistent even if a holder panicked.
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
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("schemes", &self.schemes)
            .field("client_id", &self.request.client_id)
            .field("proof", &self.request.proof)
            .field("scope", &self.request.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
