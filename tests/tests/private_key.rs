//! Tests of clients that authenticate with a private key instead of a secret.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pipedream_sdk::{Error, ErrorKind, Pipedream};
use pipedream_sdk_testing::{FakePipedream, Fault, RecordedRequest};
use serde_json::Value;

/// A key pair in PEM format.
struct Keys {
    private: String,
    public: String,
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

fn elliptic() -> Keys {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
    Keys {
        private: pem("PRIVATE KEY", key.to_pkcs8v1().unwrap().as_ref()),
        public: pem("PUBLIC KEY", public.as_ref()),
    }
}

fn rsa() -> Keys {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let private: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
    Keys {
        private: pem("PRIVATE KEY", private.as_ref()),
        public: pem("PUBLIC KEY", public.as_ref()),
    }
}

fn client(fake: &FakePipedream, keys: &Keys) -> Pipedream {
    let builder = Pipedream::builder()
        .client_id(FakePipedream::CLIENT_ID)
        .private_key(keys.private.as_str())
        .key_id("key-1")
        .project_id(FakePipedream::PROJECT_ID)
        .base_url(fake.base_url());
    builder.build().unwrap()
}

async fn call(pipedream: &Pipedream) -> Result<(), Error> {
    let listed = pipedream.accounts().list().send().await;
    listed.map(drop)
}

/// Returns a part of the assertion in a token request: 0 is the header, 1 the claims.
fn part(request: &RecordedRequest, number: usize) -> Value {
    let body = request.json();
    assert!(body.get("client_secret").is_none());
    let assertion = body["client_assertion"].as_str().unwrap();
    let part = assertion.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn requests_access_tokens_with_a_private_key() {
    for (keys, algorithm) in [(elliptic(), "ES256"), (rsa(), "RS256")] {
        let fake = FakePipedream::start().await;
        fake.register_public_key(&keys.public);
        let pipedream = client(&fake, &keys);
        call(&pipedream).await.unwrap();
        // The token is cached, and renewed when it is rejected.
        call(&pipedream).await.unwrap();
        fake.revoke_tokens();
        call(&pipedream).await.unwrap();

        let requests = fake.requests_of("createOauthToken");
        assert_eq!(requests.len(), 2);
        let header = part(&requests[0], 0);
        assert_eq!(header["alg"], algorithm);
        assert_eq!(
            (&header["kid"], &header["typ"]),
            (&"key-1".into(), &"client-authentication+jwt".into())
        );
        let claims = part(&requests[0], 1);
        assert_eq!(claims["aud"], fake.base_url());
        assert_ne!(claims["jti"], part(&requests[1], 1)["jti"]);
        let shown = format!("{pipedream:?} {requests:?}");
        let secret = requests[0].json()["client_assertion"].clone();
        assert!(!shown.contains(secret.as_str().unwrap()), "{shown}");
        assert!(
            !shown.contains(keys.private.lines().nth(1).unwrap()),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn retried_token_request_has_a_new_assertion() {
    let fake = FakePipedream::start().await;
    let keys = elliptic();
    fake.register_public_key(&keys.public);
    // The response is lost, but the service has received the assertion.
    fake.on("createOauthToken", Fault::truncated(10));
    call(&client(&fake, &keys)).await.unwrap();
    fake.on("createOauthToken", Fault::status(503));
    call(&client(&fake, &keys)).await.unwrap();
    let requests = fake.requests_of("createOauthToken");
    let mut ids: Vec<String> = requests
        .iter()
        .map(|request| part(request, 1)["jti"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((requests.len(), ids.len()), (4, 4));
}

#[tokio::test]
async fn unknown_key_is_a_credential_error() {
    let fake = FakePipedream::start().await;
    let (known, other) = (elliptic(), elliptic());
    let rejected = call(&client(&fake, &known)).await.unwrap_err();
    assert!(
        rejected.to_string().contains("no key is registered"),
        "{rejected}"
    );
    fake.register_public_key(&known.public);
    let error = call(&client(&fake, &other)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(error.operation(), Some("createOauthToken"));
    assert_eq!(error.status().unwrap(), 401);
    assert!(error.to_string().contains("InvalidSignature"), "{error}");
}

#[test]
fn rejects_a_key_with_a_secret_or_without_a_client_id() {
    let keys = elliptic();
    let message =
        |builder: pipedream_sdk::PipedreamBuilder| builder.build().unwrap_err().to_string();
    let builder = || Pipedream::builder().private_key(keys.private.as_str());
    let both = message(builder().client_id("id").client_secret("secret"));
    assert!(
        both.contains("both `client_secret` and `private_key`"),
        "{both}"
    );
    assert!(message(builder()).contains("`private_key` is set without `client_id`"));
    let wrong = message(
        Pipedream::builder()
            .client_id("id")
            .private_key("marked-secret"),
    );
    assert!(
        wrong.contains("`private_key`: it is not a private key"),
        "{wrong}"
    );
    assert!(!wrong.contains("marked-secret"), "{wrong}");
    let alone = message(
        Pipedream::builder()
            .client_id("id")
            .client_secret("s")
            .key_id("k"),
    );
    assert!(
        alone.contains("`key_id` is set without `private_key`"),
        "{alone}"
    );
}
