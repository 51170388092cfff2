//! Parser for simple conditions, and for JSONPath queries that are written as comparisons.

use serde_json::Value;

use super::{Comparison, Simple};
use crate::arazzo::expression::{Expression, Part, SyntaxProblem};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template;
use crate::diagnostic::suggestion::shorten;

/// Maximum nesting depth of parentheses and negations.
const MAX_DEPTH: usize = 64;
/// Ends of a path that refer to the number of elements of a list.
const LENGTHS: &[&str] = &[".length", ".size", ".count"];
/// Maximum length of a condition in bytes.
const MAX_LENGTH: usize = 16 * 1024;

pub(super) fn parse(text: &str) -> Result<(Simple, Vec<SyntaxProblem>), SyntaxProblem> {
    if text.len() > MAX_LENGTH {
        return Err(SyntaxProblem::new(format!(
            "the condition is longer than {MAX_LENGTH} bytes"
        )));
    }
    let mut parser = Parser {
        text,
        at: 0,
        remarks: Vec::new(),
        query_of: None,
    };
    let condition = parser.or(MAX_DEPTH)?;
    parser.space();
    if parser.rest().is_empty() {
        Ok((condition, parser.remarks))
    } else {
        Err(parser.unexpected("an operator such as `==` or `&&`"))
    }
}

