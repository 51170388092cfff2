//! Doc comments made from descriptions in the documents.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rustdoc;

/// Maximum width of a line, in characters.
const WIDTH: usize = 116;

/// Returns a `#[doc]` attribute for each line of rustdoc Markdown.
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

/// Adds the full stop to a sentence that has none. The first letter is not changed.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// Joins the lines of a string.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Wraps a paragraph, and indents the lines after the first.
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

/// Converts a description to rustdoc Markdown.
pub fn prose(text: &str) -> String {
    rustdoc::lines(text).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_one_doc_attribute_per_line() {
        let expected = quote!(#[doc = " One."] #[doc = ""] #[doc = " Two."]);
        assert_eq!(doc("One.\n\nTwo.").to_string(), expected.to_string());
    }

    #[test]
    fn escapes_brackets_that_rustdoc_reads_as_links() {
        assert_eq!(prose("an array[0]"), r"an array\[0\]");
    }

    #[test]
    fn wraps_long_paragraphs() {
        let broken = wrapped(&"word ".repeat(30), "  ");
        let lines: Vec<_> = broken.lines().map(str::len).collect();
        assert_eq!(lines, [114, 36]);
    }

    #[test]
    fn ends_a_sentence_with_a_full_stop() {
        assert_eq!(sentence("Mint a token"), "Mint a token.");
        assert_eq!(sentence("Why?"), "Why?");
    }
}
