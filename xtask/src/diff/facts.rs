//! The tree that a document's facts form, and the part of it that OpenAPI and Arazzo share: schemas.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::child;

/// The facts of a document.
pub(super) struct Facts {
    pub(super) root: Place,
    /// What `$ref`s lead to, by JSON Pointer. Kept apart, because schemas may contain themselves.
    pub(super) shared: BTreeMap<String, Place>,
    /// Component schemas by name, by their JSON Pointers.
    pub(super) named: BTreeMap<String, String>,
}

/// A fact and where it is stated.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) fact: Fact,
}

#[derive(Clone, Debug)]
pub(super) enum Fact {
    /// Compared as it is.
    Value(Value),
    /// Compared name by name.
    Map(BTreeMap<String, Place>),
    /// Compared in order.
    List(Vec<Place>),
    /// Compared without regard to order.
    Set(Vec<Place>),
    /// What is in [`Facts::shared`] under that JSON Pointer.
    Shared(String),
}

/// A part of the document that is being read.
#[derive(Clone)]
pub(super) struct At<'d> {
    pub(super) value: &'d Value,
    pub(super) pointer: String,
}

impl<'d> At<'d> {
    pub(super) fn get(&self, name: &str) -> Option<At<'d>> {
        let value = self.value.as_object()?.get(name)?;
        Some(At {
            value,
            pointer: child(&self.pointer, name),
        })
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&'d str, At<'d>)> + use<'d> {
        let pointer = self.pointer.clone();
        let map = self.value.as_object();
        map.into_iter().flatten().map(move |(name, value)| {
            let pointer = child(&pointer, name);
            (name.as_str(), At { value, pointer })
        })
    }

    pub(super) fn items(&self) -> impl Iterator<Item = At<'d>> + use<'d> {
        let pointer = self.pointer.clone();
        let list = self.value.as_array();
        list.into_iter()
            .flatten()
            .enumerate()
            .map(move |(index, value)| {
                let pointer = child(&pointer, index);
                At { value, pointer }
            })
    }

    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name)?.as_str()
    }

    pub(super) fn place(&self, fact: Fact) -> Place {
        Place {
            pointer: self.pointer.clone(),
            fact,
        }
    }

    /// As it is, whatever it is.
    pub(super) fn exactly(&self) -> Place {
        self.place(Fact::Value(self.value.clone()))
    }

    /// Each item as it is, in any order; one value that is no list counts as a list of one.
    pub(super) fn set(&self) -> Place {
        let items = match self.value {
            Value::Array(_) => self.items().map(|item| item.exactly()).collect(),
            _ => vec![self.exactly()],
        };
        self.place(Fact::Set(items))
    }

    /// An extension: its lists are ordered, its descriptions are prose all the same.
    pub(super) fn extension(&self) -> Place {
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
        self.place(fact)
    }
}

/// Names whose values are for people only.
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

