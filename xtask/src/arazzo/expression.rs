//! Runtime expressions, such as `$inputs.name`, `$response.body#/id` or `$steps.first.outputs.token`.

use std::fmt;

use super::pointer::Pointer;
pub use crate::diagnostic::suggestion::{nearest, shorten};

/// Maximum length of an expression in bytes. Bounds the cost of prefix look-ups.
const MAX_LENGTH: usize = 4096;

/// Error or remark about the syntax of an expression, pointer or condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Description of the problem, without a full stop.
    pub message: String,
    /// Suggested fix.
    pub help: Option<String>,
}

impl SyntaxProblem {
    /// Creates a problem without a suggested fix.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    /// Sets the suggested fix.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Runtime expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expression {
    /// `$url`
    Url,
    /// `$method`
    Method,
    /// `$statusCode`
    StatusCode,
    /// `$self` (Arazzo 1.1)
    SelfUri,
    /// `$request.…`
    Request(Part),
    /// `$response.…`
    Response(Part),
    /// `$message.…` (Arazzo 1.1): AsyncAPI messages, which do not exist over HTTP
    Message(Part),
    /// `$inputs.…`
    Input(Named),
    /// `$outputs.…`
    Output(Named),
    /// `$steps.STEP.outputs.…`
    Step {
        /// `stepId`.
        step: String,
        /// Output of the step.
        output: Named,
    },
    /// `$workflows.WORKFLOW.inputs.…` and `$workflows.WORKFLOW.outputs.…`
    Workflow {
        /// `workflowId`.
        workflow: String,
        /// Inputs or outputs.
        field: Field,
        /// Name of the input or output.
        name: Named,
    },
    /// `$sourceDescriptions.SOURCE.…`
    Source {
        /// Name of the source description.
        source: String,
        /// `operationId`, `workflowId`, or a field such as `url`.
        reference: String,
    },
    /// `$components.SECTION.NAME`
    Component {
        /// Field of the Components Object.
        section: String,
        /// Key in the section.
        name: String,
    },
}

/// Part of a request or response that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Header, by its case-insensitive name.
    Header(String),
    /// Query parameter.
    Query(String),
    /// Path parameter.
    Path(String),
    /// Body, or the part of it a pointer refers to.
    Body(Pointer),
}

/// Workflow field that a `$workflows` expression reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Inputs of the workflow.
    Inputs,
    /// Outputs of the workflow.
    Outputs,
}

/// Name and a pointer into its value.
///
/// Names may contain dots: `customer.name` is either an input with that name or the property `name` of the input
/// `customer`. [`Named::resolve`] decides by the declared names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// Text up to `#`.
    pub name: String,
    /// Pointer after `#`.
    pub pointer: Pointer,
}

/// [`Named`] split into a declared name and a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved<'n> {
    /// Declared name.
    pub name: &'n str,
    /// Pointer into the value.
    pub pointer: Pointer,
    /// `true` if the path follows the specification, `false` if it uses dot and bracket notation.
    pub standard: bool,
}

impl Named {
    /// Splits the text into a declared name and a path. Prefers the full text, then the longest declared prefix.
    pub fn resolve(&self, declared: impl Fn(&str) -> bool) -> Option<Resolved<'_>> {
        if declared(&self.name) {
            return Some(Resolved {
                name: &self.name,
                pointer: self.pointer.clone(),
                standard: true,
            });
        }
        self.name.rmatch_indices(['.', '[']).find_map(|(at, _)| {
            let (name, path) = self.name.split_at(at);
            if !declared(name) {
                return None;
            }
            let pointer = Pointer::parse_path(path).ok()?.join(&self.pointer);
            Some(Resolved {
                name,
                pointer,
                standard: false,
            })
        })
    }
}

/// Parsed expression with remarks about its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Parsed expression.
    pub expression: Expression,
    /// Accepted deviations from the specification.
    pub remarks: Vec<SyntaxProblem>,
}

impl Expression {
    /// Parses an expression, including its leading `$`.
    pub fn parse(text: &str) -> Result<Parsed, SyntaxProblem> {
        if text.len() > MAX_LENGTH {
            return Err(SyntaxProblem::new(format!(
                "the expression is longer than {MAX_LENGTH} bytes"
            )));
        }
        if let Some(brace) = text.find(['{', '}']) {
            return Err(SyntaxProblem::new(format!(
                "`{}` has a brace at byte {brace}, which is not allowed in an expression",
                shorten(text)
            )));
        }
        let mut remarks = Vec::new();
        let expression = parse(text, &mut remarks)?;
        Ok(Parsed {
            expression,
            remarks,
        })
    }

