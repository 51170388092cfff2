//! Tests of the values that steps send: texts, literals, payloads and replacements.

use super::server::Echo;
use super::workflows::{
    BodiesInputs, MeantInputs, MediaTypesInputs, ReplacedInputs, TemplatesInputs, TextAsTextInputs,
    bodies, meant, media_types, replaced, templates, text_as_text,
};

#[tokio::test]
async fn texts_are_compared_and_inserted_as_text() {
    let echo = Echo::start().await;
    text_as_text(&echo.client(), TextAsTextInputs::new())
        .await
        .unwrap();
    let url = echo.base.replace(':', "%3A").replace('/', "%2F");
    assert_eq!(
        echo.log(),
        [
            "GET /text".to_owned(),
            format!("POST /marks/it%20is%20hello?value={url}%2Ftext"),
        ]
    );
}

#[tokio::test]
async fn bodies_have_the_declared_media_type() {
    let echo = Echo::start().await;
    bodies(&echo.client(), BodiesInputs::new()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "PATCH /things/t content-type=application/merge-patch+json {\"state\":\"replaced\"}",
            "POST /forms content-type=application/x-www-form-urlencoded \
             color%5BR%5D=1&color%5BG%5D=2&names=a,b&nested=%7B%22R%22%3A3%7D",
            "PUT /tables content-type=text/csv a;b\n1;2\n",
        ]
    );
}

#[tokio::test]
async fn the_content_type_or_the_payload_chooses_among_media_types() {
    let echo = Echo::start().await;
    media_types(&echo.client(), MediaTypesInputs::new("a&b"))
        .await
        .unwrap();
    let log = echo.log();
    let note = |rest: &str| format!("POST /notes content-type={rest}");
    let form = note("application/x-www-form-urlencoded stars=5&text=a%26b");
    assert_eq!(
        log[..5],
        [
            note("application/json {\"text\":\"a&b\"}"),
            note("text/json {\"text\":\"a&b\"}"),
            note("application/vnd.note+json {\"state\":\"a&b\"}"),
            form,
            note("application/x-www-form-urlencoded text=a%26b"),
        ]
    );
    let parts = log[5].replace("\r\n", "|");
    assert!(
        parts.starts_with(&note("multipart/form-data; boundary=")),
        "{parts}"
    );
    assert!(parts.contains("name=\"text\"||a&b|"), "{parts}");
    assert_eq!(
        log[6..],
        [
            note("application/xml <note>a&b</note>"),
            note("image/png a&b"),
            // The parameter of the content type is sent too.
            note("application/json; charset=utf-8 {\"text\":\"a&b\"}"),
        ]
    );
}

#[tokio::test]
async fn literals_of_other_types_are_sent_as_they_are_meant() {
    let echo = Echo::start().await;
    meant(&echo.client(), MeantInputs::new()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "GET /numbers?count=5&names=a%2Cb&text=7&list=1,2",
            "GET /numbers?count=5&names=at+https%3A%2F%2Fecho.example%2Farazzo.yml&list=3",
            "PUT /things/8 content-type=application/json {\"count\":4,\"zip\":\"90210\"}",
        ]
    );
}

#[tokio::test]
async fn json_text_has_values_without_quotes() {
    let echo = Echo::start().await;
    templates(&echo.client(), TemplatesInputs::new(3_i64))
        .await
        .unwrap();
    assert_eq!(
        echo.log(),
        [
            "PUT /things/t content-type=application/json {\"count\":3,\"zip\":\"at 3\"}",
            "GET /numbers?count=3&text=3",
            "POST /anything content-type=application/json {\"text\":\"3\",\"number\":3}",
            "GET /numbers",
        ]
    );
}

#[tokio::test]
async fn replacements_fit_into_xml_and_lists() {
    let echo = Echo::start().await;
    replaced(&echo.client(), ReplacedInputs::new("<b> & c", 3_i64))
        .await
        .unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /notes content-type=application/xml <note kind=\"a &amp; b\"><text>&lt;b&gt; &amp; c</text>\
             <stars>of 3</stars></note>",
            "POST /anything content-type=application/json {\"list\":[1,3,\"last\"]}",
            "PUT /things/t content-type=application/json {\"count\":3,\"zip\":\"3\"}",
        ]
    );
}
