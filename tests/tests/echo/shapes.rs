//! Tests of schemas whose values keep everything that they have: recursive maps, unions and null.

use pipedream_sdk_runtime::Outcome;
use serde_json::{Value, json};

use super::openapi::types::{Shapes, ShapesMarksItem, ShapesSizesItem, ShapesStepsItem};
use super::server::Echo;

#[tokio::test]
async fn values_of_unions_keep_all_their_properties() {
    let echo = Echo::start().await;
    let value = json!({
        "tree": {"a": {"b": {}}, "c": {}},
        "port": "http",
        "gone": null,
        "owner": null,
        "sizes": [{"version": 2, "height": 3}, {"version": 1, "width": 4}, {"version": 3}],
        "results": [{"ok": false, "value": 1}, {"ok": true, "value": 1}],
        "closed": [{"a": "1", "b": "2"}, {"a": "1"}],
        "both": {"number": "1", "iban": "DE1"},
        "marks": [{"kind": "all"}, {"kind": "none"}, {"kind": "new"}],
        "steps": [{"kind": "list", "of": [], "note": null}, {"kind": "map", "of": {}}],
        "further": [1]
    });
    let shapes: Shapes = serde_json::from_value(value.clone()).unwrap();
    let response = echo.client().send_shapes(&shapes).await.unwrap();
    let Outcome::Finished(received) = response.into_value() else {
        panic!("a body");
    };
    let log = echo.log();
    let (_, sent) = log[0].split_once("json ").unwrap();
    assert_eq!(serde_json::from_str::<Value>(sent).unwrap(), value);
    assert_eq!(serde_json::to_value(&received).unwrap(), value);

    let [two, one, three] = received.sizes.unwrap().try_into().unwrap();
    assert!(matches!(two, ShapesSizesItem::Variant1(it) if it.height == Some(3)));
    assert!(matches!(one, ShapesSizesItem::Variant0(it) if it.width == Some(4)));
    assert!(matches!(three, ShapesSizesItem::Unknown(_)));
    let marks = received.marks.unwrap();
    assert!(matches!(marks[0], ShapesMarksItem::Variant1(_)));
    let steps = received.steps.unwrap();
    assert!(
        matches!(&steps[0], ShapesStepsItem::List { of: Some(of), note: Some(None) } if of.is_empty())
    );
}

#[tokio::test]
async fn responses_that_cannot_have_a_body_have_no_value() {
    let echo = Echo::start().await;
    let client = echo.client();
    let nothing: Shapes = serde_json::from_value(json!({})).unwrap();
    let response = client.send_shapes(&nothing).await.unwrap();
    assert!(response.value().is_accepted());
    client.probe_shapes().await.unwrap();
    let unchanged = client.start_shapes().await.unwrap();
    assert_eq!(unchanged.status().as_u16(), 304);
}