    /// Returns `true` if the string starts with `$` and a letter.
    pub fn looks_like(text: &str) -> bool {
        text.strip_prefix('$')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
    }

    /// Returns the expression with a pointer appended, or `None` if its value has no parts.
    pub fn deeper(&self, pointer: &Pointer) -> Option<Self> {
        let mut deeper = self.clone();
        let inside = match &mut deeper {
            Self::Request(Part::Body(inside))
            | Self::Response(Part::Body(inside))
            | Self::Message(Part::Body(inside)) => inside,
            Self::Input(named) | Self::Output(named) => &mut named.pointer,
            Self::Step { output: named, .. } | Self::Workflow { name: named, .. } => {
                &mut named.pointer
            }
            _ if pointer.is_empty() => return Some(deeper),
            _ => return None,
        };
        *inside = inside.join(pointer);
        Some(deeper)
    }
}

fn parse(text: &str, remarks: &mut Vec<SyntaxProblem>) -> Result<Expression, SyntaxProblem> {
    let Some(rest) = text.strip_prefix('$') else {
        return Err(SyntaxProblem::new(format!(
            "`{}` is not a runtime expression: it must start with `$`",
            shorten(text)
        )));
    };
    let end = rest
        .find(|char: char| !char.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let (root, rest) = rest.split_at(end);
    let alone = |expression| {
        if rest.is_empty() {
            Ok(expression)
        } else {
            Err(SyntaxProblem::new(format!(
                "`${root}` has no parts: remove `{}`",
                shorten(rest)
            )))
        }
    };
    match root {
        "url" => alone(Expression::Url),
        "method" => alone(Expression::Method),
        "statusCode" => alone(Expression::StatusCode),
        "self" => alone(Expression::SelfUri),
        "request" => part(root, rest, remarks).map(Expression::Request),
        "response" => part(root, rest, remarks).map(Expression::Response),
        "message" => part(root, rest, remarks).map(Expression::Message),
        "inputs" => named(root, dotted(root, rest)?).map(Expression::Input),
        "outputs" => named(root, dotted(root, rest)?).map(Expression::Output),
        "steps" => step(dotted(root, rest)?, remarks),
        "workflows" => workflow(dotted(root, rest)?),
        "sourceDescriptions" => source(dotted(root, rest)?),
        "components" => component(dotted(root, rest)?),
        _ => {
            let problem = SyntaxProblem::new(format!(
                "`{}` starts with the unknown name `${root}`",
                shorten(text)
            ));
            Err(match nearest(root, ROOTS) {
                Some(meant) => problem.help(format!("did you mean `${meant}`?")),
                None => problem.help(format!(
                    "expressions start with one of ${}",
                    ROOTS.join(", $")
                )),
            })
        }
    }
}

const ROOTS: &[&str] = &[
    "url",
    "method",
    "statusCode",
    "request",
    "response",
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "sourceDescriptions",
    "components",
];

fn dotted<'t>(root: &str, rest: &'t str) -> Result<&'t str, SyntaxProblem> {
    rest.strip_prefix('.').ok_or_else(|| {
        SyntaxProblem::new(format!("`${root}` must be followed by a dot and a name"))
            .help(format!("write `${root}.NAME`"))
    })
}

fn named(root: &str, text: &str) -> Result<Named, SyntaxProblem> {
    let (name, pointer) = match text.split_once('#') {
        Some((name, pointer)) => (name, Pointer::parse(pointer)?),
        None => (text, Pointer::default()),
    };
    // `Named::resolve` splits off a path once the declared names are known. Rejects only characters never allowed, and
    // leaves spaces to the declarations: some documents use titles as names.
    let is_allowed = |char: char| {
        char.is_alphanumeric() || matches!(char, '.' | '-' | '_' | '[' | ']' | '\'' | '"' | ' ')
    };
    if name.is_empty() || name.starts_with(['.', '[', ' ']) || name.ends_with(' ') {
        return Err(SyntaxProblem::new(format!(
            "the name after `${root}.` is missing"
        )));
    }
    if let Some(odd) = name.chars().find(|char| !is_allowed(*char)) {
        return Err(SyntaxProblem::new(format!(
            "the name `{}` contains `{odd}`, which is not allowed",
            shorten(name)
        ))
        .help("names consist of letters, digits, `.`, `-` and `_`"));
    }
    Ok(Named {
        name: name.to_owned(),
        pointer,
    })
}

