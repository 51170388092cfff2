//! Which documents have resources, what is found about them, and how requests are put together.

use serde_json::json;

use super::testing::{lowered, named, shop, with};
use crate::diagnostic::Diagnostics;
use crate::model::resource::{
    Argument, Body, Builder, Constructed, Given, Holds, Place, Resources, ResponseKind,
};

fn codes(found: &Diagnostics) -> Vec<&str> {
    found.iter().map(|problem| problem.code.as_str()).collect()
}

fn builder<'r>(resources: &'r Resources, name: &str) -> &'r Builder {
    let mut all = resources.groups.iter().flat_map(|group| &group.builders);
    all.find(|builder| builder.name == name)
        .expect("it is there")
}

#[test]
fn without_names_for_sdks_there_are_no_resources() {
    for operation in [
        json!({}),
        json!({ "x-fern-sdk-group-name": "things" }),
        named(json!({ "x-fern-ignore": true })),
    ] {
        let (resources, found) = lowered(&with(operation));
        assert!(resources.is_none());
        assert_eq!(codes(&found), [""; 0]);
    }
}

#[test]
fn a_list_is_followed_by_its_cursor() {
    let paging = json!({ "cursor": "$request.after", "next_cursor": "$response.next", "results": "$response.things" });
    let (resources, found) = lowered(&with(named(json!({ "x-fern-pagination": paging }))));
    let resources = resources.expect("there are some");
    let paging = builder(&resources, "ListThings").paging.as_ref();
    let paging = paging.expect("it has pages");
    assert!(matches!(&paging.forward.place, Place::Own(field) if field == "after"));
    assert_eq!(paging.items, ["things"]);
    assert_eq!(paging.forward.next.len(), 1);
    assert_eq!(codes(&found), [""; 0]);
}

#[test]
fn pages_that_cannot_be_followed_are_reported_and_one_page_can_still_be_requested() {
    for paging in [
        json!({ "offset": "$request.page", "results": "$response.things" }),
        json!({ "cursor": "$request.nothing", "next_cursor": "$response.next", "results": "$response.things" }),
        json!({ "cursor": "$request.after", "next_cursor": "$response.nothing", "results": "$response.things" }),
        json!({ "cursor": "$request.after", "next_cursor": "$response.next", "results": "$response.next" }),
        json!({ "cursor": "after", "next_cursor": "next", "results": "things" }),
        json!(true),
    ] {
        let (resources, found) = lowered(&with(named(json!({ "x-fern-pagination": paging }))));
        assert_eq!(codes(&found), ["unsupported-pagination"], "{paging}");
        let resources = resources.expect("there are some");
        assert!(builder(&resources, "ListThings").paging.is_none());
    }
}

#[test]
fn a_return_value_that_is_not_in_the_response_is_reported() {
    let (resources, found) = lowered(&with(named(
        json!({ "x-fern-sdk-return-value": "nothing" }),
    )));
    assert_eq!(codes(&found), ["unknown-return-value"]);
    let resources = resources.expect("there are some");
    let response = &builder(&resources, "ListThings").response;
    assert!(response.unwraps.is_none() && matches!(response.kind, ResponseKind::Value(_)));

    let (resources, found) = lowered(&with(named(json!({ "x-fern-sdk-return-value": "things" }))));
    assert_eq!(codes(&found), [""; 0]);
    let resources = resources.expect("there are some");
    let unwraps = &builder(&resources, "ListThings").response.unwraps;
    assert!(unwraps.as_ref().is_some_and(|(field, _)| field == "things"));
}

#[test]
fn a_value_that_a_credential_implies_need_not_be_given_and_where_none_does_it_must() {
    let (resources, _) = lowered(&shop());
    let resources = resources.expect("there are some");
    let list = builder(&resources, "List");
    assert!(matches!(
        list.arguments.as_slice(),
        [Argument::Variable(0, _, true)]
    ));
    assert_eq!(list.filled[0].description.implied_by, ["Token"]);
    assert!(!list.filled[0].required && !list.checks_credential);

    // An operation that takes other credentials alone needs it, and reports a wrong credential first.
    let keys = builder(&resources, "Keys");
    assert!(matches!(
        keys.arguments.as_slice(),
        [Argument::Variable(0, _, false)]
    ));
    assert!(keys.filled[0].required && keys.checks_credential);
}

#[test]
fn a_body_is_constructed_from_what_is_required_and_the_rest_is_set() {
    let (resources, _) = lowered(&shop());
    let resources = resources.expect("there are some");
    let create = builder(&resources, "Create");
    let Some(Body::Struct { required, .. }) = &create.body else {
        panic!("the body is a struct: {:?}", create.body);
    };
    // The handle has the shop; the caller gives the token, by which the request authenticates.
    assert!(
        matches!(required.as_slice(), [Constructed::PlaceholderText, Constructed::Input(number)]
            if create.inputs[*number].name == "token"),
        "{required:?}"
    );
    assert_eq!(create.credential, Some(("Token".to_owned(), 0)));
    assert!(
        matches!(&create.fills[..], [fill] if fill.holds == Holds::Value
        && matches!(&fill.place, Place::Body(field) if field == "shop"))
    );
    let given: Vec<_> = create
        .inputs
        .iter()
        .map(|input| (input.ident.to_string(), input.given.clone()))
        .collect();
    let null = crate::names::ident("null_note");
    assert_eq!(
        given,
        [
            ("token".to_owned(), Given::Argument),
            ("note".to_owned(), Given::Nullable(null)),
            ("kind".to_owned(), Given::Optional),
            ("size".to_owned(), Given::Optional),
            // Every builder has a method of this name.
            ("body_send".to_owned(), Given::Optional),
        ]
    );
}
