//! Tests of resources: named operations, diagnostics, pagination, and the arguments of requests.

use serde_json::json;

use super::testing::{lowered, named, shop, with};
use crate::diagnostic::Diagnostics;
use crate::model::resource::{
    Argument, Body, Builder, ConstructorArgument, FieldLocation, InputMode, Optionality, Resources,
    ResponseKind,
};

fn codes(found: &Diagnostics) -> Vec<&str> {
    found
        .iter()
        .map(|diagnostic| diagnostic.code.as_str())
        .collect()
}

fn builder<'r>(resources: &'r Resources, name: &str) -> &'r Builder {
    let mut all = resources.groups.iter().flat_map(|group| &group.builders);
    all.find(|builder| builder.name == name)
        .unwrap_or_else(|| panic!("missing builder `{name}`"))
}

#[test]
fn an_operation_without_declared_names_is_named_by_its_tag_or_path_and_its_id() {
    let method = |operation| {
        let (resources, found) = lowered(&with(operation));
        assert_eq!(codes(&found), [""; 0]);
        let resources = resources.expect("the document has resources");
        let group = &resources.groups[0];
        format!("{}().{}()", group.method, group.builders[0].method)
    };
    assert_eq!(method(json!({})), "things().list()");
    assert_eq!(
        method(json!({ "tags": ["Stock"] })),
        "stock().list_things()"
    );
    let declared = json!({ "x-fern-sdk-group-name": "shelf" });
    assert_eq!(method(declared), "shelf().list_things()");
}

#[test]
fn a_group_with_the_name_of_a_type_or_module_of_the_generator_says_that_it_is_a_group() {
    let names = |tag: &str| {
        let (resources, _) = lowered(&with(json!({ "tags": [tag] })));
        let group = &resources.expect("the document has resources").groups[0];
        format!("{} {} {}", group.method, group.module, group.handle)
    };
    assert_eq!(names("Pages"), "pages pages PagesGroup");
    assert_eq!(
        names("Operations"),
        "operations operations_group Operations"
    );
    assert_eq!(names("Shelves"), "shelves shelves Shelves");
}

#[test]
fn a_document_of_ignored_operations_has_no_resources() {
    let (resources, found) = lowered(&with(json!({ "x-fern-ignore": true })));
    assert!(resources.is_none());
    assert_eq!(codes(&found), [""; 0]);
}

#[test]
fn the_operation_id_is_an_alias_unless_a_search_finds_the_method_anyway() {
    let aliases = |operation| {
        let (resources, _) = lowered(&with(named(operation)));
        let resources = resources.expect("the document has resources");
        let operation = &builder(&resources, "ListThings").operation;
        operation.aliases.clone()
    };
    assert_eq!(aliases(json!({})), ["listThings"]);
    let method = |name: &str| json!({ "x-fern-sdk-method-name": name });
    assert_eq!(aliases(method("list_things")), [""; 0]);
    assert_eq!(aliases(method("list of")), ["listThings"]);
}

#[test]
fn paginates_a_list_by_cursor() {
    let paging = json!({ "cursor": "$request.after", "next_cursor": "$response.next", "results": "$response.things" });
    let (resources, found) = lowered(&with(named(json!({ "x-fern-pagination": paging }))));
    let resources = resources.expect("the document has resources");
    let paging = builder(&resources, "ListThings").paging.as_ref();
    let paging = paging.expect("the list is paginated");
    assert!(matches!(&paging.forward.location, FieldLocation::Own(field) if field == "after"));
    assert_eq!(paging.items, ["things"]);
    assert_eq!(paging.forward.next.len(), 1);
    assert_eq!(codes(&found), [""; 0]);
}

#[test]
fn reports_unsupported_pagination_and_keeps_the_builder() {
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
        let resources = resources.expect("the document has resources");
        assert!(builder(&resources, "ListThings").paging.is_none());
    }
}

#[test]
fn reports_a_return_value_missing_from_the_response() {
    let (resources, found) = lowered(&with(named(
        json!({ "x-fern-sdk-return-value": "nothing" }),
    )));
    assert_eq!(codes(&found), ["unknown-return-value"]);
    let resources = resources.expect("the document has resources");
    let response = &builder(&resources, "ListThings").response;
    assert!(response.unwraps.is_none() && matches!(response.kind, ResponseKind::Value(_)));

    let (resources, found) = lowered(&with(named(json!({ "x-fern-sdk-return-value": "things" }))));
    assert_eq!(codes(&found), [""; 0]);
    let resources = resources.expect("the document has resources");
    let unwraps = &builder(&resources, "ListThings").response.unwraps;
    assert!(unwraps.as_ref().is_some_and(|(field, _)| field == "things"));
}

#[test]
fn a_variable_is_optional_only_if_an_accepted_credential_implies_it() {
    let (resources, _) = lowered(&shop());
    let resources = resources.expect("the document has resources");
    let list = builder(&resources, "List");
    assert!(matches!(
        list.arguments.as_slice(),
        [Argument::Variable(0, _, true)]
    ));
    assert_eq!(list.variable_uses[0].description.implied_by, ["Token"]);
    assert!(!list.variable_uses[0].required && !list.checks_credential);

    // An operation that accepts only other credentials requires it, and reports a wrong credential first.
    let keys = builder(&resources, "Keys");
    assert!(matches!(
        keys.arguments.as_slice(),
        [Argument::Variable(0, _, false)]
    ));
    assert!(keys.variable_uses[0].required && keys.checks_credential);
}

#[test]
fn constructs_a_body_from_required_fields_and_sets_the_others() {
    let (resources, _) = lowered(&shop());
    let resources = resources.expect("the document has resources");
    let create = builder(&resources, "Create");
    let Some(Body::Struct { required, .. }) = &create.body else {
        panic!("the body is not a struct: {:?}", create.body);
    };
    // The handle supplies the shop. The caller passes the token, which authenticates the request.
    assert!(
        matches!(required.as_slice(), [ConstructorArgument::PlaceholderText, ConstructorArgument::Input(number)]
            if create.inputs[*number].name == "token"),
        "{required:?}"
    );
    assert_eq!(create.credential, Some(("Token".to_owned(), 0)));
    assert!(
        matches!(&create.fills[..], [fill] if fill.optionality == Optionality::Required
        && matches!(&fill.location, FieldLocation::Body(field) if field == "shop"))
    );
    let modes: Vec<_> = create
        .inputs
        .iter()
        .map(|input| (input.ident.to_string(), input.mode.clone()))
        .collect();
    let null = crate::names::ident("null_note");
    assert_eq!(
        modes,
        [
            ("token".to_owned(), InputMode::Argument),
            ("note".to_owned(), InputMode::Nullable(null)),
            ("kind".to_owned(), InputMode::Optional),
            ("size".to_owned(), InputMode::Optional),
            // `send` is a method of every builder.
            ("body_send".to_owned(), InputMode::Optional),
        ]
    );
}