/// Reads a document; follows `$ref`s and remembers what they lead to.
pub(super) struct Reader<'d> {
    pub(super) root: &'d Value,
    shared: BTreeMap<String, Option<Place>>,
    waiting: Vec<String>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(root: &'d Value) -> Self {
        Self {
            root,
            shared: BTreeMap::new(),
            waiting: Vec::new(),
        }
    }

    /// The part that a JSON Pointer names.
    pub(super) fn at(&self, pointer: &str) -> Option<At<'d>> {
        let value = self.root.pointer(pointer)?;
        Some(At {
            value,
            pointer: pointer.to_owned(),
        })
    }

    /// Follows a chain of `$ref`s within the document; what cannot be followed stays as it is.
    pub(super) fn resolve(&self, mut at: At<'d>) -> At<'d> {
        for _ in 0..100 {
            match target(&at).and_then(|pointer| self.at(&pointer)) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// A map whose values are read by `read`; for what is no map, its value.
    pub(super) fn map(
        &mut self,
        at: &At<'d>,
        mut read: impl FnMut(&mut Self, At<'d>) -> Place,
    ) -> Place {
        if !at.value.is_object() {
            return at.exactly();
        }
        at.place(Fact::Map(
            at.entries()
                .map(|(name, value)| (name.to_owned(), read(self, value)))
                .collect(),
        ))
    }

    /// The facts of an object: prose left out, extensions kept, and the rest as `read` says, which gives `None` for
    /// what is no fact (a default that is written out, say).
    pub(super) fn object(
        &mut self,
        at: &At<'d>,
        mut read: impl FnMut(&mut Self, &str, At<'d>) -> Option<Place>,
    ) -> Place {
        if !at.value.is_object() {
            return at.exactly();
        }
        let mut facts = BTreeMap::new();
        for (name, value) in at.entries() {
            if is_prose(name) {
                continue;
            }
            let place = if name.starts_with("x-") {
                Some(value.extension())
            } else {
                read(self, name, value)
            };
            if let Some(place) = place {
                facts.insert(name.to_owned(), place);
            }
        }
        at.place(Fact::Map(facts))
    }

    /// A JSON Schema, in OpenAPI's dialect or its own.
    pub(super) fn schema(&mut self, at: At<'d>) -> Place {
        if let Some(pointer) = target(&at).filter(|pointer| self.root.pointer(pointer).is_some()) {
            if !self.shared.contains_key(&pointer) {
                self.shared.insert(pointer.clone(), None);
                self.waiting.push(pointer.clone());
            }
            return at.place(Fact::Shared(pointer));
        }
        let place = self.object(&at, |reader, name, value| match name {
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
                Some(value.place(Fact::Set(items)))
            }
            "prefixItems" => {
                let items = value.items().map(|item| reader.schema(item)).collect();
                Some(value.place(Fact::List(items)))
            }
            "required" if value.value.as_array().is_some_and(Vec::is_empty) => None,
            "required" | "enum" | "type" => Some(value.set()),
            "discriminator" => Some(reader.object(&value, |reader, name, value| {
                Some(if name == "mapping" {
                    reader.map(&value, |_, at| named_schema(&at))
                } else {
                    value.exactly()
                })
            })),
            _ => Some(value.exactly()),
        });
        // `allOf` around one schema is how a description, which is no fact, gets beside a `$ref`.
        match place.fact {
            Fact::Map(mut facts) if facts.len() == 1 => match facts.remove("allOf") {
                Some(Place {
                    fact: Fact::Set(mut items),
                    pointer,
                }) => match (items.pop(), items.is_empty()) {
                    (Some(only), true) => only,
                    (last, _) => {
                        items.extend(last);
                        let all = Place {
                            pointer,
                            fact: Fact::Set(items),
                        };
                        at.place(Fact::Map(BTreeMap::from([("allOf".to_owned(), all)])))
                    }
                },
                Some(other) => at.place(Fact::Map(BTreeMap::from([("allOf".to_owned(), other)]))),
                None => at.place(Fact::Map(facts)),
            },
            fact => Place {
                pointer: place.pointer,
                fact,
            },
        }
    }

    /// Puts it all together, once the root has been read.
    pub(super) fn finish(mut self, root: Place, components: &str) -> Facts {
        let mut named = BTreeMap::new();
        if let Some(at) = self.at(components) {
            for (name, schema) in at.entries() {
                if !self.shared.contains_key(&schema.pointer) {
                    self.shared.insert(schema.pointer.clone(), None);
                    self.waiting.push(schema.pointer.clone());
                }
                named.insert(name.to_owned(), schema.pointer);
            }
        }
        while let Some(pointer) = self.waiting.pop() {
            if let Some(at) = self.at(&pointer) {
                let place = self.schema(at);
                self.shared.insert(pointer, Some(place));
            }
        }
        let shared = self
            .shared
            .into_iter()
            .filter_map(|(pointer, place)| Some((pointer, place?)))
            .collect();
        Facts {
            root,
            shared,
            named,
        }
    }
}

/// What a `$ref` within the document leads to, as a JSON Pointer.
fn target(at: &At<'_>) -> Option<String> {
    at.text("$ref")?
        .strip_prefix('#')
        .filter(|pointer| pointer.starts_with('/'))
        .map(unescape)
}

/// `$ref`s are URIs, so that braces in paths come percent-encoded.
fn unescape(pointer: &str) -> String {
    let bytes = pointer.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = pointer.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| pointer.to_owned())
}

/// A discriminator names a schema by `$ref` or by its bare name.
fn named_schema(at: &At<'_>) -> Place {
    match at.value.as_str() {
        Some(text) => {
            let name = text.strip_prefix("#/components/schemas/").unwrap_or(text);
            at.place(Fact::Value(name.into()))
        }
        None => at.exactly(),
    }
}
