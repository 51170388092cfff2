//! Tests of the flow of workflows: criteria, actions, dependencies, inputs and outputs.

use serde_json::json;

use super::server::Echo;
use super::workflows::{
    CollectedInputs, ComparedInputs, DefaultsInputs, ExpectedErrorInputs, LengthsInputs,
    NoRetryInputs, OrderedInputs, PollInputs, QuotesInputs, RedirectedInputs, RefusedInputs,
    SecretsInputs, SelectedInputs, TwoDependenciesInputs, UsersInputs, XpathInputs, collected,
    compared, defaults, expected_error, lengths, no_retry, ordered, poll, quotes, redirected,
    refused, secrets, selected, two_dependencies, users, xpath,
};

#[tokio::test]
async fn defaults_apply_where_the_caller_gives_nothing() {
    let echo = Echo::start().await;
    defaults(&echo.client(), DefaultsInputs::new())
        .await
        .unwrap();
    let given = DefaultsInputs::new()
        .name("ada")
        .limit(5_i64)
        .untyped(json!("x"));
    defaults(&echo.client(), given).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /marks/anybody?value=20+%5B1%2C%22two%22%5D",
            "POST /marks/ada?value=5+x",
        ]
    );
}

#[tokio::test]
async fn a_retry_limit_of_zero_allows_no_retry() {
    let echo = Echo::start().await;
    let error = no_retry(&echo.client(), NoRetryInputs::new())
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(echo.log().len(), 1);
}

#[tokio::test]
async fn a_query_that_is_written_as_a_comparison_compares() {
    let echo = Echo::start().await;
    compared(&echo.client(), ComparedInputs::new("finished"))
        .await
        .unwrap();
    assert_eq!(echo.log(), ["GET /things/finished"]);
    compared(&echo.client(), ComparedInputs::new("waiting"))
        .await
        .unwrap();
    assert_eq!(echo.log()[1..], ["GET /things/waiting", "POST /marks/more"]);
}

#[tokio::test]
async fn an_accepted_error_has_outputs() {
    let echo = Echo::start().await;
    let outputs = expected_error(&echo.client(), ExpectedErrorInputs::new())
        .await
        .unwrap();
    assert_eq!(outputs.reason.as_deref(), Some("it was deleted"));
}

#[tokio::test]
async fn an_output_of_another_type_in_an_accepted_error_is_an_error() {
    let echo = Echo::start().await;
    echo.answer_errors_with(json!({ "reason": ["a", "list"] }));
    let error = expected_error(&echo.client(), ExpectedErrorInputs::new())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("$response.body#/reason"), "{text}");
    echo.answer_errors_with(json!({ "reason": null }));
    let outputs = expected_error(&echo.client(), ExpectedErrorInputs::new()).await;
    assert_eq!(outputs.unwrap().reason, None);
}

#[tokio::test]
async fn a_step_reads_the_outputs_of_the_status_at_hand() {
    let echo = Echo::start().await;
    let outputs = users(&echo.client(), UsersInputs::new("Grace"))
        .await
        .unwrap();
    assert_eq!(outputs.receipt, Some(json!(7)));
    assert_eq!(outputs.id, None);
    assert_eq!(outputs.unchanged, 304);
    assert_eq!(
        echo.log()[1],
        "PUT /users/new content-type=application/json {\"manager\":{\"name\":\"Ada\",\
         \"password\":\"other\"},\"name\":\"Grace\",\"password\":\"secret\"}"
    );
}

#[tokio::test]
async fn a_step_repeats_until_its_own_output_changes() {
    let echo = Echo::start().await;
    let outputs = poll(&echo.client(), PollInputs::new()).await.unwrap();
    assert_eq!(echo.log(), ["GET /things/pending"; 3]);
    assert_eq!(outputs.state.as_deref(), Some("done"));
}

#[tokio::test]
async fn outputs_are_collected_in_lists_and_objects() {
    let echo = Echo::start().await;
    let outputs = collected(&echo.client(), CollectedInputs::new())
        .await
        .unwrap();
    let about = json!({ "state": "done", "at": [200, null, "is done", 1] });
    assert_eq!(outputs.all, json!(["done", { "about": about }]));
    let [_, mark] = echo.log().try_into().unwrap();
    let value = "%7B%22state%22%3A%22done%22%2C%22at%22%3A%5B200%2Cnull%2C%22is+done%22%2C1%5D%7D";
    assert_eq!(mark, format!("POST /marks/is%20done?value={value}"));
}

