//! A client that proves who it is by signing, so that its secret never leaves it (`private_key_jwt`, RFC 7523).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::error::Error;
use crate::values::secret::{Redacted, SecretString};

/// How long an assertion may be used.
const LIFE: Duration = Duration::from_secs(60);

/// A private key to sign assertions with: of the curve P-256 (ES256), or of RSA (RS256).
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
    /// The key in this PEM text: PKCS#8, or PKCS#1 for RSA. Line breaks may be written as `\n`, as environment
    /// variables often have them.
    ///
    /// Fails, without telling any of it, where the text is no such key.
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        let pem = pem.replace("\\n", "\n");
        if pem.contains("BEGIN EC PRIVATE KEY") {
            return Err(InvalidKey(
                "it is in the form SEC1: convert it with `openssl pkcs8 -topk8 -nocrypt`",
            ));
        }
        if pem.contains("ENCRYPTED") {
            return Err(InvalidKey(
                "it is encrypted: decrypt it with `openssl pkey`",
            ));
        }
        // The errors beneath could quote the text.
        let pem = pem.as_bytes();
        let elliptic = EncodingKey::from_ec_pem(pem).map(|key| (key, Algorithm::ES256));
        let (key, algorithm) = elliptic
            .or_else(|_| EncodingKey::from_rsa_pem(pem).map(|key| (key, Algorithm::RS256)))
            .map_err(|_| InvalidKey("it is no private key in PEM, of P-256 or RSA"))?;
        let key = Self {
            key,
            algorithm,
            id: None,
        };
        // A key of another curve is only found out by using it.
        match key.signed(b"") {
            Some(_) => Ok(key),
            None => Err(InvalidKey("it cannot sign by ES256 or RS256")),
        }
    }

    /// The same key with the id by which the service knows it.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// A new assertion that the caller is this client, good for a minute and, by its own id, for one use.
    pub(super) fn assertion(&self, client_id: &str, audience: &str) -> Result<SecretString, Error> {
        let mut header = Header::new(self.algorithm);
        header.typ = Some("client-authentication+jwt".to_owned());
        header.kid.clone_from(&self.id);
        let mut jti = [0; 16];
        aws_lc_rs::rand::fill(&mut jti)
            .map_err(|_| Error::credential("the system gives no random numbers"))?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| Error::credential("the system's clock is wrong"))?;
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            aud: audience,
            iat: now.as_secs(),
            exp: (now + LIFE).as_secs(),
            jti: BASE64_URL.encode(jti),
        };
        self.token(&header, &claims)
            .ok_or_else(|| Error::credential("the private key cannot sign"))
    }

    /// The parts of a token, with the signature that they get. The library's own function for this panics where a
    /// program has it with two kinds of cryptography, so the kind is said here.
    fn token(&self, header: &Header, claims: &Claims<'_>) -> Option<SecretString> {
        let header = BASE64_URL.encode(serde_json::to_vec(header).ok()?);
        let claims = BASE64_URL.encode(serde_json::to_vec(claims).ok()?);
        let message = format!("{header}.{claims}");
        let signature = BASE64_URL.encode(self.signed(message.as_bytes())?);
        Some(SecretString::from(format!("{message}.{signature}")))
    }

    fn signed(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signer = (DEFAULT_PROVIDER.signer_factory)(&self.algorithm, &self.key).ok()?;
        signer.try_sign(message).ok()
    }
}

/// Shows how it signs, and nothing of the key.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("key", &Redacted)
            .field("algorithm", &self.algorithm)
            .field("id", &self.id)
            .finish()
    }
}

/// A text that is no private key, and why.
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
