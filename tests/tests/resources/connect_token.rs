//! Tests of calls with a Connect token: its implied project, the operations that accept it, and connecting an
//! account.

use pipedream_sdk::connect::CustomFields;
use pipedream_sdk::credentials::FixedSecret;
use pipedream_sdk::{ErrorKind, Pipedream, PipedreamBuilder};
use pipedream_sdk_testing::FakePipedream;
use tests::consumer::{PROJECT, USER};
use tests::world::PRODUCTION;

fn server(fake: &FakePipedream) -> PipedreamBuilder {
    Pipedream::builder()
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .base_url(fake.base_url())
        .max_retries(0)
}

/// Creates a Connect token of the user.
async fn token(fake: &FakePipedream) -> String {
    let server = server(fake).project_id(PROJECT).build().unwrap();
    let token = server.user(USER).tokens().create().send().await.unwrap();
    fake.clear_requests();
    token.token.expose().to_owned()
}

async fn holder(fake: &FakePipedream) -> PipedreamBuilder {
    Pipedream::builder()
        .connect_token(token(fake).await)
        .base_url(fake.base_url())
        .max_retries(0)
}

#[tokio::test]
async fn omits_the_project_with_a_connect_token() {
    let fake = FakePipedream::start().await;
    let account = fake.add_account(USER, "slack");
    let trigger = fake.deploy_trigger(USER, "github-new-issue");
    fake.add_file("1day/a/b/c/u/file", "content");
    let holder = holder(&fake).await.build().unwrap().user(USER);

    let accounts = holder.accounts().list().send().await.unwrap();
    assert_eq!(accounts.data[0].id.as_str(), account);
    holder.accounts().retrieve(&*account).send().await.unwrap();
    holder.components().list().send().await.unwrap();
    let deployed = holder.deployed_triggers();
    deployed.list_events(&*trigger).send().await.unwrap();
    let file = holder.file_stash().download_file("1day/a/b/c/u/file");
    file.send().await.unwrap();
    holder.projects().retrieve_info().send().await.unwrap();
    let proxied = holder.proxy_as(&*account).get("https://slack.com/api/x");
    assert!(proxied.send().await.unwrap().status().is_success());

    let trigger_events = format!("/v1/connect/deployed-triggers/{trigger}/events");
    let calls = fake.calls();
    let paths: Vec<&str> = calls.iter().map(|call| call.path()).collect();
    assert_eq!(
        paths,
        [
            "/v1/connect/accounts",
            &format!("/v1/connect/accounts/{account}"),
            "/v1/connect/components",
            &trigger_events,
            "/v1/connect/file_stash/download",
            "/v1/connect/projects/info",
            "/v1/connect/proxy/aHR0cHM6Ly9zbGFjay5jb20vYXBpL3g",
        ]
    );
    fake.assert_none_rejected();
}

#[tokio::test]
async fn sends_a_configured_project_with_any_credential() {
    let fake = FakePipedream::start().await;
    let holder = holder(&fake).await;
    let with_project = holder.clone().project_id(PROJECT).build().unwrap();
    with_project.accounts().list().send().await.unwrap();
    let holder = holder.build().unwrap();
    holder
        .project(PROJECT)
        .accounts()
        .list()
        .send()
        .await
        .unwrap();
    let list = holder.accounts().list().project_id(PROJECT);
    list.send().await.unwrap();
    let path = format!("/v1/connect/{PROJECT}/accounts");
    let calls = fake.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.path() == path), "{calls:?}");
}

#[tokio::test]
async fn omits_the_project_only_with_a_connect_token() {
    let fake = FakePipedream::start().await;
    let holder = holder(&fake).await;
    let message = holder
        .clone()
        .project_id("")
        .build()
        .unwrap_err()
        .to_string();
    assert!(message.contains("`project_id` is blank"), "{message}");
    let holder = holder.build().unwrap();
    let empty = pipedream_sdk::types::ProjectId::from("");
    let rejected = [
        holder.project("").accounts().list().send().await.map(drop),
        holder
            .accounts()
            .list()
            .project_id("")
            .send()
            .await
            .map(drop),
        holder
            .raw()
            .retrieve_project_info(&empty, PRODUCTION)
            .await
            .map(drop),
        // With an access token, the project is required.
        server(&fake)
            .build()
            .unwrap()
            .accounts()
            .list()
            .send()
            .await
            .map(drop),
    ];
    for rejected in rejected {
        let error = rejected.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains("project"), "{error}");
    }
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn rejects_a_connect_token_that_an_operation_does_not_accept() {
    let fake = FakePipedream::start().await;
    let holder = holder(&fake).await.build().unwrap().user(USER);
    let rejected = [
        holder.users().list().send().await.map(drop),
        holder.tokens().create().send().await.map(drop),
        holder.projects().list().send().await.map(drop),
        holder
            .project_environment()
            .retrieve_webhook()
            .send()
            .await
            .map(drop),
    ];
    for rejected in rejected {
        let error = rejected.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential, "{error}");
        assert!(
            error.to_string().contains("the operation accepts OAuth2"),
            "{error}"
        );
    }
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn connects_an_account_with_the_token_of_the_request() {
    let fake = FakePipedream::start().await;
    let fields = || CustomFields::new().set("api_key", "sk-1");
    for project in [Some(PROJECT), None] {
        let mut server = server(&fake);
        if let Some(project) = project {
            server = server.project_id(project);
        }
        let server = server.build().unwrap();
        let token = token(&fake).await;
        let accounts = server.accounts();
        let created = accounts.create("openai", fields(), token.clone()).send();
        assert!(created.await.unwrap().id.as_str().starts_with("apn_"));
        let call = fake.last_call();
        assert_eq!(call.bearer(), Some(&*token));
        assert_eq!(
            call.path(),
            match project {
                Some(project) => format!("/v1/connect/{project}/accounts"),
                None => "/v1/connect/accounts".to_owned(),
            }
        );
    }
    // The credential of the call has priority.
    let server = server(&fake).project_id(PROJECT).build().unwrap();
    let (used, other) = (token(&fake).await, token(&fake).await);
    let create = server.accounts().create("openai", fields(), used);
    let create = create.credentials(FixedSecret::new(["ConnectToken"], other.clone()));
    assert!(create.send().await.is_err());
    assert_eq!(fake.last_call().bearer(), Some(&*other));
}

#[tokio::test]
async fn call_accepts_another_credential() {
    let fake = FakePipedream::start().await;
    let server = server(&fake).project_id(PROJECT).build().unwrap();
    let project = pipedream_sdk::types::ProjectId::from(PROJECT);
    let token = token(&fake).await;
    let body: pipedream_sdk::types::CreateAccountOpts = tests::consumer::typed(serde_json::json!({
        "app_slug": "openai", "cfmap_json": "{}", "connect_token": token,
    }));
    let create = |raw: pipedream_sdk::raw::Client| {
        let (project, body) = (&project, &body);
        async move {
            let params = Default::default();
            let created = raw.create_account(project, PRODUCTION, &params, body);
            created.await
        }
    };
    let error = create(server.raw().clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    let message = error.to_string();
    assert!(
        message.contains("the operation accepts ConnectToken") && message.contains("`credentials`"),
        "{message}"
    );
    assert!(fake.requests().is_empty());

    let credential = FixedSecret::new(["ConnectToken"], token.as_str());
    let options = pipedream_sdk::call::CallOptions::new().credentials(credential);
    create(server.raw().with_options(options)).await.unwrap();
}
