//! Scenarios of access tokens (requested, cached and renewed) and of other client settings.

use futures_util::future::join_all;
use pipedream_sdk::Pipedream;
use pipedream_sdk::call::CallOptions;
use pipedream_sdk::types::ProjectEnvironment;
use tests::recorder::{ReceivedRequest, ServerAction};

use super::responses::{at_first, pages, token, usual};
use crate::client;
use crate::replay::Stage;

super::scenarios! {
    api_401_not_refreshed [
        TypeScript: TokenIsRenewedOnce, Python: TokenIsRenewedOnce
    ] unauthorized, |it| { retrieve(&it.pipedream()).await; }

    bad_environment [Python: NothingIsSent] usual, |_| {
        // There is no such value: parsing and `from_env` reject it.
        assert!("staging".parse::<ProjectEnvironment>().is_err());
    }

    base_url_with_path [] usual, |it| {
        let base_url = format!("{}/prefix/", it.recorder.base_url());
        retrieve(&it.builder().base_url(base_url).build().unwrap()).await;
    }

    blank_project [Python: NothingIsSent] usual, |it| {
        assert!(it.builder().project_id("").build().is_err());
        let list = it.pipedream().project("").accounts().list();
        assert!(list.send().await.is_err());
    }

    connect_token_access_token [] pages, |it| {
        let builder = Pipedream::builder().connect_token("ctok_11111111111111111111111111111111");
        let builder = builder.environment(ProjectEnvironment::Development);
        let pipedream = builder.base_url(it.recorder.base_url()).build().unwrap();
        let all = pipedream.accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 5);
    }

    connect_token_browser [
        TypeScript: EnvironmentIsAlwaysSent, TypeScript: PathsHaveNoEmptySegments
    ] usual, |it| {
        let builder = Pipedream::builder().connect_token("ctok_11111111111111111111111111111111");
        let pipedream = builder.base_url(it.recorder.base_url()).build().unwrap();
        let _ = pipedream.accounts().list().send().await;
        let _ = pipedream.user("user-abc").proxy_as("apn_1").get("/x").send().await;
    }

    default_environment [] usual, |it| { retrieve(&by_default(it, "cs")).await; }

    default_environment_client_creds [] usual, |it| { retrieve(&by_default(it, "csecret")).await; }

    extra_headers_and_query [] usual, |it| {
        let client = client::options().header("x-pd-rate-limit", "rl_tok").unwrap();
        let pipedream = it.builder().options(client).build().unwrap();
        let call = CallOptions::new().query("extra", "a").query("extra", "b");
        let call = call.header("x-one", "1").unwrap();
        let call = call.header("x-pd-environment", "production").unwrap();
        let _ = pipedream.accounts().retrieve("apn_1").options(call).send().await;
    }

    no_environment_token_provider [TypeScript: EnvironmentIsAlwaysSent] usual, |it| {
        let builder = Pipedream::builder().access_token("static-tok").project_id("proj_abc");
        retrieve(&builder.base_url(it.recorder.base_url()).build().unwrap()).await;
    }

    oauth_401 [] no_token, |it| { retrieve(&it.pipedream()).await; }

    oauth_500_then_ok [] token_at_second, |it| { retrieve(&it.pipedream()).await; }

    oauth_cached_sequential_5 [] usual, |it| { retrieve_times(it, 5).await; }

    oauth_concurrent_20 [TypeScript: OneTokenForAll] usual, |it| {
        let pipedream = it.pipedream();
        join_all((0..20).map(|_| retrieve(&pipedream))).await;
    }

    oauth_expires_in_1 [Python: OneTokenForAll] lasting_1, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_3 [] lasting_3, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_100 [Python: OneTokenForAll] lasting_100, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_120 [Python: OneTokenForAll] lasting_120, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_200 [] lasting_200, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_240 [] lasting_240, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_241 [] lasting_241, |it| { retrieve_times(it, 3).await; }
    oauth_expires_in_3600 [] usual, |it| { retrieve_times(it, 3).await; }

    oauth_token_explicit_scope [Python: NoUnneededCredential] usual, |it| {
        let create = it.pipedream().oauth_tokens().create("cid").client_secret("cs");
        let _ = create.scope("connect:accounts:read").send().await;
    }

    pkjwt_500_twice [] token_at_third, |it| {
        retrieve(&with_key(it.recorder.base_url())).await;
    }

    pkjwt_ok [] usual, |it| {
        retrieve(&with_key(&format!("{}/prefix", it.recorder.base_url()))).await;
    }

    raw_access_token [] usual, |it| {
        let token = it.pipedream().access_token().await.unwrap();
        assert_eq!(token.expose(), "tok-1");
    }

    static_access_token [] usual, |it| { with_token(it, ProjectEnvironment::Development).await; }

    static_token_provider [] usual, |it| { with_token(it, ProjectEnvironment::Production).await; }
}

