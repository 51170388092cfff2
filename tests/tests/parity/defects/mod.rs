//! Defects of the official SDKs, as measured and read in TypeScript 3.1.6, Python 2.3.0 and the Java snapshot of
//! 2025-07, and complaints of their users. Each names a test that this SDK does not have the defect.

mod credentials;
mod requests;
mod responses;
mod retries;

use Whose::{Java, Python, TypeScript};
use tests::named::NamedTest;

/// SDK with the defect.
#[derive(Clone, Copy, Debug)]
enum Whose {
    TypeScript,
    Python,
    Java,
}

struct Defect {
    whose: &'static [Whose],
    description: &'static str,
    test: NamedTest,
}

macro_rules! defects {
    ($($($whose:ident)+: $what:literal => $file:literal $test:literal;)*) => {
        &[$(Defect {
            whose: &[$($whose),+],
            description: $what,
            test: NamedTest { file: $file, function: $test },
        }),*]
    };
}

#[rustfmt::skip]
const DEFECTS: &[Defect] = defects! {
    // Configuration.
    TypeScript: "retries and timeouts of the constructor are ignored"
        => "tests/tests/parity/defects/requests.rs" "builder_options_apply_to_every_call";
    TypeScript Python: "a scope is documented but cannot be set"
        => "tests/tests/parity/defects/credentials.rs" "requests_the_configured_scope";
    Python: "environment variables are read when the module is imported"
        => "sdk/src/environment.rs" "reads_the_variables_of_the_official_sdks";
    Python: "an unknown environment is sent"
        => "sdk/src/environment.rs" "rejects_an_unknown_environment_and_an_unsupported_variable";
    TypeScript Python: "an empty project addresses another path: a 404, or data of no project"
        => "tests/tests/parity/defects/requests.rs" "rejects_a_blank_project_or_user";
    TypeScript: "with a token provider, no environment is sent unless one is set"
        => "tests/tests/parity/defects/requests.rs" "always_sends_the_environment";

    // Credentials.
    TypeScript Java: "concurrent callers each request a token"
        => "tests/tests/parity/defects/credentials.rs" "concurrent_calls_share_one_token_request";
    Python Java: "a token with a lifetime of two minutes or less is requested for every call"
        => "tests/tests/parity/defects/credentials.rs" "caches_a_short_lived_token";
    TypeScript Python: "after a 401 the same token is used until it expires"
        => "tests/tests/parity/defects/credentials.rs" "renews_the_token_after_a_401";
    TypeScript: "a failed Connect token request fails all later calls"
        => "tests/tests/parity/defects/credentials.rs" "does_not_cache_a_failed_token_request";
    Python: "the access token is `None` before the first call, or blocks the thread"
        => "tests/tests/parity/defects/credentials.rs" "provides_the_access_token_before_the_first_call";
    TypeScript Python: "a credential is sent to operations that require none"
        => "tests/tests/parity/defects/credentials.rs" "sends_no_credential_to_a_public_operation";
    TypeScript Python: "`x-pd-environment` is sent to operations that do not declare it"
        => "tests/tests/resources/requests.rs" "every_method_sends_its_parameters";

    // Requests.
    Python: "IDs in paths are not encoded"
        => "tests/tests/parity/defects/requests.rs" "encodes_ids_in_paths";
    TypeScript Python: "it is not clear how to configure the account of an action"
        => "tests/tests/parity/defects/requests.rs" "configures_an_account_by_prop_name";

    // Retries.
    TypeScript Python Java: "an action that may have run is retried"
        => "tests/tests/parity/defects/retries.rs" "does_not_retry_an_action_that_may_have_run";
    TypeScript: "a lost connection is not retried, not even for a read"
        => "tests/tests/parity/defects/retries.rs" "retries_a_read_after_a_lost_connection";
    Python: "a timeout is not retried"
        => "tests/tests/parity/defects/retries.rs" "retries_a_read_after_a_timeout";
    Python: "a conflict is retried"
        => "tests/tests/parity/defects/retries.rs" "does_not_retry_a_conflict";
    Python: "an unexpected format of `Retry-After` raises an error in the retry"
        => "tests/tests/parity/defects/retries.rs" "ignores_an_invalid_retry_after";
    Python: "a rate-limited download or proxied request is not retried"
        => "tests/tests/parity/defects/retries.rs" "retries_a_streamed_response_after_a_429";
    Java: "retries are counted over all calls of a client"
        => "tests/tests/parity/defects/retries.rs" "counts_retries_per_call";
    Java: "`Retry-After` is ignored"
        => "sdk/runtime/src/http/send/tests.rs" "retries_a_rate_limited_request_after_the_requested_delay";
    TypeScript Python: "a timeout is a plain error"
        => "tests/tests/parity/defects/retries.rs" "timeout_has_an_error_kind";
    TypeScript: "the timeout does not cover the body"
        => "sdk/runtime/src/http/send/tests.rs" "a_timeout_while_reading_the_body_keeps_the_status";

    // Lists.
    TypeScript Python: "a repeated cursor causes an endless loop"
        => "tests/tests/resources/pages.rs" "repeated_cursor_ends_the_list";
    TypeScript: "an empty page with a cursor does not end the list"
        => "tests/tests/resources/pages.rs" "empty_page_or_cursor_ends_the_list";
    TypeScript Python: "a list from `before` sends both cursors and goes forward"
        => "tests/tests/resources/pages.rs" "lists_backwards_from_a_cursor";
    TypeScript: "the cursor of a page was hidden, so that callers could not resume from it"
        => "tests/tests/resources/pages.rs" "page_returns_cursors_to_continue_from";

    // Responses.
    Python: "a missing optional property fails the page"
        => "tests/tests/parity/defects/responses.rs" "missing_optional_property_does_not_fail_a_page";
    Python: "an unknown enum value fails the page"
        => "tests/tests/parity/defects/responses.rs" "unknown_enum_value_does_not_fail_a_page";
    TypeScript: "a response that is not JSON is returned as data"
        => "tests/tests/parity/defects/responses.rs" "invalid_json_is_an_error_with_the_raw_body";
    TypeScript Python: "a 202 without a body is an error"
        => "tests/tests/resources/handles.rs" "accepted_call_returns_an_outcome";
    TypeScript Python: "only documented statuses of an operation have an error type"
        => "tests/tests/parity/defects/responses.rs" "error_kind_depends_on_the_status";
    TypeScript Python: "the credential could be sent to another host by a redirect"
        => "tests/tests/parity/defects/responses.rs" "follows_a_redirect_without_service_headers";

    // The proxy.
    TypeScript Python: "the target is not encoded as documented"
        => "sdk/src/connect/target.rs" "encodes_the_url_as_url_safe_base64_without_padding";
    TypeScript: "a target with a query gets a second `?`"
        => "sdk/src/connect/target.rs" "keeps_and_extends_the_query_of_the_url";
    TypeScript: "bytes are only returned if the caller sends `Accept`"
        => "tests/tests/parity/defects/responses.rs" "returns_the_proxied_response_unchanged";
    TypeScript Python: "bodies can only be JSON"
        => "sdk/src/connect/proxy/tests.rs" "sends_paths_bytes_and_streams_unchanged";

    // Workflow endpoints.
    TypeScript: "the URL of a workflow is lowercased and loses its query"
        => "sdk/src/connect/endpoint.rs" "accepts_all_forms_of_an_endpoint_and_keeps_upper_case";
    TypeScript: "a host that only has the workflow domain as a suffix gets the credential"
        => "sdk/src/connect/endpoint.rs" "rejects_hosts_outside_the_workflow_domain";
    TypeScript: "a credential may be sent over plain HTTP"
        => "sdk/src/connect/invoke/tests.rs" "rejects_other_hosts_plain_http_and_blank_users";
    TypeScript: "the response of a workflow is not returned"
        => "sdk/src/connect/invoke/tests.rs" "invokes_a_workflow_without_a_credential_by_default";
    Python: "the URL of a workflow is appended to the base URL of the service"
        => "sdk/src/connect/invoke/tests.rs" "invokes_a_workflow_without_a_credential_by_default";
    Python: "a workflow gets a form instead of JSON"
        => "sdk/src/connect/invoke/tests.rs" "invokes_a_workflow_without_a_credential_by_default";
    Python: "a workflow without authentication gets an empty credential, and a token is requested for it"
        => "sdk/src/connect/invoke/tests.rs" "sends_each_kind_of_authentication";
};

#[test]
fn every_defect_names_an_existing_test() {
    let mut lacking = DEFECTS.iter().filter(|it| !it.test.exists()).peekable();
    if lacking.peek().is_some() {
        let lines =
            lacking.map(|it| format!("{:?}: {}: {:?}\n", it.whose, it.description, it.test));
        panic!("missing tests:\n{}", lines.collect::<String>());
    }
}
