//! Lines and columns of JSON Pointers, from a second parse of the document when a finding is shown.
//!
//! A pointer to a value that an overlay added resolves to the nearest ancestor in the file.

use crate::diagnostic::{Position, TextSpan};
use crate::load::yaml::Tree;

/// A parsed document with the position of each node.
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

    /// Returns the span of the value at `pointer`, or of its nearest ancestor in the document.
    pub fn find(&self, pointer: &str) -> TextSpan {
        let tree = self.tree.as_ref();
        tree.and_then(|tree| tree.find(pointer))
            .unwrap_or(TextSpan {
                start: Position { line: 1, column: 1 },
                length: Some(1),
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
        let span = Marked::parse(DOCUMENT).find(pointer);
        let length = span.length.expect("a value of one line");
        (span.start.line, span.start.column, length)
    }

    #[test]
    fn marks_a_scalar_at_its_value() {
        assert_eq!(at("/openapi"), (1, 10, 5));
        assert_eq!(
            at("/paths/~1a~1b/get/responses/200/description"),
            (7, 24, 4)
        );
        assert_eq!(at("/tags/1/name"), (10, 11, 8));
    }

    #[test]
    fn marks_maps_and_lists_at_their_keys() {
        assert_eq!(at("/paths"), (2, 1, 5));
        assert_eq!(at("/paths/~1a~1b/get/responses/200"), (6, 9, 3));
        assert_eq!(at("/tags"), (8, 1, 4));
    }

    #[test]
    fn marks_a_list_item_at_its_start() {
        let Position { line, column } = Marked::parse(DOCUMENT).find("/tags/0").start;
        assert_eq!((line, column), (9, 5));
    }

    #[test]
    fn marks_the_nearest_ancestor_of_a_missing_value() {
        assert_eq!(
            at("/paths/~1a~1b/get/x-added/by/overlay"),
            at("/paths/~1a~1b/get")
        );
        assert_eq!(at("/tags/7"), at("/tags"));
        assert_eq!(at("/nothing"), (1, 1, 1));
    }

    #[test]
    fn finds_positions_in_json() {
        let span = Marked::parse("{\n\t\"a\": {\"b\": [1, true]}\n}").find("/a/b/1");
        assert_eq!(
            (span.start.line, span.start.column, span.length),
            (2, 17, Some(4))
        );
    }

    #[test]
    fn follows_aliases_and_merge_keys() {
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
            let span = marked.find(pointer);
            (span.start.line, span.start.column)
        };
        assert_eq!(at("/uses"), (3, 1));
        assert_eq!(at("/uses/a"), (2, 6));
        assert_eq!(at("/merges/a"), (2, 6));
        assert_eq!(at("/merges/b"), (6, 6));
        assert_eq!(at("/merges/c"), (4, 1));
    }

    #[test]
    fn finds_keys_of_large_maps() {
        let text: String = (0..2_000).map(|n| format!("k{n}: {n}\n")).collect();
        let marked = Marked::parse(&text);
        for n in 0..2_000 {
            assert_eq!(marked.find(&format!("/k{n}")).start.line, n + 1);
        }
    }

    #[test]
    fn does_not_expand_nested_aliases() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let last = level - 1;
            text += &format!("a{level}: &a{level} [*a{last}, *a{last}, *a{last}, *a{last}]\n");
        }
        let span = Marked::parse(&text).find("/a29/0/0");
        assert_eq!(span.start, Position { line: 1, column: 1 });
    }

    #[test]
    fn marks_the_start_of_an_invalid_document() {
        let span = Marked::parse("a: [").find("/a/0");
        assert_eq!(span.start, Position { line: 1, column: 1 });
    }
}
