//! The [`Credentials`] trait, its implementations without requests, and the selection of security schemes.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_core::future::BoxFuture;
use http::HeaderValue;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};

use crate::error::Error;
use crate::http::operation::{CredentialLocation, Operation, Scheme};
use crate::http::transport::Transport;
use crate::values::secret::{Redacted, SecretString};

/// A source of credentials.
///
/// `Debug` must not show secrets, because the `Debug` output of a transport contains that of its source.
pub trait Credentials: Send + Sync + fmt::Debug {
    /// Returns `true` if the source has a secret for this scheme.
    fn supports(&self, scheme: &Scheme) -> bool;

    /// Returns the secret for this scheme.
    ///
    /// `rejected` is the secret that the service just rejected with a 401. A source that can renew its secret
    /// returns a newer one. If it has already renewed the secret, for example for another call, it returns that
    /// one. Other sources return the same secret, and the call is not retried.
    fn secret<'a>(
        &'a self,
        scheme: &'static Scheme,
        rejected: Option<&'a SecretString>,
    ) -> BoxFuture<'a, Result<SecretString, Error>>;

    /// Returns `true` if the source obtained this secret in the last minutes, so that it is certainly valid.
    ///
    /// A forwarded response with status 401 then comes from the app, and the secret is not renewed. `false` by
    /// default.
    fn issued_recently(&self, scheme: &Scheme, secret: &SecretString) -> bool {
        let _ = (scheme, secret);
        false
    }
}

/// A fixed secret for certain schemes, for example an access token.
#[derive(Clone)]
pub struct FixedSecret {
    secrets: Vec<(Vec<String>, SecretString)>,
}

impl FixedSecret {
    /// Creates a source with a secret for the schemes with these names.
    pub fn new<S: Into<String>>(
        schemes: impl IntoIterator<Item = S>,
        secret: impl Into<SecretString>,
    ) -> Self {
        Self {
            secrets: Vec::new(),
        }
        .and(schemes, secret)
    }

    /// Adds a secret for other schemes, for operations that require several.
    #[must_use]
    pub fn and<S: Into<String>>(
        mut self,
        schemes: impl IntoIterator<Item = S>,
        secret: impl Into<SecretString>,
    ) -> Self {
        let schemes = schemes.into_iter().map(Into::into).collect();
        self.secrets.push((schemes, secret.into()));
        self
    }

    fn find(&self, scheme: &Scheme) -> Option<&SecretString> {
        let has_name = |schemes: &[String]| schemes.iter().any(|name| name == scheme.name);
        let found = self.secrets.iter().find(|(schemes, _)| has_name(schemes));
        found.map(|(_, secret)| secret)
    }
}

impl fmt::Debug for FixedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedSecret")
            .field(
                "schemes",
                &self
                    .secrets
                    .iter()
                    .flat_map(|(schemes, _)| schemes)
                    .collect::<Vec<_>>(),
            )
            .field("secret", &Redacted)
            .finish()
    }
}

impl Credentials for FixedSecret {
    fn supports(&self, scheme: &Scheme) -> bool {
        self.find(scheme).is_some()
    }

    fn secret<'a>(
        &'a self,
        scheme: &'static Scheme,
        _: Option<&'a SecretString>,
    ) -> BoxFuture<'a, Result<SecretString, Error>> {
        let secret = self
            .find(scheme)
            .cloned()
            .ok_or_else(|| Error::credential(format!("no secret for the scheme {}", scheme.name)));
        Box::pin(std::future::ready(secret))
    }
}

/// A source that calls a function each time a secret is needed.
#[derive(Clone)]
pub struct SecretFn<F> {
    schemes: Vec<String>,
    function: F,
}

impl<F> SecretFn<F> {
    /// Creates a source for the schemes with these names.
    ///
    /// The argument of `function` is the secret that the service rejected, if it rejected one.
    pub fn new<S: Into<String>, Fut>(schemes: impl IntoIterator<Item = S>, function: F) -> Self
    where
        F: Fn(Option<SecretString>) -> Fut + Send + Sync,
        Fut: Future<Output = Result<SecretString, Error>> + Send + 'static,
    {
        Self {
            schemes: schemes.into_iter().map(Into::into).collect(),
            function,
        }
    }
}

impl<F> fmt::Debug for SecretFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretFn")
            .field("schemes", &self.schemes)
            .finish_non_exhaustive()
    }
}

impl<F, Fut> Credentials for SecretFn<F>
where
    F: Fn(Option<SecretString>) -> Fut + Send + Sync,
    Fut: Future<Output = Result<SecretString, Error>> + Send + 'static,
{
    fn supports(&self, scheme: &Scheme) -> bool {
        self.schemes.iter().any(|name| name == scheme.name)
    }

    fn secret<'a>(
        &'a self,
        _: &'static Scheme,
        rejected: Option<&'a SecretString>,
    ) -> BoxFuture<'a, Result<SecretString, Error>> {
        Box::pin((self.function)(rejected.cloned()))
    }
}

impl<C: Credentials + ?Sized> Credentials for Arc<C> {
    fn supports(&self, scheme: &Scheme) -> bool {
        (**self).supports(scheme)
    }

