//! URLs of workflow endpoints, and their validation.

use reqwest::Url;

/// URL of a workflow's endpoint, within the workflow domain.
pub(super) struct Endpoint(Url);

impl Endpoint {
    /// Parses the id, host or URL of an endpoint. The error is the reason why it is invalid.
    pub(super) fn parse(workflow: &str, domain: &str) -> Result<Self, &'static str> {
        // The URL parser removes some of these characters silently.
        if workflow
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '\\')
        {
            return Err("it contains white space, control characters or a backslash");
        }
        let domain = domain.trim().to_ascii_lowercase();
        if domain.is_empty() {
            return Err("the workflow domain is blank");
        }
        let url = if workflow.contains("://") {
            workflow.to_owned()
        } else {
            let end = workflow.find(['/', '?', '#']).unwrap_or(workflow.len());
            let (host, rest) = workflow.split_at(end);
            if is_id(host) {
                format!("https://{host}.{domain}{rest}")
            } else if host.contains('.') {
                format!("https://{workflow}")
            } else {
                return Err("it is neither the id nor the URL of an endpoint");
            }
        };
        let url = Url::parse(&url).map_err(|_| "it is not a URL")?;
        let host = url.host_str().ok_or("it has no host")?;
        if !is_within(host, &domain) {
            return Err("its host is not in the workflow domain");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name or a password");
        }
        // The transport rejects `http`, except on the local machine.
        Ok(Self(url))
    }

    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(super) fn url(&self) -> Url {
        self.0.clone()
    }
}

/// Returns `true` for the id of an endpoint: `en…` or `eo…`.
fn is_id(host: &str) -> bool {
    let bytes = host.as_bytes();
    let is_valid = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    matches!(bytes, [b'e', b'n' | b'o', rest @ ..] if !rest.is_empty() && rest.iter().all(is_valid))
}

/// Returns `true` if a host is this domain or a subdomain of it. Compares full labels.
fn is_within(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(subdomain) => subdomain.len() > 1 && subdomain.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "m.pipedream.net";

    fn parse(workflow: &str) -> Result<String, &'static str> {
        Endpoint::parse(workflow, DOMAIN).map(|it| it.url().to_string())
    }

    #[test]
    fn accepts_all_forms_of_an_endpoint_and_keeps_upper_case() {
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
            assert_eq!(parse(workflow).unwrap(), url);
        }
        let own = Endpoint::parse("https://a.hooks.example:8443/x", "Hooks.Example").unwrap();
        assert_eq!(own.origin(), "https://a.hooks.example:8443");
    }

    #[test]
    fn rejects_hosts_outside_the_workflow_domain() {
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
                parse(workflow).is_err(),
                "{workflow:?} is {:?}",
                parse(workflow)
            );
        }
        assert!(Endpoint::parse("en1", " ").is_err());
    }
}
