//! Places of parts in a document before normalization copies them to where they are referred to.

use serde_json::Value;

use crate::diagnostic::child;

/// Maximum length of a chain of references.
const CHAIN: usize = 32;

/// Returns the place at which the document declares the part that normalization has at a pointer.
///
/// Operations contain the parameters of their path, and the targets of references.
pub fn declared(document: &Value, pointer: &str) -> Option<String> {
    let mut at = Place {
        document,
        pointer: String::new(),
    };
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        at = at.target();
        let is_operation = rest.len() + 3 == tokens.len() && tokens.first()? == "paths";
        (at, rest) = match after.split_first() {
            Some((index, inner)) if is_operation && token == "parameters" => {
                (at.parameter(index.parse().ok()?)?, inner)
            }
            _ => (at.child(token)?, after),
        };
    }
    Some(at.pointer)
}

/// A part of a document.
#[derive(Clone)]
struct Place<'d> {
    document: &'d Value,
    pointer: String,
}

impl<'d> Place<'d> {
    fn value(&self) -> Option<&'d Value> {
        self.document.pointer(&self.pointer)
    }

    fn child(&self, token: &str) -> Option<Self> {
        let place = Self {
            pointer: child(&self.pointer, token),
            ..self.clone()
        };
        place.value().map(|_| place)
    }

    /// Follows the references of a part.
    fn target(self) -> Self {
        let mut place = self;
        for _ in 0..CHAIN {
            let value = place.value();
            let reference = value.and_then(|value| value.get("$ref")?.as_str()?.strip_prefix('#'));
            match reference.filter(|pointer| place.document.pointer(pointer).is_some()) {
                Some(pointer) => place.pointer = pointer.to_owned(),
                None => break,
            }
        }
        place
    }

    /// Returns a parameter of an operation, which come before those of its path.
    fn parameter(&self, index: usize) -> Option<Self> {
        let own = self.parameters();
        if let Some(parameter) = own.get(index) {
            return Some(parameter.clone());
        }
        let (path, _) = self.pointer.rsplit_once('/')?;
        let path = Self {
            pointer: path.to_owned(),
            ..self.clone()
        };
        let key = |place: &Self| {
            let place = place.clone().target();
            let value = place.value()?;
            Some((value.get("name")?, value.get("in")?))
        };
        let overridden: Vec<_> = own.iter().map(key).collect();
        let shared = path.parameters().into_iter();
        let mut shared = shared.filter(|shared| !overridden.contains(&key(shared)));
        shared.nth(index - own.len())
    }

    fn parameters(&self) -> Vec<Self> {
        let Some(list) = self.child("parameters") else {
            return Vec::new();
        };
        let length = list.value().and_then(Value::as_array).map_or(0, Vec::len);
        let places = (0..length).filter_map(|index| list.child(&index.to_string()));
        places.collect()
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::declared;

    #[test]
    fn finds_parts_that_operations_refer_to() {
        let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "x"}});
        let document = json!({
            "paths": {"/a/{b}": {
                "parameters": [parameter("q"), {"$ref": "#/components/parameters/P"}],
                "get": {
                    "parameters": [parameter("q")],
                    "responses": {"200": {"$ref": "#/components/responses/R"}},
                },
                "put": {},
            }},
            "components": {
                "parameters": {"P": parameter("p")},
                "responses": {"R": {"content": {"x": {"schema": {"$ref": "#/components/schemas/S"}}}}},
                "schemas": {"S": {"type": "x"}},
            },
        });
        for (pointer, expected) in [
            (
                "/get/parameters/0/schema",
                Some("/paths/~1a~1{b}/get/parameters/0/schema"),
            ),
            (
                "/get/parameters/1/schema",
                Some("/components/parameters/P/schema"),
            ),
            ("/get/parameters/2/schema", None),
            (
                "/put/parameters/0/name",
                Some("/paths/~1a~1{b}/parameters/0/name"),
            ),
            (
                "/put/parameters/1/name",
                Some("/components/parameters/P/name"),
            ),
            (
                "/get/responses/200/content/x/schema/type",
                Some("/components/schemas/S/type"),
            ),
            ("/get/responses/404", None),
        ] {
            let found = declared(&document, &format!("/paths/~1a~1{{b}}{pointer}"));
            assert_eq!(found.as_deref(), expected, "{pointer}");
        }
    }
}
