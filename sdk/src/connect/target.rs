//! Targets of proxied requests, and the headers that the proxy forwards.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderName, Method};
use pipedream_sdk_runtime::{encode, one_line};

/// Headers that the proxy does not forward, in addition to those that begin with one of [`RESTRICTED_PREFIXES`].
const RESTRICTED: [&str; 18] = [
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];
const RESTRICTED_PREFIXES: [&str; 2] = ["proxy-", "sec-"];

/// Returns `true` if the proxy does not forward this header.
pub(super) fn is_restricted(name: &HeaderName) -> bool {
    let name = name.as_str();
    RESTRICTED.contains(&name)
        || RESTRICTED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Appends query parameters to a URL and encodes it in base64, as the proxy requires.
///
/// The URL is absolute, or a path relative to the base URL of the app. An existing query is not changed. The error
/// is the reason why the URL is invalid.
pub(super) fn url_64(url: &str, query: &[(String, String)]) -> Result<String, &'static str> {
    // The URL parser would remove some of these characters silently, but the server behind the proxy might not.
    if url
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || c == '\\')
    {
        return Err("it contains white space, control characters or a backslash");
    }
    if url.starts_with("//") {
        return Err("it begins with two slashes, so it would address another host");
    }
    if !url.starts_with('/') {
        let parsed = reqwest::Url::parse(url).map_err(|_| "it is neither a URL nor a path")?;
        if !matches!(parsed.scheme(), "https" | "http") || !parsed.has_host() {
            return Err("it is neither an http or https URL nor a path");
        }
    }
    // The fragment is never sent.
    let mut target = url
        .split_once('#')
        .map_or(url, |(target, _)| target)
        .to_owned();
    for (name, value) in query {
        let separator = match target.split_once('?') {
            None => "?",
            Some((_, existing)) if existing.is_empty() || existing.ends_with('&') => "",
            Some(_) => "&",
        };
        target.push_str(&format!("{separator}{}={}", encode(name), encode(value)));
    }
    Ok(URL_SAFE_NO_PAD.encode(target))
}

/// Maximum length of a path segment that is never treated as a secret.
const MAX_PLAIN_SEGMENT: usize = 20;

/// Returns the description of a proxied request for errors: `GET https://host/path through apn_1`.
///
/// Omits query, fragment and credentials of the URL. Also omits path segments that may be secrets: long ones with a
/// digit, as in `/bot123456:ABC…/sendMessage`.
pub(super) fn describe(method: &Method, url: &str, account_id: &str) -> Arc<str> {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (origin, path) = match reqwest::Url::parse(&url[..end]) {
        Ok(parsed) if parsed.has_host() => (
            parsed.origin().ascii_serialization(),
            parsed.path().to_owned(),
        ),
        _ if url.starts_with('/') && !url.starts_with("//") => {
            (String::new(), url[..end].to_owned())
        }
        _ => return format!("{method} through {account_id}").into(),
    };
    let may_be_secret = |segment: &str| {
        segment.len() > MAX_PLAIN_SEGMENT && segment.contains(|c: char| c.is_ascii_digit())
    };
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| {
            if may_be_secret(segment) {
                "…"
            } else {
                segment
            }
        })
        .collect();
    let path = one_line(&segments.join("/"));
    format!("{method} {origin}{path} through {account_id}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str, query: &[(&str, &str)]) -> String {
        let to_owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let query: Vec<_> = query.iter().map(to_owned).collect();
        let encoded = url_64(url, &query).unwrap();
        String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
    }

    #[test]
    fn encodes_the_url_as_url_safe_base64_without_padding() {
        let encoded = url_64("https://h/?a=>>>???ÿ", &[]).unwrap();
        assert_eq!(encoded, "aHR0cHM6Ly9oLz9hPT4-Pj8_P8O_");
        assert_eq!(url_64("/ab", &[]).unwrap(), "L2Fi");
        assert_eq!(url_64("/a", &[]).unwrap(), "L2E");
    }

    #[test]
    fn keeps_and_extends_the_query_of_the_url() {
        let added = [("b c", "d&e"), ("b c", "ä")];
        for (url, expected) in [
            (
                "https://H/P?x=%2f+1",
                "https://H/P?x=%2f+1&b%20c=d%26e&b%20c=%C3%A4",
            ),
            ("/v1/me", "/v1/me?b%20c=d%26e&b%20c=%C3%A4"),
            ("/v1/me?", "/v1/me?b%20c=d%26e&b%20c=%C3%A4"),
            ("/v1/me?x&#y", "/v1/me?x&b%20c=d%26e&b%20c=%C3%A4"),
        ] {
            assert_eq!(target(url, &added), expected);
        }
        assert_eq!(target("https://H/P?x=%2f+1", &[]), "https://H/P?x=%2f+1");
    }

    #[test]
    fn rejects_invalid_urls() {
        for url in [
            "",
            "me",
            "//h/x",
            "/\\h",
            "\\\\h",
            "ftp://h",
            "javascript:alert(1)",
            "https://",
            "https://h/a b",
            "/a\tb",
            "/a\r\nb",
            " /a",
            "mailto:a@b",
            "https://h\u{0}/",
        ] {
            assert!(url_64(url, &[]).is_err(), "{url:?}");
        }
    }

    #[test]
    fn describes_a_request_without_possible_secrets() {
        let description = |url: &str| describe(&Method::GET, url, "apn_1").to_string();
        for (url, expected) in [
            (
                "https://slack.com/api/users.list?token=marked#marked",
                "GET https://slack.com/api/users.list through apn_1",
            ),
            (
                "https://u:marked@h:8443/x",
                "GET https://h:8443/x through apn_1",
            ),
            ("https://h", "GET https://h/ through apn_1"),
            ("/v1/me?marked", "GET /v1/me through apn_1"),
            (
                "https://h/bot1234567890:marked-secret/send",
                "GET https://h/…/send through apn_1",
            ),
            ("//marked.example/x", "GET through apn_1"),
            ("marked", "GET through apn_1"),
        ] {
            assert_eq!(description(url), expected);
        }
    }

    #[test]
    fn restricts_connection_and_browser_headers() {
        for name in [
            "Cookie",
            "host",
            "Accept-Encoding",
            "Proxy-Authorization",
            "Sec-Fetch-Mode",
        ] {
            assert!(is_restricted(&name.parse().unwrap()), "{name}");
        }
        for name in [
            "accept",
            "authorization",
            "content-type",
            "second",
            "x-api-key",
        ] {
            assert!(!is_restricted(&name.parse().unwrap()), "{name}");
        }
    }
}
