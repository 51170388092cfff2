//! Tests of every operation with the plain progenitor client.

use bare_client::CallResult;
use tests::bare::{arguments, method, request};
use tests::documents::{Operation, operations};
use tests::world::{World, on_a_paused_clock};

/// The plain client is strict: an unexpected status or a body that does not match the type is an error.
#[test]
fn plain_client_accepts_the_response_of_every_operation() {
    let complaints: Vec<String> = operations()
        .iter()
        .filter_map(|operation| {
            let sent = on_a_paused_clock(request(operation));
            let token = sent.bearer().unwrap_or_default();
            let result = on_a_paused_clock(async {
                // Every fake creates the same IDs and issues the same tokens in the same order.
                let world = World::start().await;
                let url = world.fake.base_url();
                let result =
                    bare_client::call(url, token, &method(&operation.id), &arguments(&sent)).await;
                world.fake.assert_none_rejected();
                let received = world.fake.requests_of(&operation.id);
                let received = received.first().expect("a request of the operation");
                assert_eq!(received.path(), sent.path());
                assert_eq!(received.query(), sent.query());
                result
            });
            complaint(operation, &result)
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn complaint(operation: &Operation, result: &CallResult) -> Option<String> {
    let accepted = result.error.is_none() && result.status == Some(operation.status);
    (!accepted).then(|| format!("{}: {result:?}", operation.id))
}