async fn retrieve(pipedream: &Pipedream) {
    let _ = pipedream.accounts().retrieve("apn_1").send().await;
}

async fn retrieve_times(stage: &Stage, times: usize) {
    let pipedream = stage.pipedream();
    for _ in 0..times {
        retrieve(&pipedream).await;
    }
}

/// Creates a client without an environment.
fn by_default(stage: &Stage, secret: &str) -> Pipedream {
    let builder = Pipedream::builder().client_id("cid").client_secret(secret);
    let builder = builder
        .project_id("proj_abc")
        .base_url(stage.recorder.base_url());
    builder.build().expect("a client")
}

async fn with_token(stage: &Stage, environment: ProjectEnvironment) {
    let builder = Pipedream::builder()
        .access_token("static-tok")
        .project_id("proj_abc");
    let builder = builder
        .environment(environment)
        .base_url(stage.recorder.base_url());
    retrieve(&builder.build().expect("a client")).await;
}

/// Creates a client with a private key instead of a secret.
fn with_key(base_url: &str) -> Pipedream {
    let builder = Pipedream::builder().client_id("cid").private_key(KEY);
    let builder = builder
        .project_id("proj_abc")
        .base_url(base_url)
        .options(client::options());
    builder.build().expect("a client")
}

/// A P-256 key for this test.
const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgm3md29b/GWt+iSf5
e9jC9BaddsN5yxXAgH0h/CMEI3OhRANCAASUJxBC9JP58Djfoe2mKuSU7teq5Fnk
z79T2e48GVc/DaQNSYnoVD6M5TSWkFI3KbIRbOU36I4UpEUH4z1OR5f9
-----END PRIVATE KEY-----
";

fn unauthorized(request: &ReceivedRequest, before: usize) -> ServerAction {
    at_first(usize::MAX, ServerAction::empty(401), request, before)
}

fn no_token(_: &ReceivedRequest, _: usize) -> ServerAction {
    ServerAction::empty(401)
}

fn token_at_third(request: &ReceivedRequest, before: usize) -> ServerAction {
    if request.path == "/v1/oauth/token" && before < 2 {
        return ServerAction::empty(500);
    }
    usual(request, before)
}

fn token_at_second(request: &ReceivedRequest, before: usize) -> ServerAction {
    if request.path == "/v1/oauth/token" && before == 0 {
        return ServerAction::empty(500);
    }
    usual(request, before)
}

macro_rules! lasting {
    ($($name:ident: $seconds:literal),*) => {$(
        fn $name(request: &ReceivedRequest, before: usize) -> ServerAction {
            token(request, before, $seconds).unwrap_or_else(|| usual(request, before))
        }
    )*};
}
lasting!(
    lasting_1: 1, lasting_3: 3, lasting_100: 100, lasting_120: 120, lasting_200: 200, lasting_240: 240,
    lasting_241: 241
);
