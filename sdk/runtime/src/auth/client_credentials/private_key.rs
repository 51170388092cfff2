//! Client authentication with signed assertions (`private_key_jwt`, RFC 7523).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::error::Error;
use crate::values::secret::{Redacted, SecretString};

/// Lifetime of an assertion.
const LIFETIME: Duration = Duration::from_secs(60);

/// A private key that signs assertions: P-256 (ES256) or RSA (RS256).
pub struct PrivateKey {
    key: EncodingKey,
    algorithm: Algorithm,
    id: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
}

impl PrivateKey {
    /// Parses a key in PEM format: PKCS#8, or PKCS#1 for RSA.
    ///
    /// Line breaks may be escaped as `\n`, as is common in environment variables. The error does not contain parts
    /// of the key.
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        let pem = pem.replace("\\n", "\n");
        if pem.contains("BEGIN EC PRIVATE KEY") {
            return Err(InvalidKey(
                "it is in SEC1 format: convert it with `openssl pkcs8 -topk8 -nocrypt`",
            ));
        }
        if pem.contains("ENCRYPTED") {
            return Err(InvalidKey(
                "it is encrypted: decrypt it with `openssl pkey`",
            ));
        }
        // The errors of the library are dropped: they could quote parts of the key.
        let pem = pem.as_bytes();
        let elliptic = EncodingKey::from_ec_pem(pem).map(|key| (key, Algorithm::ES256));
        let (key, algorithm) = elliptic
            .or_else(|_| EncodingKey::from_rsa_pem(pem).map(|key| (key, Algorithm::RS256)))
            .map_err(|_| InvalidKey("it is not a private key in PEM format (P-256 or RSA)"))?;
        let key = Self {
            key,
            algorithm,
            id: None,
        };
        // Signing is the only way to detect a key of another curve.
        match key.sign(b"") {
            Some(_) => Ok(key),
            None => Err(InvalidKey("it cannot sign with ES256 or RS256")),
        }
    }

    /// Sets the key id that identifies the key at the service (`kid`).
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Creates an assertion for a client. It is valid for one minute and, because of its unique `jti`, for one use.
    pub(super) fn assertion(&self, client_id: &str, audience: &str) -> Result<SecretString, Error> {
        let mut header = Header::new(self.algorithm);
        header.typ = Some("client-authentication+jwt".to_owned());
        header.kid.clone_from(&self.id);
        let mut jti = [0; 16];
        aws_lc_rs::rand::fill(&mut jti)
            .map_err(|_| Error::credential("the random number generator of the system failed"))?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| Error::credential("the system clock is before 1970"))?;
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            aud: audience,
            iat: now.as_secs(),
            exp: (now + LIFETIME).as_secs(),
            jti: BASE64_URL.encode(jti),
        };
        self.encode(&header, &claims)
            .ok_or_else(|| Error::credential("the private key cannot sign"))
    }

    /// Encodes and signs a token. Returns `None` if signing fails.
    ///
    /// `jsonwebtoken::encode` panics if the program enables two of its crypto providers, so the provider is passed
    /// explicitly.
    fn encode(&self, header: &Header, claims: &Claims<'_>) -> Option<SecretString> {
        let header = BASE64_URL.encode(serde_json::to_vec(header).ok()?);
        let claims = BASE64_URL.encode(serde_json::to_vec(claims).ok()?);
        let message = format!("{header}.{claims}");
        let signature = BASE64_URL.encode(self.sign(message.as_bytes())?);
        Some(SecretString::from(format!("{message}.{signature}")))
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signer = (DEFAULT_PROVIDER.signer_factory)(&self.algorithm, &self.key).ok()?;
        signer.try_sign(message).ok()
    }
}

/// Shows the algorithm and the key id, but not the key.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("key", &Redacted)
            .field("algorithm", &self.algorithm)
            .field("id", &self.id)
            .finish()
    }
}

/// The error returned for an invalid private key, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(&'static str);

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidKey {}

#[cfg(test)]
mod tests;
