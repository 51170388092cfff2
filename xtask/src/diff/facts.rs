//! Tree of facts of a document, and the schema parser shared by OpenAPI and Arazzo.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::child;
use crate::openapi::description::percent_decoded;

/// Facts of a document.
pub(super) struct Facts {
    pub(super) root: LocatedFact,
    /// Targets of `$ref`s by JSON Pointer. Separate from the tree because schemas may be recursive.
    pub(super) shared: BTreeMap<String, LocatedFact>,
    /// JSON Pointers of component schemas by name.
    pub(super) named: BTreeMap<String, String>,
}

/// Fact and its JSON Pointer.
#[derive(Clone, Debug)]
pub(super) struct LocatedFact {
    pub(super) pointer: String,
    pub(super) fact: Fact,
}

#[derive(Clone, Debug)]
pub(super) enum Fact {
    /// Compared verbatim.
    Value(Value),
    /// Compared by name.
    Map(BTreeMap<String, LocatedFact>),
    /// Compared in order.
    List(Vec<LocatedFact>),
    /// Compared ignoring order.
    Set(Vec<LocatedFact>),
    /// JSON Pointer of an entry in [`Facts::shared`].
    Shared(String),
}

/// Value of the document and its JSON Pointer.
#[derive(Clone)]
pub(super) struct Node<'d> {
    pub(super) value: &'d Value,
    pub(super) pointer: String,
}

impl<'d> Node<'d> {
    pub(super) fn get(&self, name: &str) -> Option<Node<'d>> {
        let value = self.value.as_object()?.get(name)?;
        Some(Node {
            value,
            pointer: child(&self.pointer, name),
        })
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let pointer = self.pointer.clone();
        let map = self.value.as_object();
        map.into_iter().flatten().map(move |(name, value)| {
            let pointer = child(&pointer, name);
            (name.as_str(), Node { value, pointer })
        })
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let pointer = self.pointer.clone();
        let list = self.value.as_array();
        list.into_iter()
            .flatten()
            .enumerate()
            .map(move |(index, value)| {
                let pointer = child(&pointer, index);
                Node { value, pointer }
            })
    }

    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name)?.as_str()
    }

    pub(super) fn fact(&self, fact: Fact) -> LocatedFact {
        LocatedFact {
            pointer: self.pointer.clone(),
            fact,
        }
    }

    /// Returns the value unchanged as a fact.
    pub(super) fn verbatim(&self) -> LocatedFact {
        self.fact(Fact::Value(self.value.clone()))
    }

    /// Returns the items of a list as an unordered fact. A single value counts as a list of one.
    pub(super) fn unordered(&self) -> LocatedFact {
        let items = match self.value {
            Value::Array(_) => self.items().map(|item| item.verbatim()).collect(),
            _ => vec![self.verbatim()],
        };
        self.fact(Fact::Set(items))
    }

    /// Reads an extension. Lists are ordered, and descriptions count as prose.
    pub(super) fn extension(&self) -> LocatedFact {
        let fact = match self.value {
            Value::Object(_) => Fact::Map(
                self.entries()
                    .filter(|(name, value)| !(is_prose(name) && value.value.is_string()))
                    .map(|(name, value)| (name.to_owned(), value.extension()))
                    .collect(),
            ),
            Value::Array(_) => Fact::List(self.items().map(|item| item.extension()).collect()),
            other => Fact::Value(other.clone()),
        };
        self.fact(fact)
    }
}

/// Returns `true` for properties that hold prose or examples.
pub(super) fn is_prose(name: &str) -> bool {
    matches!(
        name,
        "summary"
            | "description"
            | "title"
            | "externalDocs"
            | "example"
            | "examples"
            | "$comment"
            | "x-codeSamples"
            | "x-code-samples"
            | "x-readme"
    )
}

