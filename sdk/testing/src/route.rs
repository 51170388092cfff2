//! From a method and a path to the operation of the document, table-driven.

use axum::http::Method;

use crate::document::{Operation, Segment, document};

/// What a method and a path lead to.
pub(crate) enum Route {
    /// An operation, with its path parameters decoded.
    Operation(&'static Operation, Vec<(String, String)>),
    /// The path is there, the method is not.
    WrongMethod,
    /// No such path.
    Nothing,
}

/// Finds the operation for a path as it came over the wire, still percent-encoded.
///
/// Operations are sorted so that a literal segment comes before a parameter: `/actions/configure` is not an action
/// called "configure".
pub(crate) fn find(method: &Method, path: &str) -> Route {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut seen = false;
    for operation in &document().operations {
        if let Some(parameters) = matched(&operation.path, &segments) {
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

fn matched(template: &[Segment], segments: &[&str]) -> Option<Vec<(String, String)>> {
    if template.len() != segments.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (expected, came) in template.iter().zip(segments) {
        match expected {
            Segment::Literal(text) if text == came => {}
            Segment::Parameter(name) if !came.is_empty() => {
                parameters.push((name.clone(), percent_decoded(came, false)));
            }
            _ => return None,
        }
    }
    Some(parameters)
}

/// The pairs of a query string, decoded, in their order.
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

/// Decodes `%41`, and `+` where it stands for a space; what is no escape is left as it is.
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

    fn operation(method: Method, path: &str) -> Option<(&'static str, Vec<(String, String)>)> {
        match find(&method, path) {
            Route::Operation(operation, parameters) => Some((&operation.id, parameters)),
            _ => None,
        }
    }

    #[test]
    fn a_literal_segment_wins_over_a_parameter() {
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
    fn an_escaped_segment_stays_one_segment() {
        let (id, parameters) =
            operation(Method::GET, "/v1/connect/proj_1/components/a%2Fb%20c").unwrap();
        assert_eq!(id, "retrieveComponent");
        assert!(parameters.contains(&("component_id".to_owned(), "a/b c".to_owned())));
    }

    #[test]
    fn an_empty_segment_is_no_parameter() {
        assert!(operation(Method::GET, "/v1/connect//accounts").is_none());
        assert!(operation(Method::GET, "/v1/connect/proj_1/accounts/").is_none());
    }

    #[test]
    fn a_path_with_another_method_is_told_from_no_path() {
        assert!(matches!(
            find(&Method::DELETE, "/v1/connect/usage"),
            Route::WrongMethod
        ));
        assert!(matches!(find(&Method::GET, "/v2/nothing"), Route::Nothing));
    }

    #[test]
    fn queries_are_decoded_in_order() {
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
