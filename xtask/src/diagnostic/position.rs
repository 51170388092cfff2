//! JSON Pointer to line and column: a second, marked parse, made only when there is something to show.
//!
//! The one file that names the crate with the marked parser. What it cannot parse, or a pointer to something that an
//! overlay added, gives the nearest place that does exist.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use crate::diagnostic::Position;

/// A place in a file: where it begins, and how many characters of that line belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub start: Position,
    pub length: usize,
}

/// A document whose nodes know where they stand.
pub struct Marked<'t> {
    root: Option<MarkedYaml<'t>>,
}

impl<'t> Marked<'t> {
    /// Parses the text of a YAML or JSON document.
    pub fn parse(text: &'t str) -> Self {
        let documents = MarkedYaml::load_from_str(text).ok();
        Self {
            root: documents.and_then(|list| list.into_iter().next()),
        }
    }

    /// The place of what `pointer` names, or of the nearest ancestor that is there.
    ///
    /// Text and numbers are marked themselves; a map or a list that has a name is marked at its name, because its own
    /// text begins a line later.
    pub fn find(&self, pointer: &str) -> Place {
        let mut place = Place {
            start: Position { line: 1, column: 1 },
            length: 1,
        };
        let Some(mut node) = self.root.as_ref() else {
            return place;
        };
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let next = match &untagged(node).data {
                YamlData::Mapping(entries) => entries
                    .iter()
                    .find(|(key, _)| key_text(key).as_deref() == Some(token.as_str()))
                    .map(|(key, value)| (Some(key), value)),
                YamlData::Sequence(items) => token
                    .parse::<usize>()
                    .ok()
                    .and_then(|i| items.get(i))
                    .map(|item| (None, item)),
                _ => None,
            };
            let Some((key, value)) = next else { break };
            let scalar = matches!(
                untagged(value).data,
                YamlData::Value(_) | YamlData::Representation(..)
            );
            place = match key {
                Some(key) if !scalar => place_of(key),
                _ => place_of(value),
            };
            node = value;
        }
        place
    }
}

fn untagged<'a, 't>(mut node: &'a MarkedYaml<'t>) -> &'a MarkedYaml<'t> {
    while let YamlData::Tagged(_, inner) = &node.data {
        node = inner;
    }
    node
}

/// The key as `load.rs` spells it.
fn key_text(key: &MarkedYaml<'_>) -> Option<String> {
    match &untagged(key).data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::FloatingPoint(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::Boolean(value)) => Some(value.to_string()),
        YamlData::Value(Scalar::Null) => Some("null".to_owned()),
        YamlData::Representation(text, ..) => Some(text.to_string()),
        _ => None,
    }
}

fn place_of(node: &MarkedYaml<'_>) -> Place {
    let (start, end) = (node.span.start, node.span.end);
    let length = if start.line() == end.line() {
        end.col().saturating_sub(start.col())
    } else {
        usize::MAX
    };
    Place {
        start: Position {
            line: start.line().max(1),
            column: start.col() + 1,
        },
        length: length.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
openapi: 3.0.3
paths:
  /a/b:
    get:
      responses:
        200:
          description: fine
tags:
  - name: one
  - name: \"zwei ü\"
";

    fn at(pointer: &str) -> (usize, usize, usize) {
        let place = Marked::parse(DOCUMENT).find(pointer);
        (place.start.line, place.start.column, place.length)
    }

    #[test]
    fn text_is_marked_itself() {
        assert_eq!(at("/openapi"), (1, 10, 5));
        assert_eq!(
            at("/paths/~1a~1b/get/responses/200/description"),
            (7, 24, 4)
        );
        assert_eq!(at("/tags/1/name"), (10, 11, 8));
    }

    #[test]
    fn maps_and_lists_are_marked_at_their_names() {
        assert_eq!(at("/paths"), (2, 1, 5));
        assert_eq!(at("/paths/~1a~1b/get/responses/200"), (6, 9, 3));
        assert_eq!(at("/tags"), (8, 1, 4));
    }

    #[test]
    fn an_item_is_marked_where_it_begins() {
        let (line, column, _) = at("/tags/0");
        assert_eq!((line, column), (9, 5));
    }

    #[test]
    fn what_is_not_there_gives_the_nearest_ancestor() {
        assert_eq!(
            at("/paths/~1a~1b/get/x-added/by/overlay"),
            at("/paths/~1a~1b/get")
        );
        assert_eq!(at("/tags/7"), at("/tags"));
        assert_eq!(at("/nothing"), (1, 1, 1));
    }

    #[test]
    fn json_has_places_too() {
        let place = Marked::parse("{\n\t\"a\": {\"b\": [1, true]}\n}").find("/a/b/1");
        assert_eq!(
            (place.start.line, place.start.column, place.length),
            (2, 17, 4)
        );
    }

    #[test]
    fn what_cannot_be_parsed_gives_the_beginning() {
        let place = Marked::parse("a: [").find("/a/0");
        assert_eq!(place.start, Position { line: 1, column: 1 });
    }
}