fn part(root: &str, rest: &str, remarks: &mut Vec<SyntaxProblem>) -> Result<Part, SyntaxProblem> {
    let text = dotted(root, rest)?;
    let plural = text.strip_prefix("headers.");
    if let Some(name) = plural.or_else(|| text.strip_prefix("header.")) {
        if plural.is_some() {
            remarks.push(
                SyntaxProblem::new(
                    "use `header` to read headers; the plural is accepted, but not standard",
                )
                .help(format!("write `${root}.header.{}`", shorten(name))),
            );
        }
        return if !name.is_empty() && name.chars().all(is_token_char) {
            Ok(Part::Header(name.to_owned()))
        } else {
            Err(
                SyntaxProblem::new(format!("`{}` is not a header name", shorten(name)))
                    .help("a header has one value: remove the path or pointer after its name"),
            )
        };
    }
    if let Some(name) = text.strip_prefix("query.") {
        return Ok(Part::Query(name.to_owned()));
    }
    if let Some(name) = text.strip_prefix("path.") {
        return Ok(Part::Path(name.to_owned()));
    }
    let body = text
        .strip_prefix("body")
        .or_else(|| text.strip_prefix("payload").filter(|_| root == "message"));
    if let Some(inside) = body {
        return inside_of(root, inside, remarks).map(Part::Body);
    }
    Err(
        SyntaxProblem::new(format!("`${root}` has no part `{}`", shorten(text))).help(format!(
            "write `${root}.body`, `${root}.header.NAME`{}",
            if root == "request" {
                ", `$request.query.NAME` or `$request.path.NAME`"
            } else {
                ""
            }
        )),
    )
}

/// Parses the JSON Pointer after `#`, whose slash is missing in some documents.
fn fragment(
    root: &str,
    pointer: &str,
    remarks: &mut Vec<SyntaxProblem>,
) -> Result<Pointer, SyntaxProblem> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
    if pointer.starts_with('/') || pointer.is_empty() || !pointer.chars().all(is_name) {
        return Pointer::parse(pointer);
    }
    let parsed = Pointer::parse(&format!("/{pointer}"))?;
    remarks.push(
        SyntaxProblem::new(
            "a JSON Pointer starts with `/`; a name alone is accepted, but not standard",
        )
        .help(format!("write `${root}.body#{parsed}`")),
    );
    Ok(parsed)
}

fn inside_of(
    root: &str,
    text: &str,
    remarks: &mut Vec<SyntaxProblem>,
) -> Result<Pointer, SyntaxProblem> {
    let (path, pointer) = match text.split_once('#') {
        Some((path, pointer)) => (path, fragment(root, pointer, remarks)?),
        None => (text, Pointer::default()),
    };
    if path.is_empty() {
        return Ok(pointer);
    }
    if !path.starts_with(['.', '[']) {
        return Err(SyntaxProblem::new(format!(
            "unexpected `{}` after `${root}.body`",
            shorten(path)
        ))
        .help(format!("write `${root}.body#/…`")));
    }
    if path.contains(char::is_whitespace) && !path.contains(['\'', '"']) {
        return Err(SyntaxProblem::new(format!(
            "the path `{}` contains a space",
            shorten(path)
        )));
    }
    let pointer = Pointer::parse_path(path)?.join(&pointer);
    remarks.push(
        SyntaxProblem::new("use a JSON Pointer for a part of a body; dot and bracket notation is accepted, but not standard")
            .help(format!("write `${root}.body#{pointer}`")),
    );
    Ok(pointer)
}

fn step(text: &str, remarks: &mut Vec<SyntaxProblem>) -> Result<Expression, SyntaxProblem> {
    if let Some((step, output)) = text.split_once(".outputs.") {
        check_id("steps", step)?;
        return Ok(Expression::Step {
            step: step.to_owned(),
            output: named("steps", output)?,
        });
    }
    let problem =
        |message: String| SyntaxProblem::new(message).help("write `$steps.STEP.outputs.NAME`");
    match text.split_once('.') {
        Some((step, output))
            if !step.is_empty() && !output.is_empty() && !output.starts_with("outputs") =>
        {
            check_id("steps", step)?;
            let output = named("steps", output)?;
            remarks.push(
                SyntaxProblem::new("use `outputs` to read an output of a step; the short form is accepted, but not standard")
                    .help(format!("write `$steps.{step}.outputs.{}`", output.name)),
            );
            Ok(Expression::Step {
                step: step.to_owned(),
                output,
            })
        }
        _ => Err(problem(format!(
            "`$steps.{}` does not refer to an output of a step",
            shorten(text)
        ))),
    }
}

