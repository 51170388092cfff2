//! Targets of steps: references to operations and workflows.

use crate::arazzo::expression::{Expression, SyntaxProblem};
use crate::arazzo::pointer::Pointer;
use crate::diagnostic::suggestion::shorten;
use crate::openapi::description::METHODS;

/// Operation or workflow that a step calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Operation of an API.
    Operation(OperationRef),
    /// Workflow of this document or another source.
    Workflow(WorkflowRef),
    /// Invalid target, which has been reported.
    Unreadable,
}

/// Reference to an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationRef {
    /// Reference by `operationId`.
    Id {
        /// Name of the source; if `None`, all sources are searched.
        source: Option<String>,
        /// `operationId`.
        id: String,
    },
    /// Reference by path and method (`operationPath`).
    Path {
        /// Name of the source.
        source: Option<String>,
        /// Path template, such as `/pets/{id}`.
        path: String,
        /// HTTP method in lower case; if `None`, the path must have exactly one operation.
        method: Option<String>,
    },
}

/// Reference to a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRef {
    /// Name of the source; if `None`, the workflow is in the same document.
    pub source: Option<String>,
    /// `workflowId`.
    pub id: String,
}

impl OperationRef {
    /// Parses an `operationId` field: the plain id, or `$sourceDescriptions.NAME.ID`.
    pub fn parse_id(text: &str) -> Result<(Self, Vec<SyntaxProblem>), SyntaxProblem> {
        let (source, id, remarks) = qualified(text, "operationId")?;
        Ok((Self::Id { source, id }, remarks))
    }

    /// Parses an `operationPath` field, in the standard form or a common nonstandard form.
    ///
    /// The standard form is `{$sourceDescriptions.NAME.url}#/paths/~1pets~1{id}/get`. Also accepted: no braces, no
    /// `.url`, the bare source name, no source, unescaped slashes, and percent-encoding.
    pub fn parse_path(text: &str) -> Result<(Self, Vec<SyntaxProblem>), SyntaxProblem> {
        let malformed = || {
            SyntaxProblem::new(format!("`{}` is not a valid operation path", shorten(text)))
                .help("write `{$sourceDescriptions.NAME.url}#/paths/~1pets~1{id}/get`, with `~1` for each `/` of the path")
        };
        // The path may follow `#`, or the source directly.
        let start = text.find("/paths/").ok_or_else(malformed)?;
        let prefix = text[..start].strip_suffix('#').unwrap_or(&text[..start]);
        let source = source_of(prefix).ok_or_else(malformed)?;
        let location = &text[start + "/paths/".len()..];
        let (path, method) = match location.rsplit_once('/') {
            Some((path, method)) if METHODS.contains(&method.to_ascii_lowercase().as_str()) => {
                (path, Some(method.to_ascii_lowercase()))
            }
            _ => (location, None),
        };
        let decoded = percent_decoded(path);
        let pointer = Pointer::parse(&format!("/{decoded}")).map_err(|_| malformed())?;
        let mut path = pointer.tokens.join("/");
        if !path.starts_with('/') {
            path.insert(0, '/');
        }
        let mut remarks = Vec::new();
        let standard = standard_path(source.as_deref(), &path, method.as_deref());
        if standard.as_deref() != Some(text) {
            let problem = SyntaxProblem::new(
                "the form of this operation reference is accepted, but not standard",
            );
            remarks.push(match standard {
                Some(standard) => problem.help(format!("write `{standard}`")),
                None => problem.help("write `{$sourceDescriptions.NAME.url}#/paths/…/METHOD`"),
            });
        }
        Ok((
            Self::Path {
                source,
                path,
                method,
            },
            remarks,
        ))
    }

    /// Returns the source name, if the reference has one.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Id { source, .. } | Self::Path { source, .. } => source.as_deref(),
        }
    }
}

impl WorkflowRef {
    /// Parses a `workflowId` field: the plain id, or `$sourceDescriptions.NAME.ID`.
    pub fn parse(text: &str) -> Result<(Self, Vec<SyntaxProblem>), SyntaxProblem> {
        let (source, id, remarks) = qualified(text, "workflowId")?;
        Ok((Self { source, id }, remarks))
    }
}

