//! Validation of XPath expressions with the evaluator of the generated code.

use std::sync::LazyLock;

use regex::Regex;

use crate::arazzo::expression::SyntaxProblem;
use crate::arazzo::template::{Text, TextPart};
use crate::diagnostic::suggestion::shorten;

/// The functions of XPath 1.0, and the tests of node types that are written like functions.
const FUNCTIONS: &[&str] = &[
    "boolean",
    "ceiling",
    "comment",
    "concat",
    "contains",
    "count",
    "false",
    "floor",
    "id",
    "lang",
    "last",
    "local-name",
    "name",
    "namespace-uri",
    "node",
    "normalize-space",
    "not",
    "number",
    "position",
    "processing-instruction",
    "round",
    "starts-with",
    "string",
    "string-length",
    "substring",
    "substring-after",
    "substring-before",
    "sum",
    "text",
    "translate",
    "true",
];

/// Operators that are names, and the function that their operands are converted by.
const OPERATORS: &[(&str, &str)] = &[
    ("and", "boolean"),
    ("div", "number"),
    ("mod", "number"),
    ("or", "boolean"),
];

/// Functions whose value is not a set of nodes.
const SINGLE: &[&str] = &[
    "boolean",
    "ceiling",
    "concat",
    "count",
    "floor",
    "last",
    "local-name",
    "name",
    "namespace-uri",
    "normalize-space",
    "number",
    "position",
    "round",
    "string",
    "string-length",
    "substring",
    "substring-after",
    "substring-before",
    "sum",
    "translate",
];

/// Validates an XPath 1.0 expression.
pub fn check_xpath(expression: &str) -> Result<(), SyntaxProblem> {
    let invalid = |reason: &str| {
        let expression = shorten(expression);
        SyntaxProblem::new(format!(
            "`{expression}` is not a valid XPath 1.0 expression: {reason}"
        ))
    };
    // Functions and prefixes are only looked up when they are reached, and here the document is empty.
    let code = without_strings(expression);
    if let Some(name) = calls(&code).find(|name| !FUNCTIONS.contains(name)) {
        return Err(invalid(&format!("it has no function `{name}`"))
            .help("later versions of XPath are not supported"));
    }
    if let Some(operator) = unordered(&code) {
        return Err(invalid(&format!(
            "`{operator}` compares only the first of several nodes"
        ))
        .help(format!(
            "compare each node in a predicate, as in `//price[. {operator} 10]`"
        )));
    }
    let Ok(mut document) = uppsala::parse("<empty/>") else {
        return Ok(());
    };
    document.prepare_xpath();
    let result = uppsala::XPathEvaluator::new().evaluate(&document, document.root(), expression);
    match result {
        Ok(_) => Ok(()),
        Err(error) => Err(invalid(&error.to_string())),
    }
}

/// Inserts the conversion of the operand between an operator and a parenthesis, as in `a and boolean(b or c)`.
///
/// The value is the same. The evaluator takes a name before a parenthesis for a function.
pub fn convert_operands(text: &mut Text) {
    let mut quote = None;
    for part in &mut text.parts {
        if let TextPart::Literal(literal) = part {
            *literal = with_conversions(literal, &mut quote);
        }
    }
}

/// Inserts the conversions in a part of an expression. `quote` is the quote of the string it starts in, then ends in.
fn with_conversions(literal: &str, quote: &mut Option<char>) -> String {
    let mut converted = String::new();
    let mut word = String::new();
    let mut rest = literal.chars().peekable();
    while let Some(char) = rest.next() {
        converted.push(char);
        match quote {
            Some(open) => {
                if char == *open {
                    *quote = None;
                }
                continue;
            }
            None if matches!(char, '\'' | '"') => *quote = Some(char),
            None => {}
        }
        if char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ':') {
            word.push(char);
            let ends = rest.peek().is_none_or(|next| {
                !next.is_alphanumeric() && !matches!(next, '_' | '-' | '.' | ':')
            });
            let after = || rest.clone().find(|next| !next.is_whitespace());
            let operator = OPERATORS.iter().find(|(operator, _)| *operator == word);
            if let Some((_, conversion)) = operator
                && ends
                && after() == Some('(')
            {
                converted.push(' ');
                converted.push_str(conversion);
            }
        } else {
            word.clear();
        }
    }
    converted
}

