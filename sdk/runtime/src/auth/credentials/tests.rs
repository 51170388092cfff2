//! Tests of selecting security schemes and of adding credentials to requests.

use super::*;
use crate::error::ErrorKind;

static OAUTH: Scheme = Scheme {
    name: "OAuth2",
    place: CredentialLocation::Bearer,
};
static TOKEN: Scheme = Scheme {
    name: "ConnectToken",
    place: CredentialLocation::Bearer,
};
static KEY: Scheme = Scheme {
    name: "Key",
    place: CredentialLocation::Header("X-Key"),
};

const fn operation(security: &'static [&'static [&'static Scheme]]) -> Operation {
    Operation {
        id: "op",
        method: "GET",
        path: "/",
        security,
        idempotent: true,
        secrets: &[],
    }
}

static EITHER: Operation = operation(&[&[&OAUTH], &[&TOKEN]]);
static BOTH: Operation = operation(&[&[&OAUTH, &KEY]]);
static NONE: Operation = operation(&[]);
static OPTIONAL: Operation = operation(&[&[], &[&OAUTH]]);

fn names(schemes: &[&Scheme]) -> Vec<&'static str> {
    schemes.iter().map(|scheme| scheme.name).collect()
}

fn request() -> reqwest::Request {
    reqwest::Client::new()
        .get("https://host/path?a=1")
        .build()
        .unwrap()
}

#[tokio::test]
async fn supplies_several_fixed_secrets_for_one_operation() {
    let both = FixedSecret::new(["OAuth2"], "s1").and(["Key"], "s2");
    assert_eq!(
        names(&choose(&BOTH, Some(&both), |_| false).unwrap()),
        ["OAuth2", "Key"]
    );
    assert_eq!(both.secret(&OAUTH, None).await.unwrap().expose(), "s1");
    assert_eq!(both.secret(&KEY, None).await.unwrap().expose(), "s2");
    assert!(!both.supports(&TOKEN) && both.secret(&TOKEN, None).await.is_err());
    assert!(!format!("{both:?}").contains("s1"), "{both:?}");
}

#[test]
fn chooses_the_first_alternative_that_the_source_supports() {
    let oauth = FixedSecret::new(["OAuth2"], "s");
    let token = FixedSecret::new(["ConnectToken"], "s");
    let all = FixedSecret::new(["OAuth2", "ConnectToken", "Key"], "s");
    assert_eq!(
        names(&choose(&EITHER, Some(&oauth), |_| false).unwrap()),
        ["OAuth2"]
    );
    assert_eq!(
        names(&choose(&EITHER, Some(&token), |_| false).unwrap()),
        ["ConnectToken"]
    );
    assert_eq!(
        names(&choose(&EITHER, Some(&all), |_| false).unwrap()),
        ["OAuth2"]
    );
    assert_eq!(
        names(&choose(&BOTH, Some(&all), |_| false).unwrap()),
        ["OAuth2", "Key"]
    );
    assert_eq!(
        names(&choose(&OPTIONAL, Some(&oauth), |_| false).unwrap()),
        ["OAuth2"]
    );
    assert!(
        choose(&OPTIONAL, Some(&token), |_| false)
            .unwrap()
            .is_empty()
    );
    assert!(choose(&NONE, Some(&all), |_| false).unwrap().is_empty());
    assert!(choose(&NONE, None, |_| false).unwrap().is_empty());
}

#[test]
fn rejects_an_unaccepted_credential_and_names_the_accepted_ones() {
    let oauth = FixedSecret::new(["OAuth2"], "s");
    let error = choose(&BOTH, Some(&oauth), |_| false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(error.to_string().contains("OAuth2 with Key"), "{error}");
    let error = choose(&EITHER, None, |_| false).unwrap_err();
    assert!(
        error.to_string().contains("OAuth2 or ConnectToken"),
        "{error}"
    );
}

#[test]
fn adds_the_secret_at_each_location() {
    let secret = SecretString::from("user:pässword");
    let mut filled = request();
    apply(&mut filled, CredentialLocation::Basic, &secret).unwrap();
    assert_eq!(
        filled.headers()["authorization"],
        "Basic dXNlcjpww6Rzc3dvcmQ="
    );

    let secret = SecretString::from("s3cret");
    let mut filled = request();
    apply(&mut filled, CredentialLocation::Bearer, &secret).unwrap();
    apply(&mut filled, CredentialLocation::Header("X-Key"), &secret).unwrap();
    apply(&mut filled, CredentialLocation::Query("key"), &secret).unwrap();
    apply(&mut filled, CredentialLocation::Cookie("one"), &secret).unwrap();
    apply(&mut filled, CredentialLocation::Cookie("two"), &secret).unwrap();
    assert_eq!(filled.headers()["authorization"], "Bearer s3cret");
    assert_eq!(filled.headers()["x-key"], "s3cret");
    assert_eq!(filled.headers()["cookie"], "one=s3cret; two=s3cret");
    assert_eq!(filled.url().query(), Some("a=1&key=s3cret"));
    assert!(!format!("{:?}", filled.headers()).contains("s3cret"));
}

#[test]
fn rejects_an_invalid_secret_without_showing_it() {
    let secret = SecretString::from("marked-secret\r\nx: y");
    for location in [
        CredentialLocation::Bearer,
        CredentialLocation::Header("X-Key"),
        CredentialLocation::Cookie("c"),
    ] {
        let error = apply(&mut request(), location, &secret).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("marked-secret"));
    }
    assert!(!format!("{:?}", FixedSecret::new(["a"], "marked-secret")).contains("marked-secret"));
}

#[test]
fn does_not_replace_a_credential_in_the_request() {
    let oauth = FixedSecret::new(["OAuth2"], "s");
    let with = |scheme: &'static Scheme| move |other: &Scheme| other == scheme;
    assert!(choose(&EITHER, None, with(&OAUTH)).unwrap().is_empty());
    assert!(
        choose(&EITHER, Some(&oauth), with(&OAUTH))
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        names(&choose(&BOTH, Some(&oauth), with(&KEY)).unwrap()),
        ["OAuth2"]
    );
}

#[test]
fn detects_credentials_in_a_request() {
    let mut request = request();
    let scheme = |location| Scheme {
        name: "s",
        place: location,
    };
    let locations = [
        CredentialLocation::Bearer,
        CredentialLocation::Header("x-key"),
        CredentialLocation::Query("key"),
        CredentialLocation::Cookie("key"),
    ];
    for location in locations {
        assert!(!carries(&request, &scheme(location)), "{location:?}");
        apply(&mut request, location, &"secret".into()).unwrap();
        assert!(carries(&request, &scheme(location)), "{location:?}");
    }
}
