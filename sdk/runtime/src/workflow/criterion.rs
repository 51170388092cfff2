//! Comparison of values in the criteria of workflows.
//!
//! Arazzo compares loosely: strings case-insensitively, numbers also with numeric strings, and `null` only with
//! `null`. An absent value is `None`, which equals `null`. Generated code calls these functions for criteria that
//! Rust operators cannot express.

use std::cmp::Ordering;
use std::fmt::Display;

use http::HeaderMap;
use serde::Serialize;
use serde_json::{Number, Value};

use super::response::json_or_text;

#[cfg(feature = "xpath")]
mod xpath;

#[cfg(feature = "xpath")]
pub use xpath::{xpath, xpath_holds, xpath_text};

/// Evaluates `left == right`.
pub fn equal(left: Option<Value>, right: Option<Value>) -> bool {
    same(&left.unwrap_or(Value::Null), &right.unwrap_or(Value::Null))
}

/// Evaluates `left != right`, the negation of [`equal`].
pub fn not_equal(left: Option<Value>, right: Option<Value>) -> bool {
    !equal(left, right)
}

/// Evaluates `left < right`. Returns `false` for values without an order, such as `null`.
pub fn less(left: Option<Value>, right: Option<Value>) -> bool {
    order(left, right) == Some(Ordering::Less)
}

/// Evaluates `left <= right`.
pub fn less_or_equal(left: Option<Value>, right: Option<Value>) -> bool {
    matches!(order(left, right), Some(Ordering::Less | Ordering::Equal))
}

/// Evaluates `left > right`.
pub fn greater(left: Option<Value>, right: Option<Value>) -> bool {
    order(left, right) == Some(Ordering::Greater)
}

/// Evaluates `left >= right`.
pub fn greater_or_equal(left: Option<Value>, right: Option<Value>) -> bool {
    matches!(
        order(left, right),
        Some(Ordering::Greater | Ordering::Equal)
    )
}

/// Evaluates a value without an operator. Returns `false` for `false`, `null`, and an absent value.
pub fn holds(value: Option<Value>) -> bool {
    !matches!(value, None | Some(Value::Null | Value::Bool(false)))
}

/// Matches the string form of a value against a regular expression.
///
/// Returns `false` for an invalid pattern and an absent value.
pub fn matches(value: Option<Value>, pattern: &str) -> bool {
    match (value, regex(pattern)) {
        (None | Some(Value::Null), _) | (_, Err(_)) => false,
        (value, Ok(regex)) => regex.find(&plain(value)).is_some(),
    }
}

/// Compiles a pattern in ECMAScript syntax.
///
/// `\p{L}` and `\u{1F600}` have their meaning only in Unicode mode. Without it they are the letter `p` or `u`.
fn regex(pattern: &str) -> Result<regress::Regex, regress::Error> {
    let is_unicode = [r"\p{", r"\P{", r"\u{"]
        .iter()
        .any(|escape| pattern.contains(escape));
    regress::Regex::with_flags(pattern, if is_unicode { "u" } else { "" })
}

/// Returns `true` if a JSONPath query (RFC 9535) selects at least one node of a value.
///
/// Returns `false` for an invalid query, and for one that a value has given more than 8 levels of brackets.
#[cfg(feature = "jsonpath")]
pub fn selects(value: Option<Value>, query: &str) -> bool {
    match (value, parsed(query)) {
        (None | Some(Value::Null), _) | (_, None) => false,
        (Some(value), Some(query)) => !query.query(&value).is_empty(),
    }
}

/// Parses a query. The parser takes exponential time for nested brackets, and values can be embedded in a query.
#[cfg(feature = "jsonpath")]
fn parsed(query: &str) -> Option<serde_json_path::JsonPath> {
    /// The limit of the generator.
    const MAX_NESTING: usize = 8;
    let (mut open, mut quote, mut is_escaped) = (0usize, None, false);
    for char in query.chars() {
        match (quote, char) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(end), _) if end == char => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '[' | '(') => open += 1,
            (None, ']' | ')') => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_NESTING {
            return None;
        }
    }
    serde_json_path::JsonPath::parse(query).ok()
}

