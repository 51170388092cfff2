//! End-to-end tests of the workflows over both APIs, and of waiting for user actions.

use std::time::Duration;

use pipedream_sdk::ErrorKind;
use pipedream_sdk::dynamiq::{self, workflows};
use pipedream_sdk_testing::{FakeDynamiq, FakePipedream, Fault};

use crate::{USER, app, pipedream, user};

#[tokio::test]
async fn returns_a_link_for_the_first_requirement() {
    let fake = FakeDynamiq::start().await;
    let requirement = fake.require_account("slack");
    let user = user(&fake);

    let open = user.requirement_link().run().await.unwrap();
    assert_eq!(open.unsatisfied.len(), 1);
    assert_eq!(open.unsatisfied[0].id.as_str(), requirement);
    let link = open.link.unwrap();
    fake.assert_calls([
        "getAppRequirementsStatus",
        "createConnectToken",
        "authorizeConnectRequirementActionConnector",
    ]);
    let requests = fake.requests();
    let token = open.steps.create_connect_token.unwrap().connect_token;
    assert_eq!(requests[0].bearer(), Some(FakeDynamiq::ACCESS_KEY));
    assert_eq!(requests[1].bearer(), Some(FakeDynamiq::ACCESS_KEY));
    assert_eq!(requests[2].bearer(), Some(token.expose()));

    let waiting = user
        .wait_until_complete()
        .first_pause(Duration::from_millis(5));
    let waiting = tokio::spawn(waiting.wait());
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert!(!waiting.is_finished());
    let connected = fake.connect(link.expose()).await;
    assert!(connected.account_id.is_some(), "{connected:?}");
    waiting.await.unwrap().unwrap();

    // The account is in Dynamiq's project, and no requirement is left.
    let done = user.requirement_link().run().await.unwrap();
    assert!(done.unsatisfied.is_empty() && done.link.is_none() && done.page_url.is_none());
    fake.assert_none_rejected();
}

#[tokio::test]
async fn other_requirement_type_ends_the_workflow_after_the_list() {
    let fake = FakeDynamiq::start().await;
    fake.require_credentials("dynamiq.connections.HttpApiKey");
    fake.require_account("slack");
    let open = user(&fake).requirement_link().run().await.unwrap();
    assert_eq!(open.unsatisfied.len(), 2);
    assert!(open.link.is_none());
    fake.assert_calls(["getAppRequirementsStatus"]);
}

#[tokio::test]
async fn connects_the_account_in_a_separate_project() {
    let fake = FakeDynamiq::start().await;
    let own = FakePipedream::start().await;
    fake.require_account("github");
    let user = user(&fake);
    let pipedream = pipedream(&own);

    let workflow = user.workflows(&pipedream).self_hosted_requirement_link();
    let open = workflow.run().await.unwrap();
    fake.assert_calls(["getAppRequirementsStatus"]);
    own.assert_calls(["createToken"]);
    let sent = own.last_call();
    assert_eq!(sent.json()["external_user_id"], USER);
    assert_eq!(
        sent.path_parameter("project_id"),
        Some(FakePipedream::PROJECT_ID)
    );

    let (app, page) = dynamiq::connect_link(&open).unwrap();
    assert_eq!(app, "github");
    let page = page.url().unwrap();
    assert!(page.expose().ends_with("&connectLink=true&app=github"));

    let waiting = pipedream.user(user.id()).wait_for_account(app);
    let waiting = tokio::spawn(waiting.first_pause(Duration::from_millis(5)).wait());
    let token = open.token.as_ref().unwrap();
    let connected = own.connect(token.token.expose(), app).await;
    let account = waiting.await.unwrap().unwrap();
    assert_eq!(Some(account.id.as_str()), connected.account_id.as_deref());
    fake.assert_none_rejected();
    own.assert_none_rejected();
}

