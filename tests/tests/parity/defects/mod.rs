//! The defects of the official SDKs, as measured and read in TypeScript 3.1.6, Python 2.3.0 and the Java snapshot of
//! 2025-07, and what their users complain about: for each a test that it is not ours.

mod answers;
mod credentials;
mod requests;
mod retries;

use Whose::{Java, Python, TypeScript};
use tests::named::NamedTest;

/// Whose defect it is.
#[derive(Clone, Copy, Debug)]
enum Whose {
    TypeScript,
    Python,
    Java,
}

struct Defect {
    whose: &'static [Whose],
    what: &'static str,
    test: NamedTest,
}

macro_rules! defects {
    ($($($whose:ident)+: $what:literal => $file:literal $test:literal;)*) => {
        &[$(Defect {
            whose: &[$($whose),+],
            what: $what,
            test: NamedTest { file: $file, function: $test },
        }),*]
    };
}

#[rustfmt::skip]
const DEFECTS: &[Defect] = defects! {
    // Setting up.
    TypeScript: "retries and time-outs given to the constructor are dropped"
        => "tests/tests/parity/defects/requests.rs" "what_the_builder_was_given_holds_for_every_call";
    TypeScript Python: "a scope is documented and cannot be given"
        => "tests/tests/parity/defects/credentials.rs" "a_scope_is_asked_for";
    Python: "environment variables are read when the module is imported"
        => "sdk/src/environment.rs" "the_variables_of_the_official_sdks_are_read";
    Python: "an environment that does not exist is sent"
        => "sdk/src/environment.rs" "an_unknown_environment_and_a_mistaken_name_are_errors";
    TypeScript Python: "an empty project leads to another path: a 404, or what belongs to no project"
        => "tests/tests/parity/defects/requests.rs" "a_blank_project_or_user_is_no_other_resource";
    TypeScript: "with a token provider, no environment is sent unless one was given"
        => "tests/tests/parity/defects/requests.rs" "the_environment_is_always_said";

    // Credentials.
    TypeScript Java: "callers that come at once each ask for a token"
        => "tests/tests/parity/defects/credentials.rs" "twenty_cold_calls_make_one_token_request";
    Python Java: "a token that lives two minutes or less is fetched for every call"
        => "tests/tests/parity/defects/credentials.rs" "a_short_lived_token_serves_more_than_one_call";
    TypeScript Python: "after a 401 the same token is used until it expires"
        => "tests/tests/parity/defects/credentials.rs" "after_a_401_the_token_is_renewed_and_the_call_succeeds";
    TypeScript: "a Connect token request that failed fails all calls after it"
        => "tests/tests/parity/defects/credentials.rs" "a_token_request_that_failed_is_not_kept";
    Python: "the access token is nothing before the first call, or blocks the thread"
        => "tests/tests/parity/defects/credentials.rs" "the_access_token_is_there_before_the_first_call";
    TypeScript Python: "a credential is sent to operations that take none"
        => "tests/tests/parity/defects/credentials.rs" "an_operation_that_takes_no_credential_gets_none";
    TypeScript Python: "`x-pd-environment` is sent to operations that do not have it"
        => "tests/tests/resources/requests.rs" "every_method_sends_what_it_was_given";

    // Requests.
    Python: "ids are put into paths as they are"
        => "tests/tests/parity/defects/requests.rs" "ids_are_encoded_in_paths";
    TypeScript Python: "it is hard to see how an action is given an account"
        => "tests/tests/parity/defects/requests.rs" "an_action_is_given_an_account_by_its_prop";

    // Retries.
    TypeScript Python Java: "an action that may have run is run again"
        => "tests/tests/parity/defects/retries.rs" "an_action_that_may_have_run_is_not_run_again";
    TypeScript: "a broken connection is not tried again, not even to read"
        => "tests/tests/parity/defects/retries.rs" "a_read_is_repeated_after_a_broken_connection";
    Python: "a broken connection is, but a time-out is not"
        => "tests/tests/parity/defects/retries.rs" "a_read_is_repeated_after_a_time_out";
    Python: "a conflict is taken for something that passes"
        => "tests/tests/parity/defects/retries.rs" "a_conflict_is_not_repeated";
    Python: "a wait in a form that is not expected raises an error inside the retry"
        => "tests/tests/parity/defects/retries.rs" "a_wait_that_cannot_be_read_does_no_harm";
    Python: "a refused download or proxied request is not tried again"
        => "tests/tests/parity/defects/retries.rs" "streamed_answers_are_repeated_after_a_429";
    Java: "retries are counted over all calls of a client"
        => "tests/tests/parity/defects/retries.rs" "each_call_has_retries_of_its_own";
    Java: "`Retry-After` is not heeded"
        => "sdk/runtime/src/http/send/tests.rs" "a_refused_request_is_repeated_after_the_time_the_service_names";
    TypeScript Python: "a time-out is a plain error"
        => "tests/tests/parity/defects/retries.rs" "a_time_out_is_a_kind_of_error";
    TypeScript: "time is not counted any more once the headers are there"
        => "sdk/runtime/src/http/send/tests.rs" "a_body_that_does_not_come_in_time_is_a_timeout_that_keeps_its_status";

    // Lists.
    TypeScript Python: "a cursor that repeats is followed for ever"
        => "tests/tests/resources/pages.rs" "a_cursor_that_repeats_ends_the_list";
    TypeScript: "an empty page with a cursor is not the end"
        => "tests/tests/resources/pages.rs" "an_empty_page_and_an_empty_cursor_end_the_list";
    TypeScript Python: "a list from `before` sends both cursors and goes forward"
        => "tests/tests/resources/pages.rs" "a_list_is_walked_back_from_a_cursor";
    TypeScript: "the cursor of a page was hidden, so that nobody could go on from it elsewhere"
        => "tests/tests/resources/pages.rs" "one_page_shows_its_cursors_and_another_call_goes_on_from_there";

    // Answers.
    Python: "a field that the document does not require, and is not there, fails a whole page"
        => "tests/tests/parity/defects/answers.rs" "what_the_document_allows_to_be_absent_fails_no_page";
    Python: "a value that an enum does not have fails a whole page"
        => "tests/tests/parity/defects/answers.rs" "a_value_that_is_not_listed_fails_no_page";
    TypeScript: "an answer that is no JSON is returned as data"
        => "tests/tests/parity/defects/answers.rs" "an_answer_that_is_no_json_is_an_error_that_keeps_it";
    TypeScript Python: "a 202 without a body is an error"
        => "tests/tests/resources/handles.rs" "a_call_that_was_only_accepted_is_an_outcome";
    TypeScript Python: "only the statuses that the document has for an operation have a kind"
        => "tests/tests/parity/defects/answers.rs" "every_status_has_its_kind_whatever_the_operation_documents";
    TypeScript Python: "the credential could go with a redirect to another host"
        => "tests/tests/parity/defects/answers.rs" "a_redirect_is_followed_with_nothing_that_is_the_services_own";

    // The proxy.
    TypeScript Python: "the target is not in the documentation's base64"
        => "sdk/src/connect/target.rs" "the_address_goes_url_safe_and_without_padding";
    TypeScript: "a target with a query gets a second `?`"
        => "sdk/src/connect/target.rs" "its_own_query_is_kept_and_added_to";
    TypeScript: "bytes come only if the caller says that it accepts them"
        => "tests/tests/parity/defects/answers.rs" "what_the_app_answers_comes_as_it_is";
    TypeScript Python: "bodies are JSON or nothing"
        => "sdk/src/connect/proxy/tests.rs" "a_path_goes_to_the_apps_own_host_and_bytes_and_streams_as_they_are";

    // Workflows at their endpoints.
    TypeScript: "the address of a workflow is changed to small letters and loses its query"
        => "sdk/src/connect/endpoint.rs" "all_forms_of_an_endpoint_are_understood_and_their_letters_kept";
    TypeScript: "a host that only ends like the workflow domain gets the credential"
        => "sdk/src/connect/endpoint.rs" "no_other_host_is_taken_for_one_of_the_domain";
    TypeScript: "a credential may go over plain HTTP"
        => "sdk/src/connect/invoke/tests.rs" "nothing_is_sent_elsewhere_without_encryption_or_for_a_blank_user";
    TypeScript: "what a workflow answers is not returned"
        => "sdk/src/connect/invoke/tests.rs" "a_workflow_gets_method_address_headers_and_body_and_no_credential_by_default";
    Python: "a workflow's address is put behind the address of the service"
        => "sdk/src/connect/invoke/tests.rs" "a_workflow_gets_method_address_headers_and_body_and_no_credential_by_default";
    Python: "a workflow gets a form where JSON was meant"
        => "sdk/src/connect/invoke/tests.rs" "a_workflow_gets_method_address_headers_and_body_and_no_credential_by_default";
    Python: "a workflow that takes no credential gets an empty one, and a token is fetched for it"
        => "sdk/src/connect/invoke/tests.rs" "the_three_kinds_of_authentication";
};

#[test]
fn every_defect_has_a_test_that_exists() {
    let mut lacking = DEFECTS.iter().filter(|it| !it.test.exists()).peekable();
    if lacking.peek().is_some() {
        let lines = lacking.map(|it| format!("{:?}: {}: {:?}\n", it.whose, it.what, it.test));
        panic!("no such tests:\n{}", lines.collect::<String>());
    }
}
