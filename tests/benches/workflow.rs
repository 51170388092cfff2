//! Benchmark of a workflow against the same requests written by hand with reqwest: same server, responses and
//! types.

use std::sync::LazyLock;

use axum::Router;
use axum::routing::{get, post};
use divan::Bencher;
use pipedream_sdk_generated::pipedream::Client;
use pipedream_sdk_generated::pipedream::types::{
    CreateTokenResponse, ProjectEnvironment, ValidateTokenResponse,
};
use pipedream_sdk_generated::workflows::{TokenMintAndValidateInputs, token_mint_and_validate};
use pipedream_sdk_runtime::{CallOptions, FixedSecret};
use serde_json::json;
use tests::consumer::client;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const TOKEN: &str = "access-token";
const CREATED: &str = r#"{"token":"ctok_1","expires_at":"2026-11-22T04:00:00Z","connect_link_url":"https://pipedream.com/c?token=ctok_1"}"#;
const VALIDATED: &str = r#"{"success":true,"error":null,"project_id":"proj_1","app":{"id":"app_1","name_slug":"slack","name":"Slack"}}"#;

/// Client and server share the threads, in both variants.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

static BASE_URL: LazyLock<String> = LazyLock::new(|| {
    let json = |body: &'static str| ([("content-type", "application/json")], body);
    let router = Router::new()
        .route(
            "/v1/connect/{project}/tokens",
            post(move || async move { json(CREATED) }),
        )
        .route(
            "/v1/connect/tokens/{token}/validate",
            get(move || async move { json(VALIDATED) }),
        );
    let listener = RUNTIME
        .block_on(TcpListener::bind(("127.0.0.1", 0)))
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    RUNTIME.spawn(async move { axum::serve(listener, router).await.expect("to be served") });
    format!("http://{address}")
});

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 500, sample_size = 4)]
fn workflow(bencher: Bencher<'_, '_>) {
    let options = CallOptions::new().credentials(FixedSecret::new(["OAuth2"], TOKEN));
    let client: Client = client(&BASE_URL, options);
    let inputs =
        TokenMintAndValidateInputs::new("proj_1", ProjectEnvironment::Production, "user", "app_1");
    bencher.bench_local(|| {
        let run = token_mint_and_validate(&client, inputs.clone());
        let done = RUNTIME.block_on(run).expect("a finished workflow");
        assert!(done.validation.success);
        done
    });
}

#[divan::bench(sample_count = 500, sample_size = 4)]
fn by_hand(bencher: Bencher<'_, '_>) {
    let (http, base_url) = (reqwest::Client::new(), BASE_URL.as_str());
    bencher.bench_local(|| {
        let run = mint_and_validate(&http, base_url, "proj_1", "user", "app_1");
        let done = RUNTIME.block_on(run).expect("two responses");
        assert!(done.1.success);
        done
    });
}

async fn mint_and_validate(
    http: &reqwest::Client,
    base_url: &str,
    project: &str,
    user: &str,
    app: &str,
) -> Result<(CreateTokenResponse, ValidateTokenResponse), reqwest::Error> {
    let created: CreateTokenResponse = http
        .post(format!("{base_url}/v1/connect/{project}/tokens"))
        .bearer_auth(TOKEN)
        .header("x-pd-environment", "production")
        .json(&json!({ "external_user_id": user, "project_id": project }))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let token = created.token.expose();
    let validated = http
        .get(format!("{base_url}/v1/connect/tokens/{token}/validate"))
        .query(&[("app_id", app)])
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    Ok((created, validated))
}
