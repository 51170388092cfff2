//! Tests of values that steps send as they were received or given, with what their types do not keep.

use pipedream_sdk_runtime::{WorkflowSet as _, run_json};
use serde_json::{Value, json};

use super::server::Echo;
use super::workflows;
use super::workflows::{ReceivedInputs, UndeclaredInputs, received, undeclared};

#[tokio::test]
async fn values_are_sent_as_they_were_received() {
    let echo = Echo::start().await;
    let inputs = serde_json::from_value::<ReceivedInputs>(
        json!({ "number": "5", "box": { "size": 2, "color": "red" } }),
    );
    received(&echo.client(), inputs.unwrap()).await.unwrap();
    let parcel = json!({
        "id": "p", "sent": "2026-01-02T03:04:05.50+02:00", "note": null,
        "box": { "size": 1, "lid": true }, "weight": 1.5
    });
    let mut changed = parcel.clone();
    changed["note"] = json!("for 5");
    changed["box"]["lid"] = json!(false);
    changed["copy"] = parcel["box"].clone();
    let log: Vec<(String, Value)> = echo.log().iter().map(|line| head_and_json(line)).collect();
    let json = |target: &str| format!("{target} content-type=application/json");
    let sent = "2026-01-02T03%3A04%3A05.50%2B02%3A00";
    let mark = "/marks/null%20%7B%22size%22%3A1%2C%22lid%22%3Atrue%7D";
    let expected = [
        ("GET /parcels/p".to_owned(), json!({})),
        (
            "PUT /parcels/p content-type=application/vnd.parcel+json".to_owned(),
            parcel.clone(),
        ),
        (
            json("POST /parcels"),
            json!({
                "parcels": [parcel], "box": parcel["box"], "note": null, "sent": parcel["sent"],
                "due": "2026-01-03T00:00:00+02:00", "number": 5
            }),
        ),
        (format!("POST {mark}?value={sent}"), json!({})),
        (format!("GET /parcels?since={sent}"), json!({})),
        ("GET /parcels/p".to_owned(), json!({})),
        (json("PUT /parcels/q"), parcel.clone()),
        (json("PUT /parcels/r"), changed),
        (
            json("POST /parcels"),
            json!({ "box": { "size": 2, "color": "red" }, "urgent": true }),
        ),
    ];
    assert_eq!(log, expected);
}

/// Splits a recorded request into its head and its JSON body.
fn head_and_json(line: &str) -> (String, Value) {
    let (head, body) = line.split_once(" {").unwrap_or((line, "}"));
    let body: Value = serde_json::from_str(&format!("{{{body}")).unwrap();
    (head.to_owned(), body)
}

#[tokio::test]
async fn inputs_are_sent_as_they_were_given() {
    let echo = Echo::start().await;
    let handle = workflows::Workflows::new(echo.client(), workflows::Variables::default());
    let parcel = json!({
        "id": "g", "sent": "2026-01-02T03:04:05.50-07:00", "box": { "size": 1, "lid": [true] },
        "weight": { "kg": 2 }
    });
    let at = "2026-02-01T10:00:00.120+09:00";
    let inputs = json!({ "parcel": parcel, "at": at, "day": "2026-02-02", "count": 5 });
    run_json(&handle, "given", inputs).await.unwrap();
    let received = json!({
        "id": "p", "sent": "2026-01-02T03:04:05.50+02:00", "note": null,
        "box": { "size": 1, "lid": true }, "weight": 1.5
    });
    let escaped = |time: &str| time.replace(':', "%3A").replace('+', "%2B");
    let (given, sent) = (escaped(at), escaped("2026-01-02T03:04:05.50+02:00"));
    let (day, due) = (
        escaped("2026-02-02T08:00:00+02:00"),
        escaped("2026-01-03T00:00:00+02:00"),
    );
    let form = "content-type=application/x-www-form-urlencoded";
    let mut changed = parcel.clone();
    changed["id"] = json!("5");
    let json = |target: &str| format!("{target} content-type=application/json");
    let expected = [
        ("GET /parcels/p".to_owned(), json!({})),
        (
            format!(
                "POST /times/{given}?from={given} x-at={at} cookie=visit={given} {form} at={given}&due={day}"
            ),
            json!({}),
        ),
        (
            format!(
                "POST /times/{sent}?from={day}&all={due},{sent} x-at=2026-01-03T00:00:00.50+02:00 {form} at={sent}&due={due}"
            ),
            json!({}),
        ),
        (json("PUT /parcels/5"), changed),
        (
            json("POST /parcels"),
            json!({ "box": parcel["box"], "sent": at, "parcels": [parcel] }),
        ),
        (json("PUT /parcels/h"), parcel.clone()),
        (format!("GET /parcels?since={given}"), json!({})),
        (json("PUT /parcels/h"), received),
        (format!("GET /parcels?since={due}"), json!({})),
    ];
    let log: Vec<(String, Value)> = echo.log().iter().map(|line| head_and_json(line)).collect();
    assert_eq!(log, expected);
}

#[tokio::test]
async fn a_stored_run_sends_inputs_as_they_were_given() {
    let echo = Echo::start().await;
    let handle = workflows::Workflows::new(echo.client(), workflows::Variables::default());
    let parcel = json!({ "id": "g", "weight": 2 });
    let inputs = json!({ "parcel": parcel, "at": "2026-02-01T10:00:00+09:00" });
    let call = || handle.json_call("handed").unwrap();
    let run = call().inputs(inputs).into_run().unwrap();
    let stored = serde_json::to_value(&run).unwrap();
    let mut restored = call().restore(stored).unwrap();
    restored.advance().await.unwrap();
    restored.advance().await.unwrap();
    let log: Vec<(String, Value)> = echo.log().iter().map(|line| head_and_json(line)).collect();
    let find = "GET /parcels?since=2026-02-01T10%3A00%3A00%2B09%3A00";
    let expected = [
        (
            "PUT /parcels/h content-type=application/json".to_owned(),
            parcel,
        ),
        (find.to_owned(), json!({})),
    ];
    assert_eq!(log, expected);
}

#[tokio::test]
async fn properties_that_the_description_lacks_are_sent() {
    let echo = Echo::start().await;
    undeclared(&echo.client(), UndeclaredInputs::new("t"))
        .await
        .unwrap();
    assert_eq!(
        echo.log(),
        [
            "PUT /things/t content-type=application/json \
             {\"count\":1,\"more\":[1,{\"text\":\"t\"}],\"a/b\":\"<t>\"}",
            "POST /users content-type=application/json \
             {\"manager\":{\"name\":\"Ada\",\"password\":\"q\",\"rank\":1},\"name\":\"Grace\",\"password\":\"p\"}",
        ]
    );
}