/// Parses a query that is written as a comparison. `$` is the context.
pub(super) fn parse_query(text: &str, context: &Expression) -> Option<Simple> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let mut parser = Parser {
        text,
        at: 0,
        remarks: Vec::new(),
        query_of: Some(context),
    };
    let condition = parser.or(MAX_DEPTH).ok()?;
    parser.space();
    parser.rest().is_empty().then_some(condition)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    remarks: Vec<SyntaxProblem>,
    /// The value that `$` refers to in a query.
    query_of: Option<&'t Expression>,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn or(&mut self, depth: usize) -> Result<Simple, SyntaxProblem> {
        let mut parts = vec![self.and(depth)?];
        while self.eat("||") {
            parts.push(self.and(depth)?);
        }
        Ok(join(parts, Simple::Or))
    }

    fn and(&mut self, depth: usize) -> Result<Simple, SyntaxProblem> {
        let mut parts = vec![self.comparison(depth)?];
        while self.eat("&&") {
            parts.push(self.comparison(depth)?);
        }
        Ok(join(parts, Simple::And))
    }

    fn comparison(&mut self, depth: usize) -> Result<Simple, SyntaxProblem> {
        let left = self.unary(depth)?;
        let Some(operator) = self.operator()? else {
            return Ok(left);
        };
        let right = self.unary(depth)?;
        let end = self.at;
        if self.operator()?.is_some() {
            self.at = end;
            return Err(self
                .unexpected("`&&`, `||` or the end")
                .help("comparisons cannot be chained: join them with `&&`"));
        }
        Ok(Simple::Compare(operator, Box::new(left), Box::new(right)))
    }

    fn operator(&mut self) -> Result<Option<Comparison>, SyntaxProblem> {
        self.space();
        let rest = self.rest();
        if rest.starts_with("===") || rest.starts_with("!==") {
            return Err(self.unexpected("an operator").help("use `==` or `!=`"));
        }
        for operator in [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::LessOrEqual,
            Comparison::GreaterOrEqual,
            Comparison::Less,
            Comparison::Greater,
        ] {
            if self.eat(operator.as_str()) {
                return Ok(Some(operator));
            }
        }
        if rest.starts_with('=') {
            return Err(self.unexpected("an operator").help("use `==`"));
        }
        Ok(None)
    }

    fn unary(&mut self, depth: usize) -> Result<Simple, SyntaxProblem> {
        if depth == 0 {
            return Err(SyntaxProblem::new(format!(
                "the condition is nested deeper than {MAX_DEPTH} levels"
            )));
        }
        self.space();
        let rest = self.rest();
        if rest.starts_with('!') && !rest.starts_with("!=") {
            self.at += 1;
            return Ok(Simple::Not(Box::new(self.unary(depth - 1)?)));
        }
        match rest.chars().next() {
            Some('(') => self.group(depth, ")"),
            Some('{') => {
                self.remark(
                    "a simple condition must not have braces",
                    "remove the `{` and `}`",
                );
                self.group(depth, "}")
            }
            Some('$') => match self.query_of {
                Some(context) => self.query_path(context),
                None => self.expression(),
            },
            Some('[') if rest[1..].trim_start().starts_with(']') => {
                self.at = self.text.len() - rest[1..].trim_start().len() + 1;
                self.remark("literals are booleans, numbers, strings and null; `[]` is accepted, but not standard", "test the first element: `#/…/0 == null`");
                Ok(Simple::Literal(Value::Array(Vec::new())))
            }
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            Some(first) if first.is_ascii_digit() || first == '-' => self.number(),
            _ => self.word(),
        }
    }

    fn group(&mut self, depth: usize, close: &str) -> Result<Simple, SyntaxProblem> {
        self.at += 1;
        let inner = self.or(depth - 1)?;
        if self.eat(close) {
            Ok(inner)
        } else {
            Err(self.unexpected(&format!("`{close}`")))
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Simple, SyntaxProblem> {
        let mut text = String::new();
        let mut rest = &self.rest()[1..];
        loop {
            let Some(end) = rest.find(quote) else {
                return Err(SyntaxProblem::new(format!(
                    "the string starting at `{}` is not closed",
                    shorten(self.rest())
                )));
            };
            text.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            if !rest.starts_with(quote) {
                break;
            }
            text.push(quote);
            rest = &rest[1..];
        }
        self.at = self.text.len() - rest.len();
        // The whole of a string may be an embedded expression.
        let embedded = text
            .strip_prefix("{$")
            .and_then(|text| text.strip_suffix('}'));
        if let (Some(embedded), Some(_)) = (embedded, self.query_of) {
            let parsed = Expression::parse(&format!("${embedded}"))?;
            return Ok(Simple::Expression(parsed.expression));
        }
        if quote == '"' {
            self.remark(
                "strings need single quotes; double quotes are accepted, but not standard",
                &format!("write '{}'", text.replace('\'', "''")),
            );
        }
        if !text.contains("{$") {
            return Ok(Simple::Literal(Value::String(text)));
        }
        let mut reader = template::Reader::default();
        let parsed = reader.text(&text, "");
        if let Some(finding) = reader.findings.iter().find(|finding| finding.error) {
            return Err(finding.problem.clone());
        }
        if parsed.expressions().next().is_none() {
            return Ok(Simple::Literal(Value::String(text)));
        }
        if self.query_of.is_none() {
            self.remark(
                "a string in a simple condition has no embedded expressions; they are accepted, but not standard",
                "compare with the expression itself, without quotes and braces",
            );
        }
        Ok(Simple::Text(parsed))
    }

    fn number(&mut self) -> Result<Simple, SyntaxProblem> {
        let rest = self.rest();
        let end = rest
            .find(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '+' | '-' | '.'))
            .unwrap_or(rest.len());
        let number = serde_json::from_str(&rest[..end]).map_err(|_| {
            SyntaxProblem::new(format!("`{}` is not a number", shorten(&rest[..end])))
        })?;
        self.at += end;
        Ok(Simple::Literal(Value::Number(number)))
    }

    /// Parses a path of a query, which may end with `.length`.
    fn query_path(&mut self, context: &Expression) -> Result<Simple, SyntaxProblem> {
        let rest = self.rest();
        let end = expression_end(rest);
        let path = &rest[1..end];
        let after = &rest[end..];
        if !path.is_empty() && !path.starts_with(['.', '[']) {
            return self.expression();
        }
        let (path, end) = match after.strip_prefix("()") {
            Some(_) if LENGTHS.iter().any(|length| path.ends_with(length)) => (path, end + 2),
            _ => (path, end),
        };
        let list = LENGTHS.iter().find_map(|length| path.strip_suffix(length));
        let pointer = Pointer::parse_path(list.unwrap_or(path))?;
        let value = context
            .deeper(&pointer)
            .ok_or_else(|| SyntaxProblem::new(format!("`{context}` has no part `${path}`")))?;
        self.at += end;
        Ok(match list {
            Some(_) => Simple::Length(value),
            None => Simple::Expression(value),
        })
    }

    /// Parses the argument of a function that returns a length: `length($.list)`.
    fn length(&mut self) -> Result<Simple, SyntaxProblem> {
        if !self.eat("(") {
            return Err(self.unexpected("`(`"));
        }
        self.space();
        let argument = match self.query_of {
            Some(context) if self.rest().starts_with('$') => self.query_path(context)?,
            _ => return Err(self.unexpected("a path")),
        };
        match (argument, self.eat(")")) {
            (Simple::Expression(list), true) => Ok(Simple::Length(list)),
            _ => Err(self.unexpected("a path and `)`")),
        }
    }

    fn word(&mut self) -> Result<Simple, SyntaxProblem> {
        let rest = self.rest();
        let end = rest
            .find(|char: char| !char.is_alphanumeric() && char != '_')
            .unwrap_or(rest.len());
        if self.query_of.is_some() && ["length", "count", "size"].contains(&&rest[..end]) {
            self.at += end;
            return self.length();
        }
        let value = match &rest[..end] {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "" => return Err(self.unexpected("a value")),
            word => {
                return Err(SyntaxProblem::new(format!(
                    "`{}` is neither a literal nor a runtime expression",
                    shorten(word)
                ))
                .help(format!(
                    "strings need single quotes: '{}'; expressions start with `$`",
                    shorten(word)
                )));
            }
        };
        self.at += end;
        Ok(Simple::Literal(value))
    }

    fn expression(&mut self) -> Result<Simple, SyntaxProblem> {
        let rest = self.rest();
        let end = expression_end(rest);
        let parsed = Expression::parse(&rest[..end])?;
        self.at += end;
        let is_standard = parsed.remarks.is_empty();
        self.remarks.extend(parsed.remarks);
        // The length of a list, in dot notation. Of an object, it is the member of this name.
        if let Expression::Response(Part::Body(pointer)) = &parsed.expression
            && !is_standard
            && let Some((last, list)) = pointer.tokens.split_last()
            && last == "length"
        {
            let pointer = Pointer {
                tokens: list.to_vec(),
            };
            return Ok(Simple::Length(Expression::Response(Part::Body(pointer))));
        }
        Ok(Simple::Expression(parsed.expression))
    }

    fn remark(&mut self, message: &str, help: &str) {
        self.remarks.push(SyntaxProblem::new(message).help(help));
    }

    fn unexpected(&self, wanted: &str) -> SyntaxProblem {
        let rest = self.rest().trim_start();
        if rest.is_empty() {
            SyntaxProblem::new(format!("expected {wanted} at the end of the condition"))
        } else {
            SyntaxProblem::new(format!("expected {wanted}, found `{}`", shorten(rest)))
        }
    }
}

fn join(mut parts: Vec<Simple>, combine: fn(Vec<Simple>) -> Simple) -> Simple {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            combine(parts)
        }
        None => Simple::Literal(Value::Null),
    }
}

/// Returns the end of an expression: the first space, operator or unmatched closing bracket.
fn expression_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut open = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'[' => open = true,
            b']' if open => open = false,
            b']' | b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b',' => return at,
            b'=' | b'!' if next == Some(b'=') => return at,
            b'&' | b'|' if next == Some(byte) => return at,
            b'\'' | b'"' if open => match text[at + 1..].find(char::from(byte)) {
                Some(end) => at += end + 1,
                None => return text.len(),
            },
            b'=' | b'\'' | b'"' => return at,
            _ if byte.is_ascii_whitespace() => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}
