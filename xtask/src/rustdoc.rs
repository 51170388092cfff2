//! Conversion of descriptions in documents to rustdoc Markdown.
//!
//! Descriptions are Markdown for other renderers. rustdoc reads `[x]` as a link and `<x>` as HTML, and does not
//! link a bare URL, each with a warning. Brackets are therefore escaped and URLs enclosed in `<…>`. Code, in blocks
//! or between backticks, is not changed.

/// Maximum width of a line, in characters.
const WIDTH: usize = 116;

/// Returns the lines of a description, escaped, wrapped and without `///`.
pub fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut in_code = false;
    for line in text.trim().lines() {
        let line = line.trim_end();
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            // rustdoc treats a block without a language as a Rust test.
            let opens_without_language = in_code && line.trim() == "```";
            lines.push(if opens_without_language {
                format!("{line}text")
            } else {
                line.to_owned()
            });
        } else if in_code {
            lines.push(line.to_owned());
        } else if line.starts_with("    ") || line.starts_with('\t') {
            // An indent of four spaces makes a code block, and so a test.
            wrap(&escape(line.trim_start()), &mut lines);
        } else {
            wrap(&escape(line), &mut lines);
        }
    }
    if in_code {
        lines.push("```".to_owned());
    }
    lines
}

/// Returns a line with a link to further documentation at its end.
pub fn with_reference(line: &str, url: Option<&str>) -> Vec<String> {
    let Some(url) = url else {
        return vec![line.to_owned()];
    };
    let is_plain =
        |character: char| character.is_ascii_graphic() && !"<>()[]\\`\"'".contains(character);
    if !url.chars().all(is_plain) {
        let mut all = vec![line.to_owned(), String::new()];
        all.extend(lines(&format!("See {url}.")));
        return all;
    }
    let link = format!("([API reference]({url}))");
    match line.chars().count() + 1 + link.chars().count() > WIDTH {
        true => vec![line.to_owned(), link],
        false => vec![format!("{line} {link}")],
    }
}

/// Returns the first paragraph on one line, for lists and tables.
pub fn summary(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    escape(&words.join(" "))
}

fn wrap(line: &str, lines: &mut Vec<String>) {
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let body = line.trim_start();
    let is_item = body.starts_with("- ") || body.starts_with("* ");
    let hanging = format!("{indent}{}", if is_item { "  " } else { "" });
    let is_table = body.starts_with('|');
    let mut current = indent.clone();
    for word in body.split(' ') {
        let is_first = current.trim().is_empty();
        // A line must not begin with the Markdown syntax of a list, a heading or a quotation.
        let may_begin =
            word.starts_with(|c: char| c.is_alphabetic() || c == '`' || c == '(' || c == '<');
        if !is_first
            && !is_table
            && may_begin
            && current.chars().count() + 1 + word.chars().count() > WIDTH
        {
            lines.push(std::mem::replace(&mut current, format!("{hanging}{word}")));
        } else {
            if !is_first {
                current.push(' ');
            }
            current.push_str(word);
        }
    }
    lines.push(current.trim_end().to_owned());
}

/// Escapes one line for rustdoc.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if c == '`' {
            let ticks = rest.chars().take_while(|c| *c == '`').count();
            let fence = &rest[..ticks];
            match rest[ticks..].find(fence) {
                Some(end) => {
                    let whole = ticks + end + ticks;
                    out.push_str(&rest[..whole]);
                    rest = &rest[whole..];
                }
                None => {
                    out.push_str("\\`");
                    rest = &rest[ticks..];
                }
            }
            continue;
        }
        if rest.starts_with("https://") || rest.starts_with("http://") {
            let end = rest
                .find(|c: char| c.is_whitespace() || "<>()[]\"'`".contains(c))
                .unwrap_or(rest.len());
            let url = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
            let already = out.ends_with('<') || out.ends_with("](");
            match already {
                true => out.push_str(url),
                false => {
                    out.push('<');
                    out.push_str(url);
                    out.push('>');
                }
            }
            rest = &rest[url.len()..];
            continue;
        }
        match c {
            '[' => match link(rest) {
                Some(length) => {
                    out.push_str(&rest[..length]);
                    rest = &rest[length..];
                    continue;
                }
                None => out.push_str("\\["),
            },
            ']' => out.push_str("\\]"),
            '<' if rest[1..].starts_with("http://") || rest[1..].starts_with("https://") => {
                out.push('<')
            }
            '<' => out.push_str("\\<"),
            '\\' => {
                // An escaped character stays escaped.
                let mut next = rest[1..].chars();
                match next.next() {
                    Some(n) if n.is_ascii_punctuation() => {
                        out.push('\\');
                        out.push(n);
                        rest = &rest[2..];
                        continue;
                    }
                    _ => out.push_str("\\\\"),
                }
            }
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Returns the length of a link `[text](https://…)` at the start of `rest`, if there is one.
fn link(rest: &str) -> Option<usize> {
    let close = rest.find(']')?;
    let target = rest[close + 1..].strip_prefix('(')?;
    if !target.starts_with("http://") && !target.starts_with("https://") {
        return None;
    }
    let end = target.find(')')?;
    Some(close + 2 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_markup_that_rustdoc_warns_about() {
        for (written, expected) in [
            ("see https://a.example/b.", "see <https://a.example/b>."),
            ("<https://a.example>", "<https://a.example>"),
            (
                "[Docs](https://a.example/x) and [other]",
                "[Docs](https://a.example/x) and \\[other\\]",
            ),
            ("[relative](/docs)", "\\[relative\\](/docs)"),
            ("a <id> in `<id>`", "a \\<id> in `<id>`"),
            ("one ` tick", "one \\` tick"),
            ("héé https://é.example/ü x", "héé <https://é.example/ü> x"),
        ] {
            assert_eq!(lines(written), [expected]);
        }
    }

    #[test]
    fn keeps_code_unchanged_and_marks_it_as_text() {
        assert_eq!(lines("```\n[x] <y>\n```"), ["```text", "[x] <y>", "```"]);
        assert_eq!(lines("a\n\n    b"), ["a", "", "b"]);
        assert_eq!(lines("```json\n{"), ["```json", "{", "```"]);
    }

    #[test]
    fn wraps_long_paragraphs_between_words() {
        let text = "word ".repeat(50);
        let lines = lines(&text);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert_eq!(lines.join(" "), text.trim());
    }

    #[test]
    fn returns_the_first_paragraph_as_summary() {
        assert_eq!(summary("One\ntwo.\n\nThree."), "One two.");
    }
}
