//! Parser for simple conditions, and suggestions for conditions that misuse JSONPath as a comparison language.

use serde_json::Value;

use super::{Comparison, Simple};
use crate::arazzo::expression::{Expression, Part, SyntaxProblem};
use crate::arazzo::pointer::Pointer;
use crate::diagnostic::suggestion::shorten;

/// Maximum nesting depth of parentheses and negations.
const MAX_DEPTH: usize = 64;
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
    };
    let condition = parser.or(MAX_DEPTH)?;
    parser.space();
    if parser.rest().is_empty() {
        Ok((condition, parser.remarks))
    } else {
        Err(parser.unexpected("an operator such as `==` or `&&`"))
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    remarks: Vec<SyntaxProblem>,
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
            Some('$') => self.expression(),
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
        if quote == '"' {
            self.remark(
                "strings need single quotes; double quotes are accepted, but not standard",
                &format!("write '{}'", text.replace('\'', "''")),
            );
        }
        Ok(Simple::Literal(Value::String(text)))
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

    fn word(&mut self) -> Result<Simple, SyntaxProblem> {
        let rest = self.rest();
        let end = rest
            .find(|char: char| !char.is_alphanumeric() && char != '_')
            .unwrap_or(rest.len());
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
        self.remarks.extend(parsed.remarks);
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

/// Suggests a replacement for invalid JSONPath queries such as `$.data.length > 0` or `$.status == 'done'`.
pub(super) fn from_jsonpath_like(query: &str, context: Option<&Expression>) -> Option<String> {
    let body = Expression::Response(Part::Body(Pointer::default()));
    let context = context.unwrap_or(&body);
    // Splits at the operators without parsing string literals. A literal containing one gets no suggestion.
    let mut simple = String::new();
    let mut rest = query;
    loop {
        let end = rest.find("&&").into_iter().chain(rest.find("||")).min();
        let term = Term::parse(&rest[..end.unwrap_or(rest.len())])?;
        simple.push_str(&term.simple(context)?);
        let Some(end) = end else {
            let simple = format!("`{simple}`");
            parse(simple.trim_matches('`')).ok()?;
            return Some(match term.query() {
                Some(query) if !simple.contains(['&', '|']) => format!(
                    "use `{query}`, which holds if the element exists, or the simple condition {simple}"
                ),
                _ => format!(
                    "JSONPath queries select values: use the simple condition {simple} to compare"
                ),
            });
        };
        simple.push_str(&format!(" {} ", &rest[end..end + 2]));
        rest = &rest[end + 2..];
    }
}

/// Comparison of the form `$.path == literal`.
struct Term<'q> {
    path: &'q str,
    operator: &'q str,
    literal: &'q str,
}

impl<'q> Term<'q> {
    fn parse(text: &'q str) -> Option<Self> {
        let start = text.find(['<', '>', '=', '!'])?;
        let length = text[start..]
            .find(|char| !"<>=!".contains(char))
            .unwrap_or(text.len() - start);
        Some(Self {
            path: text[..start].trim().strip_prefix('$')?,
            operator: &text[start..start + length],
            literal: text[start + length..].trim(),
        })
    }

    /// Converts a comparison of a list's length to a test for an element.
    ///
    /// Returns the list, the index of the element, and `true` if the element must exist.
    fn element(&self) -> Option<(&'q str, String, bool)> {
        let list = self.path.strip_suffix(".length")?;
        let number: u64 = self.literal.parse().ok()?;
        let (index, present) = match self.operator {
            ">" => (number, true),
            ">=" => (number.checked_sub(1)?, true),
            "!=" if number == 0 => (0, true),
            "<" => (number.checked_sub(1)?, false),
            "<=" => (number, false),
            "==" if number == 0 => (0, false),
            _ => return None,
        };
        Some((list, index.to_string(), present))
    }

    /// Converts the term to a simple condition.
    fn simple(&self, context: &Expression) -> Option<String> {
        if self.path.ends_with(".length") {
            let (list, index, present) = self.element()?;
            let mut pointer = Pointer::parse_path(list).ok()?;
            pointer.tokens.push(index);
            return Some(format!(
                "{} {} null",
                context.deeper(&pointer)?,
                if present { "!=" } else { "==" }
            ));
        }
        let expression = context.deeper(&Pointer::parse_path(self.path).ok()?)?;
        Some(format!("{expression} {} {}", self.operator, self.literal))
    }

    /// Converts the term to a JSONPath query, if one is equivalent.
    fn query(&self) -> Option<String> {
        let (list, index, present) = self.element()?;
        present.then(|| format!("${list}[{index}]"))
    }
}