/// Returns the value that a JSONPath query (RFC 9535) selects: the only one, a list of several, or `None`.
#[cfg(feature = "jsonpath")]
pub fn json_path(value: impl Serialize, query: &str) -> Option<Value> {
    let value = serde_json::to_value(value).ok()?;
    let query = parsed(query)?;
    one_or_list(query.query(&value).iter().map(|node| (*node).clone()))
}

/// Returns the only value, a list of several, or `None`.
#[cfg(any(feature = "jsonpath", feature = "xpath"))]
fn one_or_list(values: impl Iterator<Item = Value>) -> Option<Value> {
    let mut values: Vec<Value> = values.collect();
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Value::Array(values)),
    }
}

/// Returns the number of elements of a list, of characters of a string, or of members of an object. A member `length`
/// of an object is returned itself.
pub fn length(value: Option<Value>) -> Option<Value> {
    match value? {
        Value::Array(items) => Some(items.len().into()),
        Value::String(text) => Some(text.chars().count().into()),
        Value::Object(mut members) => {
            let number = members.len();
            Some(members.remove("length").unwrap_or(number.into()))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Converts a string, for example a header value, into a JSON value.
pub fn text(value: Option<impl Into<String>>) -> Option<Value> {
    Some(Value::String(value?.into()))
}

/// Serializes a typed value. Returns `None` if JSON cannot represent it.
pub fn json(value: Option<impl Serialize>) -> Option<Value> {
    serde_json::to_value(value?).ok()
}

/// Returns the part of a typed value at a JSON Pointer.
pub fn part(value: impl Serialize, pointer: &str) -> Option<Value> {
    serde_json::to_value(value)
        .ok()?
        .pointer_mut(pointer)
        .map(Value::take)
}

/// Returns the part of a body at a JSON Pointer, if the body is JSON or text. A text is a JSON string.
pub fn body_part(headers: &HeaderMap, body: &[u8], pointer: &str) -> Option<Value> {
    json_or_text(headers, body)?
        .pointer_mut(pointer)
        .map(Value::take)
}

/// Returns an object of the members that are present.
pub fn object<'k>(members: impl IntoIterator<Item = (&'k str, Option<Value>)>) -> Value {
    let members = members.into_iter();
    members
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
}

/// Converts a scalar JSON value into a string: strings unchanged, numbers and booleans in their JSON form.
pub fn scalar(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Null => Err("it is null"),
        Value::Array(_) => Err("it is an array"),
        Value::Object(_) => Err("it is an object"),
    }
}