fn workflow(text: &str) -> Result<Expression, SyntaxProblem> {
    let (workflow, field, name) = if let Some((workflow, name)) = text.split_once(".outputs.") {
        (workflow, Field::Outputs, name)
    } else if let Some((workflow, name)) = text.split_once(".inputs.") {
        (workflow, Field::Inputs, name)
    } else {
        return Err(SyntaxProblem::new(format!(
            "`$workflows.{}` does not refer to an input or output of a workflow",
            shorten(text)
        ))
        .help("write `$workflows.WORKFLOW.outputs.NAME` or `$workflows.WORKFLOW.inputs.NAME`"));
    };
    check_id("workflows", workflow)?;
    Ok(Expression::Workflow {
        workflow: workflow.to_owned(),
        field,
        name: named("workflows", name)?,
    })
}

fn source(text: &str) -> Result<Expression, SyntaxProblem> {
    match text.split_once('.') {
        Some((source, reference)) if !source.is_empty() && !reference.is_empty() => {
            check_id("sourceDescriptions", source)?;
            if reference.contains('#') && reference.starts_with("url") {
                return Err(SyntaxProblem::new("the `url` of a source description has no parts")
                    .help("refer to an operation with `operationId`, or with `operationPath: '{$sourceDescriptions.NAME.url}#/paths/…'`"));
            }
            Ok(Expression::Source {
                source: source.to_owned(),
                reference: reference.to_owned(),
            })
        }
        _ => Err(SyntaxProblem::new(format!(
            "`$sourceDescriptions.{}` does not refer to an entry of a source",
            shorten(text)
        ))
        .help("write `$sourceDescriptions.NAME.OPERATION-ID`")),
    }
}

fn component(text: &str) -> Result<Expression, SyntaxProblem> {
    const SECTIONS: &[&str] = &["inputs", "parameters", "successActions", "failureActions"];
    match text.split_once('.') {
        Some((section, name)) if SECTIONS.contains(&section) => {
            let name = named("components", name)?;
            if name.pointer.is_empty() {
                Ok(Expression::Component {
                    section: section.to_owned(),
                    name: name.name,
                })
            } else {
                Err(SyntaxProblem::new(
                    "references to components cannot have a pointer",
                ))
            }
        }
        _ => {
            let section = text.split('.').next().unwrap_or(text);
            let problem =
                SyntaxProblem::new(format!("components have no section `{}`", shorten(section)));
            Err(match nearest(section, SECTIONS) {
                Some(meant) => problem.help(format!("write `$components.{meant}.NAME`")),
                None => problem.help(format!("the sections are {}", SECTIONS.join(", "))),
            })
        }
    }
}

/// Accepts spaces inside: the specification recommends ids without them, and some documents use titles as ids.
fn check_id(root: &str, id: &str) -> Result<(), SyntaxProblem> {
    let is_allowed = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | ' ');
    if !id.is_empty() && id.trim() == id && id.chars().all(is_allowed) {
        Ok(())
    } else {
        Err(SyntaxProblem::new(format!(
            "`{}` is not a valid id after `${root}.`",
            shorten(id)
        )))
    }
}

/// Returns `true` for a character allowed in a header name (an HTTP token).
fn is_token_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char)
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("$url"),
            Self::Method => f.write_str("$method"),
            Self::StatusCode => f.write_str("$statusCode"),
            Self::SelfUri => f.write_str("$self"),
            Self::Request(part) => write!(f, "$request.{part}"),
            Self::Response(part) => write!(f, "$response.{part}"),
            Self::Message(part) => write!(f, "$message.{part}"),
            Self::Input(named) => write!(f, "$inputs.{named}"),
            Self::Output(named) => write!(f, "$outputs.{named}"),
            Self::Step { step, output } => write!(f, "$steps.{step}.outputs.{output}"),
            Self::Workflow {
                workflow,
                field: Field::Inputs,
                name,
            } => write!(f, "$workflows.{workflow}.inputs.{name}"),
            Self::Workflow {
                workflow,
                field: Field::Outputs,
                name,
            } => write!(f, "$workflows.{workflow}.outputs.{name}"),
            Self::Source { source, reference } => {
                write!(f, "$sourceDescriptions.{source}.{reference}")
            }
            Self::Component { section, name } => write!(f, "$components.{section}.{name}"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Query(name) => write!(f, "query.{name}"),
            Self::Path(name) => write!(f, "path.{name}"),
            Self::Body(pointer) if pointer.is_empty() => f.write_str("body"),
            Self::Body(pointer) => write!(f, "body#{pointer}"),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.pointer.is_empty() {
            Ok(())
        } else {
            write!(f, "#{}", self.pointer)
        }
    }
}

#[cfg(test)]
mod tests;
