//! Name of an operation without an `operationId`, made from its HTTP method and path.

use crate::names::{singular, snake_text};

/// Returns the name of an operation in words: `list servers`, `get server`, `server reboot`.
///
/// A segment before a parameter names one object, so it becomes a singular. Prefixes such as `/api/v1` and parameters
/// are left out. A POST to a plural creates an object, and any other segment names the action itself. Returns `None` if
/// the path consists of parameters.
///
/// Two operations can have the same name, such as those with PUT and PATCH.
pub fn route_name(method: &str, path: &str) -> Option<String> {
    let segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let is_parameter = |segment: &str| segment.contains('{');
    let mut nouns = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        if is_parameter(segment) || nouns.is_empty() && is_prefix(segment) || !is_name(segment) {
            continue;
        }
        let noun = snake_text(stem(segment));
        let is_of_one = segments.get(index + 1).is_some_and(|it| is_parameter(it));
        nouns.push(match is_of_one {
            true => singular(&noun),
            false => noun,
        });
    }
    let last = nouns.last()?.clone();
    let is_action = nouns.iter().rev().nth(1).is_some_and(|it| it == "actions");
    let is_item = segments.last().is_some_and(|it| is_parameter(it));
    let is_plural = singular(&last) != last;
    let verb = match (method, is_item) {
        ("get", false) if is_plural => "list",
        ("post", false) if is_plural && !is_action => {
            nouns.pop();
            nouns.push(singular(&last));
            "create"
        }
        ("post", false) if nouns.len() > 1 => "",
        ("put" | "patch", _) => "update",
        _ => method,
    };
    let words = std::iter::once(verb).filter(|verb| !verb.is_empty());
    let words: Vec<&str> = words.chain(nouns.iter().map(String::as_str)).collect();
    Some(words.join(" ").replace('_', " "))
}

/// Returns the segment without a file extension: `/accounts.json` is of the same group as `/accounts/{id}`.
pub(super) fn stem(segment: &str) -> &str {
    let mut parts = segment.split('.');
    parts.find(|part| is_name(part)).unwrap_or(segment)
}

/// Returns `true` for a segment such as `api` or `v1`.
pub(super) fn is_prefix(segment: &str) -> bool {
    let is_version = match segment.strip_prefix(['v', 'V']) {
        Some(version) => version.starts_with(|c: char| c.is_ascii_digit()),
        None => segment
            .chars()
            .all(|c| c.is_ascii_digit() || ".-_".contains(c)),
    };
    matches!(segment, "api" | "rest") || is_version
}

pub(super) fn is_name(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_the_method_does_with_the_path() {
        for (method, path, name) in [
            ("get", "/api/v1/servers", "list servers"),
            ("post", "/servers", "create server"),
            ("get", "/servers/{id}", "get server"),
            ("put", "/servers/{id}", "update server"),
            ("delete", "/servers/{id}", "delete server"),
            ("get", "/servers/{id}/metrics", "list server metrics"),
            (
                "post",
                "/servers/{id}/actions/attach_iso",
                "server actions attach iso",
            ),
            (
                "post",
                "/servers/{id}/actions/change_ips",
                "server actions change ips",
            ),
            ("post", "/login", "post login"),
            ("get", "/2010-04-01/Accounts/{id}.json", "get account"),
            ("get", "/Accounts.json", "list accounts"),
            ("head", "/files/{name}", "head file"),
        ] {
            assert_eq!(route_name(method, path).as_deref(), Some(name), "{path}");
        }
        assert_eq!(route_name("get", "/{bucket}/{key}"), None);
        assert_eq!(route_name("get", "/"), None);
    }
}
