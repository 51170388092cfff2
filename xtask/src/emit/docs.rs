//! Documentation comments from the prose of the documents.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rustdoc;

/// The column at which a paragraph is broken.
const WIDTH: usize = 116;

/// One `///` line per line of a text that is Markdown for rustdoc already.
pub fn doc(text: &str) -> TokenStream {
    let lines = text.trim().lines().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// A sentence: first letter as it is, a full stop at its end.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// A text on one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A paragraph broken into lines of a readable length, those after the first indented.
pub fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > WIDTH {
            lines.push('\n');
            lines.push_str(indent);
            length = indent.len();
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += width;
    }
    lines
}

/// Prose of a document as Markdown that rustdoc takes.
pub fn prose(text: &str) -> String {
    rustdoc::lines(text).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_comment_of_its_own() {
        let expected = quote!(#[doc = " One."] #[doc = ""] #[doc = " Two."]);
        assert_eq!(doc("One.\n\nTwo.").to_string(), expected.to_string());
    }

    #[test]
    fn prose_of_a_document_makes_no_links() {
        assert_eq!(prose("an array[0]"), r"an array\[0\]");
    }

    #[test]
    fn long_paragraphs_are_broken() {
        let broken = wrapped(&"word ".repeat(30), "  ");
        let lines: Vec<_> = broken.lines().map(str::len).collect();
        assert_eq!(lines, [114, 36]);
    }

    #[test]
    fn sentences_end() {
        assert_eq!(sentence("Mint a token"), "Mint a token.");
        assert_eq!(sentence("Why?"), "Why?");
    }
}
