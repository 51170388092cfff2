//! Where a workflow's endpoint is, and that it is one.

use reqwest::Url;

/// The address of a workflow's endpoint, in the domain where such endpoints are.
pub(super) struct Endpoint(Url);

impl Endpoint {
    /// The endpoint of this id, host or address; or why it is none.
    pub(super) fn find(workflow: &str, domain: &str) -> Result<Self, &'static str> {
        // A URL parser drops some of these without a word.
        if workflow
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '\\')
        {
            return Err("it has white space, control characters or a backslash");
        }
        let domain = domain.trim().to_ascii_lowercase();
        if domain.is_empty() {
            return Err("the workflow domain is blank");
        }
        let address = if workflow.contains("://") {
            workflow.to_owned()
        } else {
            let end = workflow.find(['/', '?', '#']).unwrap_or(workflow.len());
            let (host, rest) = workflow.split_at(end);
            if is_id(host) {
                format!("https://{host}.{domain}{rest}")
            } else if host.contains('.') {
                format!("https://{workflow}")
            } else {
                return Err("it is neither the id of an endpoint nor an address");
            }
        };
        let url = Url::parse(&address).map_err(|_| "it is not an address")?;
        let host = url.host_str().ok_or("it has no host")?;
        if !is_within(host, &domain) {
            return Err("its host is not in the workflow domain");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user or a password");
        }
        // Whether http will do is decided with the transport: on this machine alone.
        Ok(Self(url))
    }

    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(super) fn url(&self) -> Url {
        self.0.clone()
    }
}

/// Whether this is the id of an endpoint: `en…` or `eo…`.
fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    let tail = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    matches!(bytes, [b'e', b'n' | b'o', rest @ ..] if !rest.is_empty() && rest.iter().all(tail))
}

/// Whether a host is this domain or beneath it, counted in whole labels.
fn is_within(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(beneath) => beneath.len() > 1 && beneath.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "m.pipedream.net";

    fn found(workflow: &str) -> Result<String, &'static str> {
        Endpoint::find(workflow, DOMAIN).map(|it| it.url().to_string())
    }

    #[test]
    fn all_forms_of_an_endpoint_are_understood_and_their_letters_kept() {
        for (workflow, url) in [
            ("en1abc", "https://en1abc.m.pipedream.net/"),
            ("eo2-d/A/b?Q=1", "https://eo2-d.m.pipedream.net/A/b?Q=1"),
            ("en1.m.pipedream.net", "https://en1.m.pipedream.net/"),
            (
                "en1.m.pipedream.net/Mixed?C=%2f",
                "https://en1.m.pipedream.net/Mixed?C=%2f",
            ),
            (
                "https://EN1.m.pipedream.net/A?b=C",
                "https://en1.m.pipedream.net/A?b=C",
            ),
            ("https://m.pipedream.net/x", "https://m.pipedream.net/x"),
        ] {
            assert_eq!(found(workflow).unwrap(), url);
        }
        let own = Endpoint::find("https://a.hooks.example:8443/x", "Hooks.Example").unwrap();
        assert_eq!(own.origin(), "https://a.hooks.example:8443");
    }

    #[test]
    fn no_other_host_is_taken_for_one_of_the_domain() {
        for workflow in [
            "https://evilm.pipedream.net/x",
            "https://evil.net/m.pipedream.net",
            "https://evil.net?.m.pipedream.net",
            "https://evil.net#.m.pipedream.net",
            "https://evil.net\\.m.pipedream.net",
            "https://m.pipedream.net.evil.net",
            "https://en1.m.pipedream.net@evil.net/",
            "https://evil.net@en1.m.pipedream.net/",
            "https://u:p@en1.m.pipedream.net/",
            "https://.m.pipedream.net/",
            "https://en1.m.pipedream.net./",
            "https://en1。m。pipedream。net.evil/",
            "evil.net/.m.pipedream.net",
            "en1@evil.net",
            "en1.evil.net",
            "en1/../../@evil.net\\",
            "//en1.m.pipedream.net",
            "file:///m.pipedream.net",
            "https:en1.m.pipedream.net",
            "en",
            "eo",
            "ex1",
            "",
            "en1 x",
            "en1\n",
            "en1\t.m.pipedream.net",
        ] {
            assert!(
                found(workflow).is_err(),
                "{workflow:?} is {:?}",
                found(workflow)
            );
        }
        assert!(Endpoint::find("en1", " ").is_err());
    }
}