fn qualified(
    text: &str,
    field: &str,
) -> Result<(Option<String>, String, Vec<SyntaxProblem>), SyntaxProblem> {
    let mut remarks = Vec::new();
    let mut inner = text;
    if let Some(braced) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|rest| rest.starts_with('$'))
    {
        remarks.push(
            SyntaxProblem::new(format!("the expression in `{field}` must not have braces"))
                .help(format!("write `{braced}`")),
        );
        inner = braced;
    }
    if !inner.starts_with('$') {
        return if inner.trim().is_empty() {
            Err(SyntaxProblem::new(format!("`{field}` is empty")))
        } else {
            Ok((None, inner.to_owned(), remarks))
        };
    }
    match Expression::parse(inner)?.expression {
        Expression::Source { source, reference } => {
            // An earlier form of another tool.
            let id = match reference.strip_prefix("workflows.") {
                Some(id) if field == "workflowId" && !id.is_empty() => {
                    let problem = SyntaxProblem::new(
                        "the section `workflows` in a reference is accepted, but not standard",
                    );
                    let standard = format!("write `$sourceDescriptions.{source}.{id}`");
                    remarks.push(problem.help(standard));
                    id.to_owned()
                }
                _ => reference,
            };
            Ok((Some(source), id, remarks))
        }
        _ => Err(SyntaxProblem::new(format!(
            "`{}` does not refer to an entry of a source",
            shorten(inner)
        ))
        .help(format!(
            "write the plain `{field}`, or `$sourceDescriptions.NAME.ID`"
        ))),
    }
}

/// Parses the source before the path. Returns `None` if the string is not a source, `Some(None)` if it is empty.
fn source_of(prefix: &str) -> Option<Option<String>> {
    let prefix = prefix.strip_prefix('{').unwrap_or(prefix);
    let prefix = prefix.strip_suffix('}').unwrap_or(prefix);
    let name = prefix
        .strip_prefix("$sourceDescriptions.")
        .unwrap_or(prefix);
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = name.strip_suffix(".url").unwrap_or(name);
    if name.is_empty() {
        return Some(None);
    }
    name.chars()
        .all(|char| char.is_alphanumeric() || matches!(char, '-' | '_'))
        .then(|| Some(name.to_owned()))
}

fn standard_path(source: Option<&str>, path: &str, method: Option<&str>) -> Option<String> {
    let path = crate::arazzo::pointer::escape(path);
    Some(format!(
        "{{$sourceDescriptions.{}.url}}#/paths/{path}/{}",
        source?, method?
    ))
}

/// Decodes percent-encoding. Returns the input if the result is not UTF-8.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let decoded = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|hex| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(hex[0])? * 16 + digit(hex[1])?).ok()
            });
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> (Option<String>, String, Option<String>, bool) {
        match OperationRef::parse_path(text).unwrap() {
            (
                OperationRef::Path {
                    source,
                    path,
                    method,
                },
                remarks,
            ) => (source, path, method, remarks.is_empty()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parses_every_spelling_of_an_operation_path() {
        let (api, template, get) = (
            Some("api".to_owned()),
            "/pets/{id}".to_owned(),
            Some("get".to_owned()),
        );
        assert_eq!(
            path("{$sourceDescriptions.api.url}#/paths/~1pets~1{id}/get"),
            (api.clone(), template.clone(), get.clone(), true)
        );
        for spelling in [
            "$sourceDescriptions.api.url#/paths/~1pets~1{id}/get",
            "{$sourceDescriptions.api}#/paths/~1pets~1{id}/get",
            "$sourceDescriptions.api#/paths/~1pets~1{id}/get",
            "$sourceDescriptions.api./paths/~1pets~1{id}/get",
            "api#/paths/~1pets~1{id}/get",
            "{$sourceDescriptions.api.url}#/paths/~1pets~1%7Bid%7D/get",
            "{$sourceDescriptions.api.url}#/paths/pets/{id}/get",
            "{$sourceDescriptions.api.url}#/paths//pets/{id}/GET",
        ] {
            assert_eq!(
                path(spelling),
                (api.clone(), template.clone(), get.clone(), false),
                "{spelling}"
            );
        }
        assert_eq!(
            path("#/paths/~1pets~1{id}/get"),
            (None, template.clone(), get, false)
        );
        assert_eq!(
            path("{$sourceDescriptions.api.url}#/paths/~1pets~1{id}"),
            (api, template, None, false)
        );
        assert!(OperationRef::parse_path("GET /pets").is_err());
    }

    #[test]
    fn parses_ids_qualified_by_their_source() {
        let (plain, _) = OperationRef::parse_id("getPet").unwrap();
        assert_eq!(
            plain,
            OperationRef::Id {
                source: None,
                id: "getPet".into()
            }
        );
        let (qualified, remarks) =
            OperationRef::parse_id("{$sourceDescriptions.api.get.Pet}").unwrap();
        assert_eq!(
            qualified,
            OperationRef::Id {
                source: Some("api".into()),
                id: "get.Pet".into()
            }
        );
        assert_eq!(remarks.len(), 1);
        assert!(OperationRef::parse_id("$inputs.which").is_err());
        assert!(WorkflowRef::parse(" ").is_err());
    }
}
