//! The token request and its client authentication.

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
use crate::http::send::{BodyHandling, RequestSender};
use crate::http::transport::Transport;
use crate::values::number::Number;
use crate::values::secret::{Redacted, SecretString};

/// Parameters of a token request.
#[derive(Clone)]
pub(super) struct TokenRequest {
    pub(super) transport: Transport,
    pub(super) operation: &'static Operation,
    pub(super) client_id: String,
    pub(super) authentication: Authentication,
    pub(super) scope: Option<String>,
}

/// Client authentication of a token request.
#[derive(Clone)]
pub(super) enum Authentication {
    /// With a client secret.
    Secret(SecretString),
    /// With an assertion that is signed with a private key.
    #[cfg(feature = "private-key-jwt")]
    Key(std::sync::Arc<PrivateKey>),
}

/// A token, and its lifetime if the service sent one.
pub(super) type IssuedToken = (SecretString, Option<Duration>);

#[derive(Serialize)]
struct TokenRequestBody<'a> {
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
struct TokenResponse {
    access_token: String,
    expires_in: Option<Lifetime>,
}

/// A number of seconds. Some services send it as a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lifetime {
    Number(Number),
    Text(String),
    /// Ignored, because a token without a lifetime can be used as well.
    Invalid(serde::de::IgnoredAny),
}

impl Lifetime {
    fn duration(&self) -> Option<Duration> {
        let seconds = match self {
            Self::Number(seconds) => seconds.as_f64(),
            Self::Text(text) => text.trim().parse().ok()?,
            Self::Invalid(_) => return None,
        };
        Duration::try_from_secs_f64(seconds).ok()
    }
}

impl TokenRequest {
    /// Sends the token request. Errors are converted with `Error::into_credential` and hide the secrets of the
    /// request.
    pub(super) async fn send(&self) -> Result<IssuedToken, Error> {
        let secrets = Mutex::new(Vec::new());
        self.exchange(&secrets).await.map_err(|error| {
            let secrets = secrets.into_inner().unwrap_or_else(PoisonError::into_inner);
            error.into_credential().hiding(&secrets)
        })
    }

    async fn exchange(&self, secrets: &Mutex<Vec<SecretString>>) -> Result<IssuedToken, Error> {
        let url = format!("{}{}", self.transport.base_url(), self.operation.path);
        let request = self.transport.http().post(url).build()?;
        // Each attempt has its own body, because an assertion can be used only once.
        let prepare = |request: &mut Request| {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
            *request.body_mut() = Some(self.body(secrets)?.into());
            Ok(())
        };
        let call = RequestSender::new(&self.transport, self.operation)
            .handling_body(BodyHandling::Collect)
            .prepare_with(&prepare);
        // Boxed because sending requests credentials: the type of the future would otherwise contain itself.
        let sending: BoxFuture<'_, _> = Box::pin(call.run(Box::new(request)));
        let received = sending
            .await
            .map_err(|error| error.for_operation(self.operation))?;
        let response = decode::json::<TokenResponse>(received).await?.into_value();
        if response.access_token.trim().is_empty() {
            return Err(Error::new(ErrorKind::Decode).detail("the access token is empty"));
        }
        let lifetime = response.expires_in.as_ref().and_then(Lifetime::duration);
        Ok((response.access_token.into(), lifetime))
    }

    /// Creates the body of an attempt. Adds the secret or assertion in it to `secrets`.
    fn body(&self, secrets: &Mutex<Vec<SecretString>>) -> Result<Vec<u8>, Error> {
        let secret = match &self.authentication {
            Authentication::Secret(secret) => secret.clone(),
            #[cfg(feature = "private-key-jwt")]
            Authentication::Key(key) => {
                let audience = self.transport.base().origin().ascii_serialization();
                key.assertion(&self.client_id, &audience)?
            }
        };
        let exposed = Some(secret.expose());
        let (client_secret, client_assertion) = match self.authentication {
            Authentication::Secret(_) => (exposed, None),
            #[cfg(feature = "private-key-jwt")]
            Authentication::Key(_) => (None, exposed),
        };
        let body = TokenRequestBody {
            client_id: &self.client_id,
            client_secret,
            client_assertion_type: client_assertion
                .map(|_| "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            client_assertion,
            grant_type: "client_credentials",
            scope: self.scope.as_deref(),
        };
        let body = serde_json::to_vec(&body)
            .map_err(|_| Error::credential("the token request cannot be serialized"))?;
        secrets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(secret);
        Ok(body)
    }
}

/// Shows the kind of authentication, but no secret.
impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.debug_tuple("Secret").field(&Redacted).finish(),
            #[cfg(feature = "private-key-jwt")]
            Self::Key(key) => key.fmt(f),
        }
    }
}