/// Converts a value for insertion into a string: strings unchanged, other values as JSON, an absent value as `""`.
pub fn plain(value: Option<Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// Converts a value for insertion into a string literal of a JSONPath query, like [`plain`].
///
/// Escapes the quotes of both kinds of literals, backslashes and control characters.
pub fn query_text(value: Option<Value>) -> String {
    let mut escaped = String::new();
    for char in plain(value).chars() {
        match char {
            '\'' | '"' | '\\' | '\0'..='\x1f' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

/// Escapes a value for insertion into the text or an attribute of an XML document.
pub fn xml_text(value: impl Display) -> String {
    let text = value.to_string().replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Converts a typed value for insertion into a string, like [`plain`].
pub fn embedded(value: impl Serialize) -> Result<String, serde_json::Error> {
    Ok(plain(Some(serde_json::to_value(value)?)))
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => fold(left) == fold(right),
        (Value::Number(left), Value::Number(right)) => {
            compare(left, right) == Some(Ordering::Equal)
        }
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => {
            parse(text).is_some_and(|parsed| compare(number, &parsed) == Some(Ordering::Equal))
        }
        (Value::Bool(value), Value::String(text)) | (Value::String(text), Value::Bool(value)) => {
            fold(text) == if *value { "true" } else { "false" }
        }
        (left, right) => left == right,
    }
}

fn order(left: Option<Value>, right: Option<Value>) -> Option<Ordering> {
    match (left?, right?) {
        (Value::Number(left), Value::Number(right)) => compare(&left, &right),
        (Value::Number(left), Value::String(right)) => compare(&left, &parse(&right)?),
        (Value::String(left), Value::Number(right)) => compare(&parse(&left)?, &right),
        (Value::String(left), Value::String(right)) => match (parse(&left), parse(&right)) {
            (Some(left), Some(right)) => compare(&left, &right),
            _ => Some(fold(&left).cmp(&fold(&right))),
        },
        _ => None,
    }
}

/// Compares integers exactly, and everything else as floating point numbers.
fn compare(left: &Number, right: &Number) -> Option<Ordering> {
    let integer = |number: &Number| {
        number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from))
    };
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn parse(text: &str) -> Option<Number> {
    serde_json::from_str(text.trim()).ok()
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn some(value: Value) -> Option<Value> {
        Some(value)
    }

    #[test]
    fn compares_strings_case_insensitively() {
        assert!(equal(some(json!("Straße")), some(json!("STRAßE"))));
        assert!(!equal(some(json!("a")), some(json!("b"))));
        assert!(less(some(json!("Abc")), some(json!("abd"))));
    }

    #[test]
    fn counts_elements_and_characters() {
        assert_eq!(length(some(json!([1, 2]))), some(json!(2)));
        assert_eq!(length(some(json!("äb"))), some(json!(2)));
        assert_eq!(length(some(json!({"length": 7}))), some(json!(7)));
        assert_eq!(length(some(json!({"a": 7, "b": 8}))), some(json!(2)));
        for other in [None, some(json!(null)), some(json!(3))] {
            assert_eq!(length(other), None);
        }
    }

    #[test]
    fn reads_parts_of_a_json_body() {
        let none = HeaderMap::new();
        let part = |body: &[u8], pointer| body_part(&none, body, pointer);
        assert_eq!(part(b"{\"a\":[1]}", "/a/0"), Some(json!(1)));
        assert_eq!(part(b"{\"a\":null}", "/a"), Some(json!(null)));
        assert_eq!(part(b"{\"a\":1}", "/b"), None);
        assert_eq!(part(b"<html>", ""), None);
    }

    #[test]
    fn a_body_of_text_is_a_string() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "text/plain".parse().unwrap());
        assert_eq!(body_part(&headers, b"hello", ""), Some(json!("hello")));
        assert_eq!(body_part(&headers, b"hello", "/a"), None);
        assert_eq!(body_part(&headers, b"1e3", ""), Some(json!("1e3")));
        assert_eq!(body_part(&headers, b"{\"a\":1}", "/a"), Some(json!(1)));
        let none = HeaderMap::new();
        assert_eq!(body_part(&none, b"1e3", ""), Some(json!(1e3)));
    }

    #[test]
    fn an_object_has_the_members_that_are_present() {
        let made = object([("a", Some(json!(1))), ("b", None), ("c", Some(json!(null)))]);
        assert_eq!(made, json!({ "a": 1, "c": null }));
    }

    #[test]
    fn converts_scalars_to_strings() {
        assert_eq!(scalar(&json!("a")).as_deref(), Ok("a"));
        assert_eq!(scalar(&json!(7)).as_deref(), Ok("7"));
        assert_eq!(scalar(&json!(true)).as_deref(), Ok("true"));
        for other in [json!(null), json!([1]), json!({})] {
            assert!(scalar(&other).is_err(), "{other}");
        }
    }

    #[test]
    fn compares_numbers_with_numeric_strings() {
        assert!(equal(some(json!(200)), some(json!("200"))));
        assert!(equal(some(json!(1)), some(json!(1.0))));
        assert!(equal(some(json!("1.5e3")), some(json!(1500))));
        assert!(!equal(some(json!(1)), some(json!("one"))));
        assert!(greater(some(json!("30")), some(json!(4))));
        assert!(
            greater(some(json!("30")), some(json!("4"))),
            "both are numbers"
        );
        assert!(!less(some(json!("one")), some(json!(4))));
    }

    #[test]
    fn compares_large_integers_exactly() {
        let (large, larger) = (
            json!(9_007_199_254_740_992_u64),
            json!(9_007_199_254_740_993_u64),
        );
        assert!(not_equal(some(large.clone()), some(larger.clone())));
        assert!(less(some(large), some(larger)));
        assert!(less(some(json!(-1)), some(json!(u64::MAX))));
    }

    #[test]
    fn null_equals_only_itself_and_has_no_order() {
        assert!(equal(None, some(Value::Null)));
        for value in [json!(0), json!(""), json!(false), json!([])] {
            assert!(!equal(None, some(value.clone())), "{value}");
            assert!(not_equal(some(value.clone()), None), "{value}");
            assert!(!less_or_equal(None, some(value.clone())), "{value}");
            assert!(!greater_or_equal(some(value), None));
        }
        assert!(!greater_or_equal(None, None));
    }

    #[test]
    fn booleans_equal_their_string_form_but_not_numbers() {
        assert!(equal(some(json!(true)), some(json!("True"))));
        assert!(!equal(some(json!(true)), some(json!(1))));
    }

    #[test]
    fn compares_arrays_and_objects_by_content() {
        assert!(equal(
            some(json!([1, {"a": 2}])),
            some(json!([1, {"a": 2}]))
        ));
        assert!(!equal(some(json!([])), some(json!([1]))));
        assert!(!less(some(json!([])), some(json!([1]))));
    }

    #[test]
    fn a_value_holds_unless_it_is_false_or_absent() {
        assert!(
            [json!(200), json!("x"), json!(true), json!([])]
                .into_iter()
                .all(|value| holds(some(value)))
        );
        assert!(!holds(None) && !holds(some(json!(null))) && !holds(some(json!(false))));
    }

    #[test]
    fn matches_patterns_against_the_string_form() {
        assert!(matches(some(json!(204)), r"^2\d{2}$"));
        assert!(!matches(some(json!(304)), r"^2\d{2}$"));
        assert!(!matches(None, ""), "an absent value never matches");
        assert!(!matches(some(json!("a")), "(a"));
        assert!(matches(some(json!("\u{c4}b")), r"^\p{Lu}b$"));
        assert!(!matches(some(json!("\u{e4}b")), r"^\p{Lu}b$"));
    }

    #[cfg(feature = "jsonpath")]
    #[test]
    fn a_query_holds_if_it_selects_a_node() {
        let body = json!({"data": [{"id": 1}], "none": []});
        assert!(selects(some(body.clone()), "$.data[?@.id == 1]"));
        assert!(!selects(some(body.clone()), "$.none[0]"));
        assert!(!selects(some(body), "$.data.length > 0"));
        assert!(!selects(None, "$"));
        // Without a limit, parsing it would not end.
        let nested = format!("$.data{}@.id{}", "[?".repeat(500), "]".repeat(500));
        assert!(!selects(some(json!({ "data": [{ "id": 1 }] })), &nested));
        let text = json!([{ "id": "[[[[[[[[[\\[" }]);
        assert!(selects(some(text), r#"$[?@.id == "[[[[[[[[[\\["]"#));
    }

    #[test]
    fn escapes_values_in_string_literals_of_queries() {
        assert_eq!(
            query_text(some(json!("it's \"a\\\n\""))),
            r"it\u0027s \u0022a\u005c\u000a\u0022"
        );
        assert_eq!(query_text(some(json!(7))), "7");
    }

    #[test]
    fn escapes_text_in_xml() {
        assert_eq!(xml_text("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
        assert_eq!(xml_text(7), "7");
    }

    #[cfg(feature = "jsonpath")]
    #[test]
    fn selects_one_value_or_a_list() {
        let body = json!({"list": [{"id": 1}, {"id": 2}]});
        assert_eq!(json_path(&body, "$.list[?@.id > 1].id"), some(json!(2)));
        assert_eq!(json_path(&body, "$.list[*].id"), some(json!([1, 2])));
        assert_eq!(json_path(&body, "$.none[*]"), None);
    }

    #[test]
    fn inserts_strings_unchanged_and_other_values_as_json() {
        assert_eq!(embedded(json!("a \"b\"")).unwrap(), "a \"b\"");
        assert_eq!(embedded(vec!["a"]).unwrap(), "[\"a\"]");
        assert_eq!(embedded(json!(null)).unwrap(), "null");
    }

    #[test]
    fn reads_parts_of_typed_values_by_pointer() {
        assert_eq!(part(vec![("a", 1)], "/0/1"), Some(json!(1)));
        assert_eq!(part(1, "/x"), None);
        assert_eq!(json(Some("a")), Some(json!("a")));
        assert_eq!(json(None::<u8>), None);
        assert_eq!(plain(some(json!({"a": 1}))), "{\"a\":1}");
    }
}
