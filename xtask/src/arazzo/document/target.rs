//! What a step calls, and the ways in which documents name it.

use crate::arazzo::expression::{Expression, Problem};
use crate::arazzo::pointer::Pointer;
use crate::diagnostic::suggestion::shorten;
use crate::openapi::description::METHODS;

/// What a step calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An operation of an API.
    Operation(OperationRef),
    /// A workflow.
    Workflow(WorkflowRef),
    /// Nothing that could be read; this was reported.
    Unreadable,
}

/// How an operation is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationRef {
    /// By its `operationId`.
    Id {
        /// The name of the source; when missing, there is only one, or all are looked through.
        source: Option<String>,
        /// The `operationId`.
        id: String,
    },
    /// By its place in the API description.
    Path {
        /// The name of the source.
        source: Option<String>,
        /// The template of the path, such as `/pets/{id}`.
        path: String,
        /// The method in lower case; when missing, the path has to have a single operation.
        method: Option<String>,
    },
}

/// How a workflow is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRef {
    /// The name of the source; when missing, the workflow is of the same document.
    pub source: Option<String>,
    /// The `workflowId`.
    pub id: String,
}

impl OperationRef {
    /// Reads an `operationId` field: the plain id, or `$sourceDescriptions.NAME.ID`.
    pub fn parse_id(text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        let (source, id, remarks) = qualified(text, "operationId")?;
        Ok((Self::Id { source, id }, remarks))
    }

    /// Reads an `operationPath` field, in the standard form or one of those that occur in its place.
    ///
    /// The standard form is `{$sourceDescriptions.NAME.url}#/paths/~1pets~1{id}/get`. Also understood: without the braces, without `.url`,
    /// the bare name, no source at all, slashes that are not escaped, and escapes of URIs.
    pub fn parse_path(text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        let malformed = || {
            Problem::new(format!("`{}` does not name an operation by its place", shorten(text)))
                .help("write `{$sourceDescriptions.NAME.url}#/paths/~1pets~1{id}/get`, with `~1` for each `/` of the path")
        };
        // The path may begin behind `#`, or right behind the source.
        let start = text.find("/paths/").ok_or_else(malformed)?;
        let prefix = text[..start].strip_suffix('#').unwrap_or(&text[..start]);
        let source = source_of(prefix).ok_or_else(malformed)?;
        let place = &text[start + "/paths/".len()..];
        let (path, method) = match place.rsplit_once('/') {
            Some((path, method)) if METHODS.contains(&method.to_ascii_lowercase().as_str()) => {
                (path, Some(method.to_ascii_lowercase()))
            }
            _ => (place, None),
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
            let problem = Problem::new(
                "the operation is named in a form that is understood, but not standard",
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

    /// The source that is named.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Id { source, .. } | Self::Path { source, .. } => source.as_deref(),
        }
    }
}

impl WorkflowRef {
    /// Reads a `workflowId` field: the plain id, or `$sourceDescriptions.NAME.ID`.
    pub fn parse(text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        let (source, id, remarks) = qualified(text, "workflowId")?;
        Ok((Self { source, id }, remarks))
    }
}

fn qualified(text: &str, field: &str) -> Result<(Option<String>, String, Vec<Problem>), Problem> {
    let mut remarks = Vec::new();
    let mut inner = text;
    if let Some(braced) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|rest| rest.starts_with('$'))
    {
        remarks.push(
            Problem::new(format!("the expression in `{field}` needs no braces"))
                .help(format!("write `{braced}`")),
        );
        inner = braced;
    }
    if !inner.starts_with('$') {
        return if inner.trim().is_empty() {
            Err(Problem::new(format!("`{field}` is empty")))
        } else {
            Ok((None, inner.to_owned(), remarks))
        };
    }
    match Expression::parse(inner)?.expression {
        Expression::Source { source, reference } => Ok((Some(source), reference, remarks)),
        _ => Err(
            Problem::new(format!("`{}` names nothing in a source", shorten(inner))).help(format!(
                "write the plain `{field}`, or `$sourceDescriptions.NAME.ID`"
            )),
        ),
    }
}

/// The source that the text before the path names; the outer `None` where it is no such text.
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

/// A text with the escapes of URIs put in place.
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
    fn every_spelling_of_an_operation_path_names_the_same_operation() {
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
    fn ids_may_be_qualified_by_their_source() {
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
