//! Every operation, called with the client as progenitor alone makes it of the document.

use bare_client::Heard;
use tests::bare::{arguments, method, request};
use tests::described::{Operation, operations};
use tests::world::{World, on_a_paused_clock};

/// That client is strict: an answer whose status it does not expect, or whose body does not fit the type, is an error.
#[test]
fn a_bare_client_of_the_document_accepts_the_answer_of_every_operation() {
    let complaints: Vec<String> = operations()
        .iter()
        .filter_map(|operation| {
            let sent = on_a_paused_clock(request(operation));
            let token = sent.bearer().unwrap_or_default();
            let heard = on_a_paused_clock(async {
                // Every world has the same ids, and issues the same tokens in the same order.
                let world = World::start().await;
                let url = world.fake.base_url();
                let heard =
                    bare_client::call(url, token, &method(&operation.id), &arguments(&sent)).await;
                world.fake.assert_none_refused();
                let came = world.fake.requests_of(&operation.id);
                let came = came.first().expect("a request of the operation");
                assert_eq!(came.path(), sent.path());
                assert_eq!(came.query(), sent.query());
                heard
            });
            complaint(operation, &heard)
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn complaint(operation: &Operation, heard: &Heard) -> Option<String> {
    let accepted = heard.error.is_none() && heard.status == Some(operation.status);
    (!accepted).then(|| format!("{}: {heard:?}", operation.id))
}