#[tokio::test]
async fn an_accepted_error_is_collected_and_embedded() {
    let echo = Echo::start().await;
    let outputs = refused(&echo.client(), RefusedInputs::new()).await.unwrap();
    assert_eq!(outputs.why, json!({ "reason": "it was deleted" }));
    assert_eq!(outputs.text, "because it was deleted");
}

#[tokio::test]
async fn xpath_is_evaluated_on_xml() {
    let echo = Echo::start().await;
    xpath(&echo.client(), XpathInputs::new(2_i64))
        .await
        .unwrap();
    assert_eq!(echo.log(), ["GET /xml"]);
    xpath(&echo.client(), XpathInputs::new(3_i64))
        .await
        .unwrap();
    assert_eq!(echo.log()[1..], ["GET /xml", "POST /marks/more"]);
}

#[tokio::test]
async fn steps_run_after_those_they_depend_on() {
    let echo = Echo::start().await;
    ordered(&echo.client(), OrderedInputs::new()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /marks/first",
            "POST /marks/second",
            "POST /marks/third"
        ]
    );
}

#[tokio::test]
async fn lengths_and_embedded_strings_are_compared() {
    let echo = Echo::start().await;
    lengths(&echo.client(), LengthsInputs::new()).await.unwrap();
    assert_eq!(echo.log(), ["GET /things/t", "POST /marks/found"]);
}

#[tokio::test]
async fn values_with_quotes_are_compared_in_queries() {
    for text in [
        "plain",
        "it's",
        "say \"so\"",
        "both ' and \"",
        "a\\b\n",
        "' or '' = '",
    ] {
        let echo = Echo::start().await;
        let inputs = QuotesInputs::new(text);
        quotes(&echo.client(), inputs)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(echo.log().len(), 2);
    }
}

#[tokio::test]
async fn a_redirect_that_a_step_expects_is_not_followed() {
    let echo = Echo::start().await;
    let outputs = redirected(&echo.client(), RedirectedInputs::new())
        .await
        .unwrap();
    assert_eq!(outputs.at.as_deref(), Some("/things/t"));
    assert_eq!(echo.log(), ["GET /things"]);
    let found = echo.client().find_thing().await.unwrap();
    assert_eq!(found.value().state.as_deref(), Some("done"));
    assert_eq!(echo.log()[1..], ["GET /things", "GET /things/t"]);
}

#[tokio::test]
async fn a_workflow_that_two_dependencies_need_runs_once() {
    let echo = Echo::start().await;
    // `left` and `right` do not declare the optional input of `root` themselves.
    let inputs = TwoDependenciesInputs::new().value("v");
    two_dependencies(&echo.client(), inputs).await.unwrap();
    let sent = [
        "POST /marks/root?value=v",
        "POST /marks/left",
        "POST /marks/right",
        "POST /marks/200200",
    ];
    assert_eq!(echo.log(), sent);
}

#[tokio::test]
async fn selectors_select_one_value_or_a_list() {
    let echo = Echo::start().await;
    selected(&echo.client(), SelectedInputs::new())
        .await
        .unwrap();
    assert_eq!(
        echo.log()[2..],
        [
            "POST /anything content-type=application/json {\"only\":\"b\",\"letters\":\"b\",\"count\":2.0}",
            "POST /marks/4?value=3",
        ]
    );
}

#[tokio::test]
async fn inputs_with_names_of_secrets_are_redacted() {
    let echo = Echo::start().await;
    let inputs = SecretsInputs::new("one", "two", "three", "four");
    let text = format!("{inputs:?}");
    assert!(!text.contains("one") && !text.contains("two") && !text.contains("three"));
    assert!(text.contains("four"), "{text}");
    secrets(&echo.client(), inputs).await.unwrap();
    assert_eq!(echo.log(), ["POST /marks/one?value=two+three+four"]);
}
