//! Client assertions that authenticate a client with a private key (`private_key_jwt`, RFC 7523).

use std::collections::BTreeSet;
use std::fmt;

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::errors::Result;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use crate::FakePipedream;
use crate::response::Rejection;

/// Accepted clock difference between client and service, in seconds.
const LEEWAY: u64 = 5;

/// Registered public keys of the client, and the IDs of used assertions.
#[derive(Default)]
pub(crate) struct ClientKeys {
    keys: Vec<(Algorithm, DecodingKey)>,
    used: BTreeSet<String>,
}

impl ClientKeys {
    /// Adds a public key in PEM format: P-256 or RSA.
    pub(crate) fn add(&mut self, pem: &str) -> Result<()> {
        // A program that links two crypto providers must choose one; another part of it may have done so already.
        let _ = DEFAULT_PROVIDER.install_default();
        let pem = pem.as_bytes();
        let elliptic = DecodingKey::from_ec_pem(pem).map(|key| (Algorithm::ES256, key));
        let key = elliptic
            .or_else(|_| DecodingKey::from_rsa_pem(pem).map(|key| (Algorithm::RS256, key)))?;
        self.keys.push(key);
        Ok(())
    }

    /// Verifies an assertion of the client for this audience. Each assertion is accepted once.
    pub(crate) fn accept(
        &mut self,
        assertion: &str,
        audience: &str,
    ) -> std::result::Result<(), Rejection> {
        let rejection = |reason: &str| Rejection::new(401, format!("invalid_client: {reason}"));
        let header =
            decode_header(assertion).map_err(|_| rejection("the assertion is not a valid JWT"))?;
        if header.typ.as_deref() != Some("client-authentication+jwt") {
            return Err(rejection(
                "the assertion is not of the type client-authentication+jwt",
            ));
        }
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY;
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[FakePipedream::CLIENT_ID]);
        validation.sub = Some(FakePipedream::CLIENT_ID.to_owned());
        let keys = self.keys.iter().filter(|(kind, _)| *kind == header.alg);
        let mut reason = "no key is registered for the assertion".to_owned();
        for (_, key) in keys {
            match decode::<Value>(assertion, key, &validation) {
                Ok(token) => return self.use_id(token.claims["jti"].as_str()),
                Err(error) => reason = format!("the assertion is not accepted: {error}"),
            }
        }
        Err(rejection(&reason))
    }

    fn use_id(&mut self, id: Option<&str>) -> std::result::Result<(), Rejection> {
        let reason = match id {
            None => "the assertion has no jti",
            Some(id) if self.used.insert(id.to_owned()) => return Ok(()),
            Some(_) => "the assertion has been used before",
        };
        Err(Rejection::new(401, format!("invalid_client: {reason}")))
    }
}

impl fmt::Debug for ClientKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<&Algorithm> = self.keys.iter().map(|(kind, _)| kind).collect();
        f.debug_tuple("ClientKeys").field(&kinds).finish()
    }
}