#[tokio::test]
async fn supports_a_different_user_id_in_pipedream() {
    let fake = FakeDynamiq::start().await;
    let own = FakePipedream::start().await;
    fake.require_account("github");
    let theirs = pipedream(&own).user("theirs");
    let workflows = user(&fake).workflows(&theirs);
    workflows
        .self_hosted_requirement_link()
        .run()
        .await
        .unwrap();
    assert_eq!(own.last_call().json()["external_user_id"], "theirs");
    assert_eq!(fake.requests()[0].query_parameter("user_id"), Some(USER));
}

#[tokio::test]
async fn creates_no_token_without_missing_requirements() {
    let fake = FakeDynamiq::start().await;
    let own = FakePipedream::start().await;
    let workflows = user(&fake).workflows(&pipedream(&own));
    let open = workflows
        .self_hosted_requirement_link()
        .run()
        .await
        .unwrap();
    assert!(open.token.is_none() && dynamiq::connect_link(&open).is_none());
    own.assert_calls([]);
}

#[tokio::test]
async fn resumes_a_stopped_workflow() {
    let fake = FakeDynamiq::start().await;
    fake.require_account("slack");
    fake.on(
        "authorizeConnectRequirementActionConnector",
        Fault::status(500),
    );
    let stopped = user(&fake).requirement_link().run().await.unwrap_err();
    let stopped = stopped.into_workflow_error::<workflows::RequirementLinkSteps>();
    let stopped = stopped.unwrap();
    assert!(stopped.steps().create_connect_token.is_some());
    let resumed = user(&fake)
        .requirement_link()
        .resume(stopped.into_record())
        .run()
        .await
        .unwrap();
    assert!(resumed.link.is_some());
    assert_eq!(fake.requests_of("createConnectToken").len(), 1);
}

#[tokio::test]
async fn waits_for_one_requirement() {
    let fake = FakeDynamiq::start().await;
    let wanted = fake.require_oauth2("dynamiq.connections.Google");
    let other = fake.require_account("slack");
    let user = user(&fake);
    let wait = || {
        user.wait_until_complete()
            .first_pause(Duration::from_millis(5))
    };

    let time = Duration::from_millis(40);
    let error = wait()
        .requirement(&*wanted)
        .timeout(time)
        .wait()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);

    user.connect()
        .await
        .unwrap()
        .authorize_oauth2(&*wanted)
        .send()
        .await
        .unwrap();
    assert!(fake.grant_oauth2(USER, &wanted));
    fake.on("getAppRequirementsStatus", Fault::status(503).times(2));
    wait().requirement(&*wanted).wait().await.unwrap();
    let error = wait()
        .requirement(&*other)
        .timeout(time)
        .wait()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(wait().timeout(time).wait().await.is_err());
}

#[tokio::test]
async fn requirements_are_fulfilled_per_user() {
    let fake = FakeDynamiq::start().await;
    let id = fake.require_credentials("dynamiq.connections.HttpApiKey");
    let connect = user(&fake).connect().await.unwrap();
    let config = serde_json::Map::new();
    let stored = connect.store_credentials(&*id, "dynamiq.connections.HttpApiKey", config);
    stored.send().await.unwrap();
    let mine = user(&fake).requirements_status().send().await.unwrap();
    let theirs = app(&fake)
        .user("another")
        .requirements_status()
        .send()
        .await
        .unwrap();
    assert!(mine.unsatisfied.is_empty());
    assert_eq!(theirs.unsatisfied.len(), 1);
}

#[test]
fn catalog_includes_both_workflows_with_their_sources() {
    let found: Vec<_> = workflows::CATALOG
        .iter()
        .map(|it| (it.id, it.sources))
        .collect();
    assert_eq!(
        found,
        [
            ("requirement-link", &["dynamiqApi"][..]),
            (
                "self-hosted-requirement-link",
                &["dynamiqApi", "pipedreamApi"]
            ),
        ]
    );
    // Without the feature, only the Pipedream workflows are included.
    assert_eq!(pipedream_sdk::workflows::CATALOG.len(), 18);
}