/// Returns an operator of which an operand may be a set of several nodes, or of none for `!=`.
///
/// The standard compares each node; the evaluator compares the first one, except with `=`.
fn unordered(code: &str) -> Option<&'static str> {
    let mut at = 0;
    while let Some(found) = code[at..].find(['<', '>', '!']) {
        let start = at + found;
        let operators = ["<=", ">=", "!=", "<", ">"];
        let operator = operators
            .into_iter()
            .find(|operator| code[start..].starts_with(operator));
        let Some(operator) = operator else {
            at = start + 1;
            continue;
        };
        at = start + operator.len();
        let is_single = |operand: &str| is_single(operand, operator != "!=");
        if !is_single(operand_before(&code[..start])) || !is_single(operand_after(&code[at..])) {
            return Some(operator);
        }
    }
    None
}

/// Returns `true` if an operand is a number, a string, the value of a function, or exactly one node. An attribute may
/// also be absent.
fn is_single(operand: &str, with_attributes: bool) -> bool {
    let name = operand.split('(').next().unwrap_or_default().trim_end();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ':'))
    };
    operand == "."
        || operand == "''"
        || operand.parse::<f64>().is_ok() && !operand.contains(char::is_alphabetic)
        || operand.ends_with(')') && SINGLE.contains(&name)
        || with_attributes && operand.strip_prefix('@').is_some_and(is_name)
}

/// Characters of paths, names and numbers.
fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ':' | '@' | '/' | '*' | '\'')
}

/// Returns the operand at the end of an expression.
fn operand_before(code: &str) -> &str {
    let code = code.trim_end();
    let mut start = code.len();
    let mut depth = 0usize;
    for (at, char) in code.char_indices().rev() {
        match char {
            ')' | ']' => depth += 1,
            '(' | '[' if depth == 0 => break,
            '(' | '[' => depth -= 1,
            _ if depth == 0 && !is_word(char) => break,
            _ => {}
        }
        start = at;
    }
    &code[start..]
}

/// Returns the operand at the start of an expression.
fn operand_after(code: &str) -> &str {
    let code = code.trim_start();
    let mut end = 0;
    let mut depth = 0usize;
    for (at, char) in code.char_indices() {
        match char {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => break,
            ')' | ']' => depth -= 1,
            _ if depth == 0 && !is_word(char) => break,
            _ => {}
        }
        end = at + char.len_utf8();
    }
    &code[..end]
}

/// Returns the expression without its string literals.
fn without_strings(expression: &str) -> String {
    static STRING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"'[^']*'|"[^"]*""#).ok());
    match STRING.as_ref() {
        Some(string) => string.replace_all(expression, "''").into_owned(),
        None => expression.to_owned(),
    }
}

/// Returns the names before parentheses, except for operators.
fn calls(code: &str) -> impl Iterator<Item = &str> {
    static CALL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"([\p{L}_][\p{L}\p{N}_.:-]*)\s*\(").ok());
    let calls = CALL.as_ref().map(|call| call.captures_iter(code));
    let names = calls.into_iter().flatten().filter_map(|found| {
        // The axis before a test of a node type, as in `child::text()`.
        let name = found.get(1)?.as_str();
        Some(name.rsplit_once("::").map_or(name, |(_, name)| name))
    });
    names.filter(|name| !OPERATORS.iter().any(|(operator, _)| operator == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_operands_in_parentheses() {
        for (expression, expected) in [
            ("a and (b or c)", "a and boolean (b or c)"),
            ("(1)div(2)", "(1)div number(2)"),
            (
                "a[. = 'x and (y'] or  (c)",
                "a[. = 'x and (y'] or boolean  (c)",
            ),
            ("band (1)", "band (1)"),
            ("a and b", "a and b"),
        ] {
            let mut text = Text {
                parts: vec![TextPart::Literal(expression.to_owned())],
            };
            convert_operands(&mut text);
            assert_eq!(text.literal(), Some(expected));
        }
    }

    #[test]
    fn accepts_only_xpath_1_0() {
        for valid in [
            "//a",
            "/a/b[@c = 'd(e)' and boolean (1 or 2)] = 'x'",
            "count(//a:b) > 0",
            "descendant::text()[position() = last()]",
            "//a[starts-with(@b, \"it's\")] | //c",
            "2 * (3 div 4)",
            "//price[. > 9.5] and count(//a[@b <= -1]) != 2",
            "'a' != string(//b) or position()<last()",
        ] {
            assert!(check_xpath(valid).is_ok(), "{valid}");
        }
        for invalid in [
            "",
            "//",
            "/a/b[",
            "a b",
            "exists(//a)",
            "//a[matches(., 'x')]",
            "//a[x:run(1)]",
            "count(//a, 1",
            "for $a in //b return $a",
            "$inputs.id",
            "//price > 9.5",
            "10 >= //a/@b",
            "//a[b != 1]",
            "//a[@b != 1]",
            "sum(//a)/b < 1",
            "(//a) > 1",
            "//a[1] < 2",
        ] {
            assert!(check_xpath(invalid).is_err(), "{invalid}");
        }
    }
}