/// Parser for a document. Follows `$ref`s and collects their targets.
pub(super) struct Reader<'d> {
    pub(super) root: &'d Value,
    shared: BTreeMap<String, Option<LocatedFact>>,
    pending: Vec<String>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(root: &'d Value) -> Self {
        Self {
            root,
            shared: BTreeMap::new(),
            pending: Vec::new(),
        }
    }

    /// Returns the node at a JSON Pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<Node<'d>> {
        let value = self.root.pointer(pointer)?;
        Some(Node {
            value,
            pointer: pointer.to_owned(),
        })
    }

    /// Follows a chain of `$ref`s within the document. Leaves unresolvable references unchanged.
    pub(super) fn resolve(&self, mut at: Node<'d>) -> Node<'d> {
        for _ in 0..100 {
            match target(&at).and_then(|pointer| self.at(&pointer)) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// Reads a map, calling `read` for each value. Returns other values verbatim.
    pub(super) fn map(
        &mut self,
        at: &Node<'d>,
        mut read: impl FnMut(&mut Self, Node<'d>) -> LocatedFact,
    ) -> LocatedFact {
        if !at.value.is_object() {
            return at.verbatim();
        }
        at.fact(Fact::Map(
            at.entries()
                .map(|(name, value)| (name.to_owned(), read(self, value)))
                .collect(),
        ))
    }

    /// Reads an object without prose but with extensions, calling `read` for all other properties.
    ///
    /// `read` returns `None` for a property that is not a fact, such as an explicit default.
    pub(super) fn object(
        &mut self,
        at: &Node<'d>,
        mut read: impl FnMut(&mut Self, &str, Node<'d>) -> Option<LocatedFact>,
    ) -> LocatedFact {
        if !at.value.is_object() {
            return at.verbatim();
        }
        let mut facts = BTreeMap::new();
        for (name, value) in at.entries() {
            if is_prose(name) {
                continue;
            }
            let fact = if name.starts_with("x-") {
                Some(value.extension())
            } else {
                read(self, name, value)
            };
            if let Some(fact) = fact {
                facts.insert(name.to_owned(), fact);
            }
        }
        at.fact(Fact::Map(facts))
    }

    /// Reads a JSON Schema or an OpenAPI 3.0 schema.
    pub(super) fn schema(&mut self, at: Node<'d>) -> LocatedFact {
        if let Some(pointer) = target(&at).filter(|pointer| self.root.pointer(pointer).is_some()) {
            if !self.shared.contains_key(&pointer) {
                self.shared.insert(pointer.clone(), None);
                self.pending.push(pointer.clone());
            }
            return at.fact(Fact::Shared(pointer));
        }
        let located = self.object(&at, |reader, name, value| match name {
            "nullable" | "readOnly" | "writeOnly" | "deprecated" | "uniqueItems"
            | "exclusiveMinimum" | "exclusiveMaximum"
                if value.value == &Value::Bool(false) =>
            {
                None
            }
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                Some(reader.map(&value, Self::schema))
            }
            "items"
            | "not"
            | "additionalProperties"
            | "contains"
            | "propertyNames"
            | "if"
            | "then"
            | "else"
                if value.value.is_object() =>
            {
                Some(reader.schema(value))
            }
            "allOf" | "oneOf" | "anyOf" if value.value.is_array() => {
                let items = value.items().map(|item| reader.schema(item)).collect();
                Some(value.fact(Fact::Set(items)))
            }
            "prefixItems" => {
                let items = value.items().map(|item| reader.schema(item)).collect();
                Some(value.fact(Fact::List(items)))
            }
            "required" if value.value.as_array().is_some_and(Vec::is_empty) => None,
            "required" | "enum" | "type" => Some(value.unordered()),
            "discriminator" => Some(reader.object(&value, |reader, name, value| {
                Some(if name == "mapping" {
                    reader.map(&value, |_, at| named_schema(&at))
                } else {
                    value.verbatim()
                })
            })),
            _ => Some(value.verbatim()),
        });
        // Documents wrap a `$ref` in `allOf` to add a description, so an `allOf` of one schema equals that schema.
        match located.fact {
            Fact::Map(mut facts) if facts.len() == 1 => match facts.remove("allOf") {
                Some(LocatedFact {
                    fact: Fact::Set(mut items),
                    pointer,
                }) => match (items.pop(), items.is_empty()) {
                    (Some(only), true) => only,
                    (last, _) => {
                        items.extend(last);
                        let all = LocatedFact {
                            pointer,
                            fact: Fact::Set(items),
                        };
                        at.fact(Fact::Map(BTreeMap::from([("allOf".to_owned(), all)])))
                    }
                },
                Some(other) => at.fact(Fact::Map(BTreeMap::from([("allOf".to_owned(), other)]))),
                None => at.fact(Fact::Map(facts)),
            },
            fact => LocatedFact {
                pointer: located.pointer,
                fact,
            },
        }
    }

    /// Reads the collected references and component schemas, and returns all facts.
    pub(super) fn finish(mut self, root: LocatedFact, components: &str) -> Facts {
        let mut named = BTreeMap::new();
        if let Some(at) = self.at(components) {
            for (name, schema) in at.entries() {
                if !self.shared.contains_key(&schema.pointer) {
                    self.shared.insert(schema.pointer.clone(), None);
                    self.pending.push(schema.pointer.clone());
                }
                named.insert(name.to_owned(), schema.pointer);
            }
        }
        while let Some(pointer) = self.pending.pop() {
            if let Some(at) = self.at(&pointer) {
                let schema = self.schema(at);
                self.shared.insert(pointer, Some(schema));
            }
        }
        let shared = self
            .shared
            .into_iter()
            .filter_map(|(pointer, schema)| Some((pointer, schema?)))
            .collect();
        Facts {
            root,
            shared,
            named,
        }
    }
}

/// Returns the JSON Pointer a local `$ref` refers to.
pub(super) fn target(at: &Node<'_>) -> Option<String> {
    at.text("$ref")?
        .strip_prefix('#')
        .filter(|pointer| pointer.starts_with('/'))
        .map(|pointer| percent_decoded(pointer).into_owned())
}

/// Reads a discriminator mapping value, which is a `$ref` or a plain schema name.
fn named_schema(at: &Node<'_>) -> LocatedFact {
    match at.value.as_str() {
        Some(text) => {
            let name = text.strip_prefix("#/components/schemas/").unwrap_or(text);
            at.fact(Fact::Value(name.into()))
        }
        None => at.verbatim(),
    }
}