    fn secret<'a>(
        &'a self,
        scheme: &'static Scheme,
        rejected: Option<&'a SecretString>,
    ) -> BoxFuture<'a, Result<SecretString, Error>> {
        (**self).secret(scheme, rejected)
    }

    fn issued_recently(&self, scheme: &Scheme, secret: &SecretString) -> bool {
        (**self).issued_recently(scheme, secret)
    }
}

/// Returns the schemes for which a credential has to be added to a request.
///
/// Selects the first alternative whose schemes are all either carried by the request or supported by `source`.
/// Schemes that the request carries are not returned. `carried` returns `true` if the request carries a scheme.
pub(crate) fn choose(
    operation: &Operation,
    source: Option<&dyn Credentials>,
    carried: impl Fn(&Scheme) -> bool,
) -> Result<Vec<&'static Scheme>, Error> {
    let supported = |schemes: &&&'static [&'static Scheme]| {
        !schemes.is_empty()
            && schemes.iter().all(|scheme| {
                carried(scheme) || source.is_some_and(|source| source.supports(scheme))
            })
    };
    let takes_none = operation.security.is_empty()
        || operation.security.iter().any(|schemes| schemes.is_empty());
    // A credential that was set for this call takes precedence.
    let is_carried = |schemes: &&&'static [&'static Scheme]| {
        !schemes.is_empty() && schemes.iter().all(|scheme| carried(scheme))
    };
    if operation
        .security
        .iter()
        .any(|schemes| is_carried(&schemes))
    {
        return Ok(Vec::new());
    }
    match operation.security.iter().find(supported) {
        Some(schemes) => Ok(schemes
            .iter()
            .copied()
            .filter(|scheme| !carried(scheme))
            .collect()),
        None if takes_none => Ok(Vec::new()),
        None if source.is_none() => Err(Error::credential(format!(
            "the operation accepts {}, but the client has no credential",
            operation.accepted()
        ))),
        None => Err(Error::credential(format!(
            "the operation accepts {}, but the client has another kind of credential: \
             set one on the call with `credentials`",
            operation.accepted()
        ))),
    }
}

impl Transport {
    /// Returns the secret for a scheme, as used for calls of operations that accept the scheme.
    pub async fn secret(&self, scheme: &'static Scheme) -> Result<SecretString, Error> {
        match self.options().provider() {
            Some(source) if source.supports(scheme) => source.secret(scheme, None).await,
            Some(_) => Err(Error::credential(format!(
                "the credential of the client is not for the scheme {}",
                scheme.name
            ))),
            None => Err(Error::credential("the client has no credential")),
        }
    }
}

/// Returns `true` if a request already carries a credential for a scheme.
pub(crate) fn carries(request: &reqwest::Request, scheme: &Scheme) -> bool {
    match scheme.place {
        CredentialLocation::Bearer | CredentialLocation::Basic => {
            request.headers().contains_key(AUTHORIZATION)
        }
        CredentialLocation::Header(name) => request.headers().contains_key(name),
        CredentialLocation::Query(name) => request.url().query_pairs().any(|(key, _)| key == name),
        CredentialLocation::Cookie(name) => {
            let cookies = request.headers().get(COOKIE);
            cookies
                .and_then(|cookies| cookies.to_str().ok())
                .is_some_and(|cookies| {
                    let mut keys = cookies.split(';').filter_map(|pair| pair.split('=').next());
                    keys.any(|key| key.trim() == name)
                })
        }
    }
}

/// Adds a secret to a request.
pub(crate) fn apply(
    request: &mut reqwest::Request,
    location: CredentialLocation,
    secret: &SecretString,
) -> Result<(), Error> {
    match location {
        CredentialLocation::Bearer => {
            let value = sensitive(&format!("Bearer {}", secret.expose()))?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        CredentialLocation::Basic => {
            let value = sensitive(&format!("Basic {}", BASE64.encode(secret.expose())))?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        CredentialLocation::Header(name) => {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| {
                Error::credential("the header name of the security scheme is invalid")
                    .caused_by(error)
            })?;
            request
                .headers_mut()
                .insert(name, sensitive(secret.expose())?);
        }
        CredentialLocation::Query(name) => {
            request
                .url_mut()
                .query_pairs_mut()
                .append_pair(name, secret.expose());
        }
        CredentialLocation::Cookie(name) => {
            if secret.expose().contains([';', ',', ' ', '"', '\\']) {
                return Err(Error::credential(
                    "it contains characters that are not allowed in a cookie",
                ));
            }
            let mut cookies = format!("{name}={}", secret.expose());
            if let Some(others) = request
                .headers()
                .get(COOKIE)
                .and_then(|value| value.to_str().ok())
            {
                cookies = format!("{others}; {cookies}");
            }
            request.headers_mut().insert(COOKIE, sensitive(&cookies)?);
        }
    }
    Ok(())
}

/// Converts a secret to a header value. The error has no cause, so that it cannot contain parts of the secret.
fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        Error::credential("it contains characters that are not allowed in a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
