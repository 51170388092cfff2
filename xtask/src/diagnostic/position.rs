//! JSON Pointer to line and column: a second parse, made only when there is something to show.
//!
//! What cannot be parsed, or a pointer to something that an overlay added, gives the nearest place that does exist.

use crate::diagnostic::Position;
use crate::load::yaml::Tree;

/// A place in a file: where it begins, and how many characters of that line belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub start: Position,
    pub length: usize,
}

/// A document whose nodes know where they stand.
pub struct Marked<'t> {
    tree: Option<Tree<'t>>,
}

impl<'t> Marked<'t> {
    /// Parses the text of a YAML or JSON document.
    pub fn parse(text: &'t str) -> Self {
        Self {
            tree: Tree::parse(text).ok(),
        }
    }

    /// Returns the place of what `pointer` names, or of the nearest ancestor that is there.
    pub fn find(&self, pointer: &str) -> Place {
        let tree = self.tree.as_ref();
        tree.and_then(|tree| tree.find(pointer)).unwrap_or(Place {
            start: Position { line: 1, column: 1 },
            length: 1,
        })
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
    fn aliases_and_merges_lead_to_what_they_stand_for() {
        let text = "\
base: &base
  a: 1
uses: *base
merges:
  <<: *base
  b: 2
";
        let marked = Marked::parse(text);
        let at = |pointer: &str| {
            let place = marked.find(pointer);
            (place.start.line, place.start.column)
        };
        assert_eq!(at("/uses"), (3, 1));
        assert_eq!(at("/uses/a"), (2, 6));
        assert_eq!(at("/merges/a"), (2, 6));
        assert_eq!(at("/merges/b"), (6, 6));
        assert_eq!(at("/merges/c"), (4, 1));
    }

    #[test]
    fn keys_of_large_maps_are_found() {
        let text: String = (0..2_000).map(|n| format!("k{n}: {n}\n")).collect();
        let marked = Marked::parse(&text);
        for n in 0..2_000 {
            assert_eq!(marked.find(&format!("/k{n}")).start.line, n + 1);
        }
    }

    #[test]
    fn aliases_that_multiply_cost_nothing() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let last = level - 1;
            text += &format!("a{level}: &a{level} [*a{last}, *a{last}, *a{last}, *a{last}]\n");
        }
        let place = Marked::parse(&text).find("/a29/0/0");
        assert_eq!(place.start, Position { line: 1, column: 1 });
    }

    #[test]
    fn what_cannot_be_parsed_gives_the_beginning() {
        let place = Marked::parse("a: [").find("/a/0");
        assert_eq!(place.start, Position { line: 1, column: 1 });
    }
}
