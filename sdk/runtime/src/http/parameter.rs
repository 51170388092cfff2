//! Serialization of parameters in the styles of OpenAPI.

use serde_json::Value;

use crate::http::segment::encode;

/// Style of a parameter, with its `explode`.
///
/// The styles are those of the [OpenAPI specification](https://spec.openapis.org/oas/v3.0.4.html#style-values).
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterStyle {
    /// `name=a,b` and `name=R,1,G,2`.
    Form,
    /// `name=a&name=b` and `R=1&G=2`.
    FormExploded,
    /// `name=a%20b` and `name=R%201%20G%202`.
    SpaceDelimited,
    /// `name=a|b` and `name=R|1|G|2`, percent-encoded.
    PipeDelimited,
    /// `name[R]=1&name[G]=2`, to any depth.
    DeepObject,
    /// `a,b` and `R,1,G,2`.
    Simple,
    /// `a,b` and `R=1,G=2`.
    SimpleExploded,
    /// `.a,b` and `.R,1,G,2`.
    Label,
    /// `.a.b` and `.R=1.G=2`.
    LabelExploded,
    /// `;name=a,b` and `;name=R,1,G,2`.
    Matrix,
    /// `;name=a;name=b` and `;R=1;G=2`.
    MatrixExploded,
    /// The value as JSON, for a parameter with a media type.
    Json,
}

/// Encoding of names and values in the place of a parameter.
pub(crate) type Encode = fn(&str) -> String;

/// Percent-encodes all but the unreserved characters.
pub(crate) fn escaped(text: &str) -> String {
    encode(text)
}

/// Percent-encodes like [`escaped`], but keeps the reserved characters that have no meaning in a query.
pub(crate) fn reserved(text: &str) -> String {
    let keeps = |c: char| ":/?@!$'()*,;=[]".contains(c);
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        match keeps(c) {
            true => encoded.push(c),
            false => encoded.push_str(&encode(c)),
        }
    }
    encoded
}

/// Leaves the text as it is, for headers.
pub(crate) fn verbatim(text: &str) -> String {
    text.to_owned()
}

/// Serializes a parameter of a query, a cookie or a form to `name=value` pairs. Null values and empty arrays have
/// none.
pub(crate) fn pairs(
    name: &str,
    value: &Value,
    style: ParameterStyle,
    encode: Encode,
) -> Result<Vec<String>, String> {
    let pair = |name: &str, value: String| format!("{}={value}", escaped(name));
    let joined = |delimiter: &str| -> Result<Vec<String>, String> {
        let parts = parts(value, encode)?;
        Ok(match parts.is_empty() {
            true => Vec::new(),
            false => vec![pair(name, parts.join(delimiter))],
        })
    };
    match (style, value) {
        (_, Value::Null) => Ok(Vec::new()),
        (ParameterStyle::Json, value) => Ok(vec![pair(name, encode(&value.to_string()))]),
        (ParameterStyle::DeepObject, value) => {
            let mut found = Vec::new();
            deep(name, value, encode, &mut found);
            Ok(found)
        }
        (ParameterStyle::FormExploded, Value::Array(items)) => {
            let items = items.iter().filter(|item| !item.is_null());
            items
                .map(|item| Ok(pair(name, scalar(item, encode)?)))
                .collect()
        }
        (ParameterStyle::FormExploded, Value::Object(members)) => {
            let members = members.iter().filter(|(_, member)| !member.is_null());
            let members = members.map(|(key, member)| Ok(pair(key, scalar(member, encode)?)));
            members.collect()
        }
        (ParameterStyle::SpaceDelimited, _) => joined("%20"),
        (ParameterStyle::PipeDelimited, _) => joined("%7C"),
        _ => joined(","),
    }
}

/// Serializes a parameter of a path or a header to its text. `None` for a null value and an empty array.
pub(crate) fn text(
    name: &str,
    value: &Value,
    style: ParameterStyle,
    encode: Encode,
) -> Result<Option<String>, String> {
    if let (ParameterStyle::Json, false) = (style, value.is_null()) {
        return Ok(Some(encode(&value.to_string())));
    }
    let (exploded, prefix, delimiter) = match style {
        ParameterStyle::Label => (false, ".", ","),
        ParameterStyle::LabelExploded => (true, ".", "."),
        ParameterStyle::Matrix => (false, ";", ","),
        ParameterStyle::MatrixExploded => (true, ";", ";"),
        ParameterStyle::SimpleExploded => (true, "", ","),
        _ => (false, "", ","),
    };
    let is_matrix = prefix == ";";
    let parts: Vec<String> = match value {
        Value::Object(members) if exploded => {
            let members = members.iter().filter(|(_, member)| !member.is_null());
            let members = members
                .map(|(key, member)| Ok(format!("{}={}", encode(key), scalar(member, encode)?)));
            members.collect::<Result<_, String>>()?
        }
        value => {
            let parts = parts(value, encode)?;
            match is_matrix && exploded {
                true => parts
                    .iter()
                    .map(|part| format!("{}={part}", encode(name)))
                    .collect(),
                false => parts,
            }
        }
    };
    if parts.is_empty() {
        return Ok(None);
    }
    let named = match is_matrix && !exploded {
        true => format!("{}=", encode(name)),
        false => String::new(),
    };
    Ok(Some(format!("{prefix}{named}{}", parts.join(delimiter))))
}

