//! The request for an access token, and how the client proves in it who it is.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use reqwest::Request;
use serde::{Deserialize, Serialize};

#[cfg(feature = "private-key-jwt")]
use super::private_key::PrivateKey;
use crate::error::{Error, ErrorKind};
use crate::http::decode;
use crate::http::operation::Operation;
use crate::http::send::Call;
use crate::http::transport::Transport;
use crate::values::number::Number;
use crate::values::secret::{Redacted, SecretString};

/// All that it takes to ask for a token.
#[derive(Clone)]
pub(super) struct TokenRequest {
    pub(super) transport: Transport,
    pub(super) operation: &'static Operation,
    pub(super) client_id: String,
    pub(super) proof: Proof,
    pub(super) scope: Option<String>,
}

/// How a client proves that it is the one of its id.
#[derive(Clone)]
pub(super) enum Proof {
    /// By a secret that the service knows.
    Secret(SecretString),
    /// By what only the holder of a key can sign.
    #[cfg(feature = "private-key-jwt")]
    Key(std::sync::Arc<PrivateKey>),
}

/// A token, and how long it lives where the service says so.
pub(super) type Granted = (SecretString, Option<Duration>);

#[derive(Serialize)]
struct Grant<'a> {
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_assertion_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_assertion: Option<&'a str>,
    grant_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<Number>,
}

impl TokenRequest {
    /// Asks for a token. What fails is a failure to have a credential, and shows no secret of the request.
    pub(super) async fn send(&self) -> Result<Granted, Error> {
        let shown = Mutex::new(Vec::new());
        self.exchange(&shown).await.map_err(|error| {
            let shown = shown.into_inner().unwrap_or_else(PoisonError::into_inner);
            error.into_credential().hiding(&shown)
        })
    }

    async fn exchange(&self, shown: &Mutex<Vec<SecretString>>) -> Result<Granted, Error> {
        let url = format!("{}{}", self.transport.base_url(), self.operation.path);
        let request = self.transport.http().post(url).build()?;
        // The body is made for each attempt: an assertion is good for one.
        let prepare = |request: &mut Request| {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
            *request.body_mut() = Some(self.body(shown)?.into());
            Ok(())
        };
        let call = Call::new(&self.transport, self.operation).prepared_by(&prepare);
        // Boxed, as sending asks for credentials: the type would otherwise contain itself.
        let sending: BoxFuture<'_, _> = Box::pin(call.run(request));
        let received = sending
            .await
            .map_err(|error| error.for_operation(self.operation))?;
        let granted = decode::json::<Answer>(received).await?.into_value();
        if granted.access_token.trim().is_empty() {
            return Err(Error::new(ErrorKind::Decode).detail("the access token is empty"));
        }
        let life = granted
            .expires_in
            .and_then(|seconds| Duration::try_from_secs_f64(seconds.as_f64()).ok());
        Ok((granted.access_token.into(), life))
    }

    /// The body of an attempt. Its proof is noted in `shown`.
    fn body(&self, shown: &Mutex<Vec<SecretString>>) -> Result<Vec<u8>, Error> {
        let proof = match &self.proof {
            Proof::Secret(secret) => secret.clone(),
            #[cfg(feature = "private-key-jwt")]
            Proof::Key(key) => {
                let audience = self.transport.base().origin().ascii_serialization();
                key.assertion(&self.client_id, &audience)?
            }
        };
        let text = Some(proof.expose());
        let (client_secret, client_assertion) = match self.proof {
            Proof::Secret(_) => (text, None),
            #[cfg(feature = "private-key-jwt")]
            Proof::Key(_) => (None, text),
        };
        let grant = Grant {
            client_id: &self.client_id,
            client_secret,
            client_assertion_type: client_assertion
                .map(|_| "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            client_assertion,
            grant_type: "client_credentials",
            scope: self.scope.as_deref(),
        };
        let body = serde_json::to_vec(&grant)
            .map_err(|_| Error::credential("its request cannot be made JSON"))?;
        shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(proof);
        Ok(body)
    }
}

/// Shows of which kind it is.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.debug_tuple("Secret").field(&Redacted).finish(),
            #[cfg(feature = "private-key-jwt")]
            Self::Key(key) => key.fmt(f),
        }
    }
}
