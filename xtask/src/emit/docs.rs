//! Documentation comments from the prose of the documents.

use proc_macro2::TokenStream;
use quote::quote;

/// One `///` line per line of a text, which is Markdown as the documents write it.
pub fn doc(text: &str) -> TokenStream {
    let lines = rustdoc(text.trim());
    let lines = lines.lines().map(|line| {
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

/// Markdown that rustdoc takes without a warning: brackets that are no links, angle brackets that are no tags and bare
/// addresses are escaped, outside of code.
pub fn rustdoc(text: &str) -> String {
    let mut output = String::new();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            output.push('\n');
        }
        if line.trim_start().starts_with("```") {
            // A fence without a language would be compiled as a doc test.
            match fenced || line.trim() != "```" {
                true => output.push_str(line),
                false => output.push_str(&format!("{line}text")),
            }
            fenced = !fenced;
        } else if fenced {
            output.push_str(line);
        } else {
            escape_line(line.trim_end(), &mut output);
        }
    }
    if fenced {
        output.push_str("\n```");
    }
    output
}

fn escape_line(line: &str, output: &mut String) {
    let mut rest = line;
    let mut code = false;
    let mut link = false;
    while let Some(c) = rest.chars().next() {
        if !code && (rest.starts_with("https://") || rest.starts_with("http://")) {
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | '`' | ']'))
                .unwrap_or(rest.len());
            let address = rest[..end].trim_end_matches(['.', ',', ';', ':']);
            match link || output.ends_with('<') {
                true => output.push_str(address),
                false => output.push_str(&format!("<{address}>")),
            }
            rest = &rest[address.len()..];
            continue;
        }
        match c {
            '`' => {
                code = !code && rest[1..].contains('`');
                output.push(c);
            }
            '[' if !code && is_link(rest) => {
                output.push(c);
            }
            ']' if !code && rest.starts_with("](") => {
                link = true;
                output.push_str("](");
                rest = &rest[2..];
                continue;
            }
            ')' if link => {
                link = false;
                output.push(c);
            }
            '[' | ']' if !code && !output.ends_with('\\') => {
                output.push('\\');
                output.push(c);
            }
            '<' if !code && !rest[1..].starts_with("http") && !output.ends_with('\\') => {
                output.push_str("\\<")
            }
            _ => output.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// Whether `[` begins `[text](address)`.
fn is_link(rest: &str) -> bool {
    rest.find(']')
        .is_some_and(|end| rest[end..].starts_with("]("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_becomes_markdown_that_rustdoc_takes() {
        for (prose, expected) in [
            ("see https://a.b/c.", "see <https://a.b/c>."),
            ("see <https://a.b>", "see <https://a.b>"),
            ("a [link](https://a.b)", "a [link](https://a.b)"),
            ("an array[0] of <T>", r"an array\[0\] of \<T>"),
            (
                "code `a[0] <T> https://x` stays",
                "code `a[0] <T> https://x` stays",
            ),
            ("```\na[0]\n```", "```text\na[0]\n```"),
            ("```json\n[]", "```json\n[]\n```"),
            ("an ` alone [x]", r"an ` alone \[x\]"),
        ] {
            assert_eq!(rustdoc(prose), expected);
        }
    }

    #[test]
    fn each_line_is_a_comment_of_its_own() {
        assert_eq!(
            doc("One.\n\nTwo.").to_string(),
            quote!(#[doc = " One."] #[doc = ""] #[doc = " Two."]).to_string()
        );
    }

    #[test]
    fn sentences_end() {
        assert_eq!(sentence("Mint a token"), "Mint a token.");
        assert_eq!(sentence("Why?"), "Why?");
    }
}