/// Returns the encoded scalars of a value: itself, its items, or its names and members in turn.
fn parts(value: &Value, encode: Encode) -> Result<Vec<String>, String> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => {
            let items = items.iter().filter(|item| !item.is_null());
            items.map(|item| scalar(item, encode)).collect()
        }
        Value::Object(members) => {
            let mut parts = Vec::new();
            for (key, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                parts.extend([encode(key), scalar(member, encode)?]);
            }
            Ok(parts)
        }
        value => Ok(vec![scalar(value, encode)?]),
    }
}

fn scalar(value: &Value, encode: Encode) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(encode(text)),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(value) => Ok(encode(&value.to_string())),
        Value::Array(_) | Value::Object(_) => {
            Err("it has a nested value, which its style cannot contain".to_owned())
        }
    }
}

/// Adds a pair per scalar: `name[key]=value`, and `name[0]=value` for an item of an array.
fn deep(name: &str, value: &Value, encode: Encode, found: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(&format!("{name}[{index}]"), item, encode, found);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                deep(&format!("{name}[{key}]"), member, encode, found);
            }
        }
        Value::String(text) => found.push(format!("{}={}", escaped(name), encode(text))),
        scalar => found.push(format!("{}={}", escaped(name), encode(&scalar.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn serializes_the_examples_of_the_specification() {
        let (string, array) = (json!("blue"), json!(["blue", "black", "brown"]));
        let object = json!({"R": 100, "G": 200, "B": 150});
        use ParameterStyle::*;
        for (style, of_string, of_array, of_object) in [
            (
                Form,
                "color=blue",
                "color=blue,black,brown",
                "color=R,100,G,200,B,150",
            ),
            (
                FormExploded,
                "color=blue",
                "color=blue&color=black&color=brown",
                "R=100&G=200&B=150",
            ),
            (
                SpaceDelimited,
                "color=blue",
                "color=blue%20black%20brown",
                "color=R%20100%20G%20200%20B%20150",
            ),
            (
                PipeDelimited,
                "color=blue",
                "color=blue%7Cblack%7Cbrown",
                "color=R%7C100%7CG%7C200%7CB%7C150",
            ),
            (
                DeepObject,
                "color=blue",
                "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
                "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
            ),
        ] {
            for (value, expected) in [
                (&string, of_string),
                (&array, of_array),
                (&object, of_object),
            ] {
                let found = pairs("color", value, style, escaped).unwrap().join("&");
                assert_eq!(found, expected, "{style:?}");
            }
        }
        for (style, of_string, of_array, of_object) in [
            (Simple, "blue", "blue,black,brown", "R,100,G,200,B,150"),
            (
                SimpleExploded,
                "blue",
                "blue,black,brown",
                "R=100,G=200,B=150",
            ),
            (Label, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
            (
                LabelExploded,
                ".blue",
                ".blue.black.brown",
                ".R=100.G=200.B=150",
            ),
            (
                Matrix,
                ";color=blue",
                ";color=blue,black,brown",
                ";color=R,100,G,200,B,150",
            ),
            (
                MatrixExploded,
                ";color=blue",
                ";color=blue;color=black;color=brown",
                ";R=100;G=200;B=150",
            ),
        ] {
            for (value, expected) in [
                (&string, of_string),
                (&array, of_array),
                (&object, of_object),
            ] {
                let found = text("color", value, style, escaped).unwrap();
                assert_eq!(found.as_deref(), Some(expected), "{style:?}");
            }
        }
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        let value = json!(["a,b", "c&d=e", "#?/"]);
        let found = pairs("q", &value, ParameterStyle::Form, escaped).unwrap();
        assert_eq!(found, ["q=a%2Cb,c%26d%3De,%23%3F%2F"]);
        let found = pairs("q", &json!("a&b#c+d%:/?,"), ParameterStyle::Form, reserved).unwrap();
        assert_eq!(found, ["q=a%26b%23c%2Bd%25:/?,"]);
        let found = pairs(
            "q",
            &json!({"a]&[": {"b": "="}}),
            ParameterStyle::DeepObject,
            escaped,
        );
        assert_eq!(found.unwrap(), ["q%5Ba%5D%26%5B%5D%5Bb%5D=%3D"]);
    }

    #[test]
    fn nested_values_need_a_deep_object_or_json() {
        let nested = json!({"a": {"b": [1, null, true]}});
        assert!(pairs("q", &nested, ParameterStyle::Form, escaped).is_err());
        assert!(text("q", &nested, ParameterStyle::SimpleExploded, escaped).is_err());
        let found = pairs("q", &nested, ParameterStyle::DeepObject, verbatim).unwrap();
        assert_eq!(
            found,
            ["q%5Ba%5D%5Bb%5D%5B0%5D=1", "q%5Ba%5D%5Bb%5D%5B2%5D=true"]
        );
        let found = pairs("q", &nested, ParameterStyle::Json, escaped).unwrap();
        assert_eq!(
            found,
            ["q=%7B%22a%22%3A%7B%22b%22%3A%5B1%2Cnull%2Ctrue%5D%7D%7D"]
        );
    }

    #[test]
    fn null_and_empty_arrays_are_left_out() {
        use ParameterStyle::*;
        for value in [json!(null), json!([]), json!([null])] {
            for style in [
                Form,
                FormExploded,
                SpaceDelimited,
                PipeDelimited,
                DeepObject,
            ] {
                assert!(
                    pairs("q", &value, style, escaped).unwrap().is_empty(),
                    "{style:?}"
                );
            }
            for style in [Simple, Label, MatrixExploded] {
                assert_eq!(text("q", &value, style, escaped), Ok(None), "{style:?}");
            }
        }
    }
}
