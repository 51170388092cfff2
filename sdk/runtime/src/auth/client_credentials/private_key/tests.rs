//! Tests of private keys, and of the claims and the signature of assertions.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _, RsaKeyPair,
};
use base64::engine::general_purpose::STANDARD as BASE64;
use jsonwebtoken::{DecodingKey, TokenData, Validation, decode};
use serde_json::{Value, json};

use super::*;
use crate::auth::client_credentials::ClientCredentials;
use crate::error::ErrorKind;
use crate::http::loopback::{Behavior, Loopback, response};
use crate::http::operation::Operation;

static TOKEN: Operation = Operation {
    id: "createToken",
    method: "POST",
    path: "/oauth/token",
    security: &[],
    idempotent: false,
    secrets: &[],
};

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

/// Generates a key pair of a curve, both keys in PEM format.
fn elliptic(algorithm: &'static EcdsaSigningAlgorithm) -> (String, String) {
    let key = EcdsaKeyPair::generate(algorithm).unwrap();
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
    let public = pem("PUBLIC KEY", public.as_ref());
    (
        pem("PRIVATE KEY", key.to_pkcs8v1().unwrap().as_ref()),
        public,
    )
}

fn rsa() -> (Vec<u8>, String) {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
    let private: Pkcs8V1Der<'_> = key.as_der().unwrap();
    (
        private.as_ref().to_vec(),
        pem("PUBLIC KEY", public.as_ref()),
    )
}

/// Verifies the signature and the audience of an assertion and returns its content.
fn verified(assertion: &str, public: &str, audience: &str) -> TokenData<Value> {
    let header = jsonwebtoken::decode_header(assertion).unwrap();
    let key = match header.alg {
        Algorithm::ES256 => DecodingKey::from_ec_pem(public.as_bytes()).unwrap(),
        _ => DecodingKey::from_rsa_pem(public.as_bytes()).unwrap(),
    };
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[audience]);
    decode(assertion, &key, &validation).unwrap()
}

fn assertion(key: &PrivateKey) -> String {
    let assertion = key.assertion("id", "https://host").unwrap();
    assertion.expose().to_owned()
}

#[test]
fn an_assertion_has_client_audience_and_expiry() {
    let (private, public) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let key = PrivateKey::from_pem(&private).unwrap().with_id("key-1");
    let token = verified(&assertion(&key), &public, "https://host");
    assert_eq!(token.header.alg, Algorithm::ES256);
    assert_eq!(
        token.header.typ.as_deref(),
        Some("client-authentication+jwt")
    );
    assert_eq!(token.header.kid.as_deref(), Some("key-1"));
    let claims = &token.claims;
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("id"), &json!("id"))
    );
    assert_eq!(claims["aud"], "https://host");
    let [issued, expires] = ["iat", "exp"].map(|name| claims[name].as_u64().unwrap());
    assert_eq!(expires - issued, 60);
    // Each assertion has its own id.
    let other = verified(&assertion(&key), &public, "https://host");
    assert_ne!(claims["jti"], other.claims["jti"]);
    assert!(claims["jti"].as_str().unwrap().len() >= 16);

    let without_id = PrivateKey::from_pem(&private).unwrap();
    let token = verified(&assertion(&without_id), &public, "https://host");
    assert_eq!(token.header.kid, None);
}

#[test]
fn accepts_rsa_keys_in_pkcs8_and_pkcs1_format() {
    let (der, public) = rsa();
    // PKCS#8 contains the PKCS#1 key after a header of 26 bytes.
    for private in [pem("PRIVATE KEY", &der), pem("RSA PRIVATE KEY", &der[26..])] {
        let one_line = private.trim().replace('\n', "\\n");
        for text in [private, one_line] {
            let key = PrivateKey::from_pem(&text).unwrap();
            let token = verified(&assertion(&key), &public, "https://host");
            assert_eq!(token.header.alg, Algorithm::RS256);
        }
    }
}

#[test]
fn rejects_an_invalid_key_without_showing_it() {
    let (other_curve, _) = elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING);
    let (private, public) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let sec1 = private.replace("PRIVATE", "EC PRIVATE");
    let cases = [
        ("", "not a private key"),
        ("marked-secret", "not a private key"),
        (&other_curve, "cannot sign"),
        (&public, "not a private key"),
        (&sec1, "openssl pkcs8"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "encrypted"),
    ];
    for (pem, reason) in cases {
        let error = PrivateKey::from_pem(pem).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(reason) && !shown.contains("marked-secret"),
            "{shown}"
        );
    }
    let key = PrivateKey::from_pem(&private).unwrap();
    assert!(format!("{key:?}").contains("[redacted]"));
}

fn assertion_in(request: &str) -> String {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["client_id"], "id");
    assert_eq!(body["grant_type"], "client_credentials");
    assert_eq!(
        body["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert!(body.get("client_secret").is_none());
    body["client_assertion"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_attempt_of_the_token_request_has_its_own_assertion() {
    let (private, public) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let granted = response(200, &[], r#"{"access_token":"t","expires_in":3600}"#);
    let behaviors = [response(500, &[], ""), Behavior::Disconnect, granted];
    let server = Loopback::serving(behaviors).await;
    let key = PrivateKey::from_pem(&private).unwrap();
    let transport = server.transport();
    let source = ClientCredentials::with_private_key(["OAuth2"], &transport, &TOKEN, "id", key);
    assert_eq!(source.token(None).await.unwrap().expose(), "t");

    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    let mut ids: Vec<Value> = requests
        .iter()
        .map(|request| {
            assert!(request.contains("content-type: application/json\r\n"));
            // The audience is the origin of the service.
            let audience = server.url("");
            let mut token = verified(&assertion_in(request), &public, &audience);
            token.claims["jti"].take()
        })
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn redacts_the_assertion_that_a_response_echoes() {
    let (private, _) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let key = PrivateKey::from_pem(&private).unwrap();
    let server = Loopback::serving([Behavior::Echo(401)]).await;
    let transport = server.transport();
    let source = ClientCredentials::with_private_key(["OAuth2"], &transport, &TOKEN, "id", key);
    let error = source.token(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(error.status().unwrap(), 401);
    let assertion = assertion_in(&server.requests()[0]);
    let shown = format!("{error} {error:?} {source:?}");
    assert!(shown.contains("[redacted]"), "{shown}");
    assert!(!shown.contains(&assertion), "{shown}");
}
