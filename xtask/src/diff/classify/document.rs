//! Read access to one of the two documents, and readable names of its parts.

use serde_json::Value;

use crate::diagnostic::child;
use crate::diff::facts::{self, Node};

/// Maximum number of references to follow; a longer chain is a cycle.
const MAX_REFERENCES: usize = 64;

/// One of the two documents.
#[derive(Clone, Copy)]
pub(super) struct Document<'d> {
    pub(super) root: &'d Value,
}

impl<'d> Document<'d> {
    pub(super) fn root(self) -> Node<'d> {
        Node {
            value: self.root,
            pointer: String::new(),
        }
    }

    pub(super) fn at(self, pointer: &str) -> Option<Node<'d>> {
        Some(Node {
            value: self.root.pointer(pointer)?,
            pointer: pointer.to_owned(),
        })
    }

    /// Returns the target of a `$ref` within the document.
    pub(super) fn target(self, node: &Node<'d>) -> Option<Node<'d>> {
        self.at(&facts::target(node)?)
    }

    /// Follows a chain of `$ref`s. Leaves unresolvable references unchanged.
    pub(super) fn resolve(self, mut node: Node<'d>) -> Node<'d> {
        for _ in 0..MAX_REFERENCES {
            match self.target(&node) {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// Returns `true` if keywords next to `$ref` apply, as in OpenAPI 3.1 and Arazzo.
    pub(super) fn has_reference_siblings(self) -> bool {
        let version = self.root.get("openapi").and_then(Value::as_str);
        !version.is_some_and(|version| version.starts_with("3.0") || version.starts_with('2'))
    }

    /// Returns the name of a part, such as `Account.name` or ``GET /accounts: parameter `limit` ``.
    pub(super) fn describe(self, pointer: &str) -> String {
        let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let (head, rest, base) = match tokens.as_slice() {
            ["components", "schemas", name, rest @ ..] => ((*name).to_owned(), rest, 3),
            ["components", kind, name, rest @ ..] => {
                (format!("{} `{name}`", singular(kind)), rest, 3)
            }
            ["paths", path, method, rest @ ..] if super::METHODS.contains(method) => {
                (format!("{} {path}", method.to_uppercase()), rest, 3)
            }
            ["paths", path, rest @ ..] => ((*path).to_owned(), rest, 2),
            ["webhooks", name, rest @ ..] => (format!("webhook `{name}`"), rest, 2),
            ["workflows", _, rest @ ..] => {
                let id = self.text(&tokens[..2], "workflowId");
                (format!("workflow `{}`", id.unwrap_or("?")), rest, 2)
            }
            [] => return "document".to_owned(),
            rest => (String::new(), rest, 0),
        };
        self.describe_within(head, &tokens, base, rest)
    }

    fn describe_within(self, head: String, tokens: &[&str], base: usize, rest: &[&str]) -> String {
        let mut text = head;
        let mut place = String::new();
        let mut at = 0;
        while at < rest.len() {
            let here = &tokens[..base + at + 1];
            let named = rest.get(at + 1).copied();
            let mut parts = 2;
            match (rest[at], named) {
                ("parameters", Some(_)) => {
                    let name = self.parameter_name(&tokens[..base + at + 2]);
                    text += &format!(": parameter `{name}`");
                }
                ("responses", Some(status)) => text += &format!(": response {status}"),
                ("headers", Some(name)) => text += &format!(": header `{name}`"),
                ("steps", Some(_)) => {
                    let id = self.text(&tokens[..base + at + 2], "stepId");
                    text += &format!(": step `{}`", id.unwrap_or("?"));
                }
                ("outputs", Some(name)) => text += &format!(": output `{name}`"),
                ("content", Some(_)) => {}
                ("properties", Some(name)) => place += &format!(".{name}"),
                ("patternProperties" | "dependentSchemas", Some(name)) => {
                    place += &format!("[{name}]");
                }
                ("allOf", Some(_)) => {}
                ("oneOf" | "anyOf", Some(index)) => place += &format!("({} {index})", rest[at]),
                ("prefixItems", Some(index)) => place += &format!("[{index}]"),
                (keyword, _) => {
                    parts = 1;
                    match keyword {
                        "requestBody" => text += ": request body",
                        "inputs" => text += ": inputs",
                        "items" => place += "[]",
                        "additionalProperties" => place += ".*",
                        "schema" => {}
                        // A keyword is part of the message.
                        _ if at + 1 == rest.len() && here.len() > 1 => {}
                        other => place += &format!(" {other}"),
                    }
                }
            }
            at += parts;
        }
        if !place.is_empty() && text.contains(": ") {
            text += " ";
        }
        format!("{text}{place}").trim_start().to_owned()
    }

    fn parameter_name(self, tokens: &[&str]) -> &'d str {
        let node = self.at(&pointer_of(tokens)).map(|node| self.resolve(node));
        node.and_then(|node| node.text("name")).unwrap_or("?")
    }

    fn text(self, tokens: &[&str], key: &str) -> Option<&'d str> {
        self.at(&pointer_of(tokens))?.text(key)
    }
}

fn pointer_of(tokens: &[&str]) -> String {
    tokens
        .iter()
        .fold(String::new(), |pointer, token| child(&pointer, token))
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn singular(kind: &str) -> String {
    match kind {
        "parameters" => "parameter".to_owned(),
        "responses" => "response".to_owned(),
        "requestBodies" => "request body".to_owned(),
        "headers" => "header".to_owned(),
        "securitySchemes" => "security scheme".to_owned(),
        "inputs" => "inputs".to_owned(),
        "successActions" => "success action".to_owned(),
        "failureActions" => "failure action".to_owned(),
        other => other.to_owned(),
    }
}

/// Returns the name of the component schema that contains a pointer.
pub(super) fn component_schema(pointer: &str) -> Option<String> {
    let rest = pointer.strip_prefix("/components/schemas/")?;
    rest.split('/').next().map(unescape)
}

/// Shortens a value for a message.
pub(super) fn shown(value: &Value) -> String {
    crate::diagnostic::suggestion::shorten(&value.to_string())
}

/// Returns a value without prose, so that two values with the same meaning are equal.
pub(super) fn without_prose(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().filter(|(name, value)| {
                // A property of a schema may be called `title` or `description`.
                !facts::is_prose(name) || value.is_object()
            });
            let mut entries: Vec<(String, Value)> = entries
                .map(|(name, value)| (name.clone(), without_prose(value)))
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.into_iter().collect()
        }
        Value::Array(items) => items.iter().map(without_prose).collect(),
        other => other.clone(),
    }
}
