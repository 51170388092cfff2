//! Routing of a method and a path to an operation of the document.

use axum::http::Method;

use crate::document::{Document, Operation, Segment};

/// Result of routing a request.
pub(crate) enum Route {
    /// An operation with its decoded path parameters.
    Operation(&'static Operation, Vec<(String, String)>),
    /// The path exists, but not with this method.
    WrongMethod,
    /// The path does not exist.
    Nothing,
}

/// Value of the path parameter that a credential implies.
pub(crate) struct ImpliedValue {
    /// Security scheme of the credential.
    pub(crate) scheme: &'static str,
    pub(crate) value: String,
}

/// Finds the operation for a percent-encoded path.
///
/// Operations are sorted so that a literal segment precedes a parameter: `/actions/configure` is not an action
/// called "configure". If the path omits the parameter that the credential implies, `implied` provides its value.
pub(crate) fn find(
    document: &'static Document,
    method: &Method,
    path: &str,
    implied: Option<&ImpliedValue>,
) -> Route {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let operations = document.operations.iter();
    for operation in operations.filter(|it| it.method == *method) {
        if let Some(parameters) = implied.and_then(|known| shortened(operation, &segments, known)) {
            return Route::Operation(operation, parameters);
        }
    }
    let mut seen = false;
    for operation in &document.operations {
        if let Some(parameters) = matched(operation.path.iter(), &segments) {
            if operation.method == *method {
                return Route::Operation(operation, parameters);
            }
            seen = true;
        }
    }
    if seen {
        Route::WrongMethod
    } else {
        Route::Nothing
    }
}

/// Matches a path that omits the implied parameter, and returns its path parameters.
fn shortened(
    operation: &Operation,
    segments: &[&str],
    known: &ImpliedValue,
) -> Option<Vec<(String, String)>> {
    let mut implied = operation.implied.iter();
    let parameter = &implied.find(|it| it.scheme == known.scheme)?.parameter;
    let rest = operation
        .path
        .iter()
        .filter(|segment| !matches!(segment, Segment::Parameter(name) if name == parameter));
    let mut parameters = matched(rest, segments)?;
    parameters.push((parameter.clone(), known.value.clone()));
    Some(parameters)
}

fn matched<'t>(
    template: impl Iterator<Item = &'t Segment>,
    segments: &[&str],
) -> Option<Vec<(String, String)>> {
    let template: Vec<&Segment> = template.collect();
    if template.len() != segments.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (expected, received) in template.into_iter().zip(segments) {
        match expected {
            Segment::Literal(text) if text == received => {}
            Segment::Parameter(name) if !received.is_empty() => {
                parameters.push((name.clone(), percent_decoded(received, false)));
            }
            _ => return None,
        }
    }
    Some(parameters)
}

/// Returns the decoded pairs of a query string, in their order.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(name, true), percent_decoded(value, true))
        })
        .collect()
}

/// Decodes percent-encoding, and optionally `+` as a space. Leaves invalid escapes unchanged.
fn percent_decoded(text: &str, plus_is_space: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(first),
            },
            (b'+', _) if plus_is_space => bytes.push(b' '),
            _ => bytes.push(first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|it| u8::try_from(it).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::document;

    fn operation(method: Method, path: &str) -> Option<(&'static str, Vec<(String, String)>)> {
        match find(document(), &method, path, None) {
            Route::Operation(operation, parameters) => Some((&operation.id, parameters)),
            _ => None,
        }
    }

    #[test]
    fn prefers_a_literal_segment_over_a_parameter() {
        let found = |method, path| operation(method, path).map(|it| it.0);
        assert_eq!(
            found(Method::GET, "/v1/connect/projects"),
            Some("listProjects")
        );
        assert_eq!(
            found(Method::GET, "/v1/connect/projects/proj_1"),
            Some("retrieveProject")
        );
        assert_eq!(
            found(Method::POST, "/v1/connect/proj_1/actions/run"),
            Some("runAction")
        );
        assert_eq!(
            found(Method::GET, "/v1/connect/proj_1/actions/run"),
            Some("retrieveAction")
        );
    }

    #[test]
    fn decodes_an_escaped_slash_within_a_segment() {
        let (id, parameters) =
            operation(Method::GET, "/v1/connect/proj_1/components/a%2Fb%20c").unwrap();
        assert_eq!(id, "retrieveComponent");
        assert!(parameters.contains(&("component_id".to_owned(), "a/b c".to_owned())));
    }

    #[test]
    fn rejects_an_empty_parameter() {
        assert!(operation(Method::GET, "/v1/connect//accounts").is_none());
        assert!(operation(Method::GET, "/v1/connect/proj_1/accounts/").is_none());
    }

    #[test]
    fn path_may_omit_the_implied_parameter() {
        let implied = ImpliedValue {
            scheme: "ConnectToken",
            value: "proj_1".to_owned(),
        };
        let found = |path| match find(document(), &Method::GET, path, Some(&implied)) {
            Route::Operation(operation, parameters) => {
                assert!(parameters.contains(&("project_id".to_owned(), "proj_1".to_owned())));
                Some(operation.id.as_str())
            }
            _ => None,
        };
        for path in ["/v1/connect/accounts", "/v1/connect/proj_1/accounts"] {
            assert_eq!(found(path), Some("listAccounts"));
            assert!(path.contains("proj_1") || operation(Method::GET, path).is_none());
        }
        assert_eq!(
            found("/v1/connect/projects/info"),
            Some("retrieveProjectInfo")
        );
        // An empty segment is not an omitted one, and not every operation accepts such a credential.
        assert_eq!(found("/v1/connect//accounts"), None);
        assert_eq!(found("/v1/connect/users"), None);
    }

    #[test]
    fn distinguishes_wrong_method_from_unknown_path() {
        assert!(matches!(
            find(document(), &Method::DELETE, "/v1/connect/usage", None),
            Route::WrongMethod
        ));
        assert!(matches!(
            find(document(), &Method::GET, "/v2/nothing", None),
            Route::Nothing
        ));
    }

    #[test]
    fn decodes_query_parameters_in_order() {
        assert_eq!(
            query_pairs("a=1&b=x%26y&a=2+3&flag&bad=%zz"),
            [
                ("a", "1"),
                ("b", "x&y"),
                ("a", "2 3"),
                ("flag", ""),
                ("bad", "%zz")
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
