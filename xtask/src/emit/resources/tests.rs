//! Resources as they are printed.

use super::*;
use crate::lower::resources::testing::{lowered, shop};

/// The file of the group `orders`, without line breaks and double blanks.
fn orders() -> String {
    let resources = lowered(&shop()).0.expect("there are some");
    let runtime = RuntimePath::parse("::other_runtime").unwrap();
    let files = emit(&resources, "generated", &runtime);
    let file = files
        .iter()
        .find(|file| file.path == "things/resources/orders.rs");
    let text = &file.expect("it is there").text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_request_is_sent_with_the_values_of_the_handle() {
    let text = orders();
    for part in [
        "client.list(known.given_shop_id(operation)?.as_deref()).await",
        "let (client, known) = self.call.begin_checked(operation)?; client.keys(&known.shop_id(operation)?).await",
        "self.body.shop = known.shop_id(operation)?;",
        "body: types::Order::new(\"\", token)",
        "let credential = FixedSecret::new([\"Token\"], self.body.token.expose()); self.call.authenticate(credential);",
        "impl_call!(List -> ()); variables!(List { shop_id });",
        "variables!(Keys { /// Sets `shop_id`. shop_id, });",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn the_runtime_is_named_by_its_path() {
    let text = orders();
    assert!(text.contains("use ::other_runtime::{"), "{text}");
    assert!(text.contains("Result<(), other_runtime::Error>"), "{text}");
    assert!(!text.contains("pipedream"), "{text}");
}
