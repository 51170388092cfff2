//! Scenarios of workflows called at their HTTP endpoints.

use http::Method;
use pipedream_sdk::Pipedream;
use pipedream_sdk::connect::InvokeAuth;
use serde_json::json;

use super::responses::usual;
use crate::reference::Sdk;
use crate::replay::Stage;

super::scenarios! {
    workflow_invoke_ext_user [
        Python: EndpointsAreKept, Python: BodiesAreJson
    ] usual, |it| {
        let user = workflows(it).user("user-abc");
        let _ = user.invoke(endpoint(it, false)).json(&json!({ "m": "hi" })).send().await;
    }

    workflow_invoke_none [
        TypeScript: EndpointsAreKept, Python: EndpointsAreKept, Python: BodiesAreJson,
        Python: NoUnneededCredential
    ] usual, |it| {
        let invocation = workflows(it).invoke(endpoint(it, true)).json(&json!({ "a": 1 }));
        let _ = invocation.header("accept", "application/json").send().await;
    }

    workflow_invoke_oauth [Python: EndpointsAreKept] usual, |it| {
        let endpoint = endpoint(it, it.sdk == Sdk::Python);
        let invocation = workflows(it).invoke(endpoint).method(Method::GET);
        let _ = invocation.auth(InvokeAuth::OAuth).send().await;
    }

    workflow_invoke_static [
        Python: EndpointsAreKept, Python: NoUnneededCredential
    ] usual, |it| {
        let endpoint = endpoint(it, it.sdk == Sdk::Python);
        let auth = InvokeAuth::Bearer("mysecret".into());
        let _ = workflows(it).invoke(endpoint).auth(auth).send().await;
    }
}

/// Creates a client whose workflow endpoints are on this machine.
fn workflows(stage: &Stage) -> Pipedream {
    let builder = stage.builder().workflow_domain("127.0.0.1");
    builder.build().expect("a client")
}

/// Returns an endpoint. A long one has uppercase letters and a query.
fn endpoint(stage: &Stage, long: bool) -> String {
    let rest = if long { "/MixedCase/Path?Q=1" } else { "" };
    format!("{}/wf{rest}", stage.recorder.base_url())
}
