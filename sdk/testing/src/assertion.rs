//! Assertions by which a client proves who it is, in place of its secret (`private_key_jwt`, RFC 7523).

use std::collections::BTreeSet;
use std::fmt;

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::errors::Result;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use crate::FakePipedream;
use crate::response::Rejection;

/// How far the clocks of client and service may be apart, in seconds.
const LEEWAY: u64 = 5;

/// What is known of the client's keys, and which assertions have been used.
#[derive(Default)]
pub(crate) struct ClientKeys {
    keys: Vec<(Algorithm, DecodingKey)>,
    used: BTreeSet<String>,
}

impl ClientKeys {
    /// Adds a public key in PEM: of P-256 or RSA.
    pub(crate) fn add(&mut self, pem: &str) -> Result<()> {
        // Which cryptography is meant is not said by a program that has two kinds; somebody else may have said it.
        let _ = DEFAULT_PROVIDER.install_default();
        let pem = pem.as_bytes();
        let elliptic = DecodingKey::from_ec_pem(pem).map(|key| (Algorithm::ES256, key));
        let key = elliptic
            .or_else(|_| DecodingKey::from_rsa_pem(pem).map(|key| (Algorithm::RS256, key)))?;
        self.keys.push(key);
        Ok(())
    }

    /// Accepts an assertion of the client for this audience, once.
    pub(crate) fn accept(
        &mut self,
        assertion: &str,
        audience: &str,
    ) -> std::result::Result<(), Rejection> {
        let refusal = |why: &str| Rejection::new(401, format!("invalid_client: {why}"));
        let header =
            decode_header(assertion).map_err(|_| refusal("the assertion cannot be read"))?;
        if header.typ.as_deref() != Some("client-authentication+jwt") {
            return Err(refusal(
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
        let mut why = "no key is registered for the assertion".to_owned();
        for (_, key) in keys {
            match decode::<Value>(assertion, key, &validation) {
                Ok(token) => return self.once(token.claims["jti"].as_str()),
                Err(error) => why = format!("the assertion is not accepted: {error}"),
            }
        }
        Err(refusal(&why))
    }

    fn once(&mut self, id: Option<&str>) -> std::result::Result<(), Rejection> {
        let why = match id {
            None => "the assertion has no jti",
            Some(id) if self.used.insert(id.to_owned()) => return Ok(()),
            Some(_) => "the assertion has been used before",
        };
        Err(Rejection::new(401, format!("invalid_client: {why}")))
    }
}

impl fmt::Debug for ClientKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<&Algorithm> = self.keys.iter().map(|(kind, _)| kind).collect();
        f.debug_tuple("ClientKeys").field(&kinds).finish()
    }
}
