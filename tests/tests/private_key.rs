//! Clients that prove who they are by a private key in place of a secret.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pipedream_sdk::Pipedream;

fn elliptic() -> String {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let text = STANDARD.encode(key.to_pkcs8v1().unwrap());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

#[test]
fn a_key_beside_a_secret_and_a_key_without_a_client_are_told() {
    let private = elliptic();
    let told = |builder: pipedream_sdk::PipedreamBuilder| builder.build().unwrap_err().to_string();
    let builder = || Pipedream::builder().private_key(private.as_str());
    let both = told(builder().client_id("id").client_secret("secret"));
    assert!(
        both.contains("both `client_secret` and `private_key`"),
        "{both}"
    );
    assert!(told(builder()).contains("`private_key` is given without `client_id`"));
    let wrong = told(
        Pipedream::builder()
            .client_id("id")
            .private_key("marked-secret"),
    );
    assert!(
        wrong.contains("`private_key`: it is no private key"),
        "{wrong}"
    );
    assert!(!wrong.contains("marked-secret"), "{wrong}");
    let alone = told(
        Pipedream::builder()
            .client_id("id")
            .client_secret("s")
            .key_id("k"),
    );
    assert!(
        alone.contains("`key_id` is given without `private_key`"),
        "{alone}"
    );
}
