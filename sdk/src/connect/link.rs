//! [`ConnectLink`], the link to the page on which a user connects an account.

use pipedream_sdk_runtime::encode;

use crate::Error;
use crate::credentials::SecretString;
use crate::types::{AccountId, AppOverrideId, CreateTokenResponse, OauthAppId};

/// Link to the page on which a user connects an account: the link of a Connect token with parameters.
///
/// ```
/// # use pipedream_sdk::{connect::ConnectLink, types::CreateTokenResponse};
/// # fn example(token: &CreateTokenResponse) -> Result<(), pipedream_sdk::Error> {
/// let page = ConnectLink::new(token, "github").oauth_app_id("oa_1").url()?;
/// // Send only this user there: the link contains the token.
/// let location = page.expose();
/// # let _ = location;
/// # Ok(())
/// # }
/// ```
///
/// The link can be used once, and expires with the token.
#[derive(Clone, Debug)]
#[must_use]
#[doc(alias = "connect_link_url")]
#[doc(alias = "iframe")]
pub struct ConnectLink {
    link: SecretString,
    parameters: Vec<(String, String)>,
}

impl ConnectLink {
    /// Creates the link of this token for an app, identified by its slug: `slack`, `google_sheets`.
    pub fn new(token: &CreateTokenResponse, app: impl Into<String>) -> Self {
        Self {
            link: token.connect_link_url.clone(),
            parameters: vec![("app".to_owned(), app.into())],
        }
    }

    /// Connects the account with your own OAuth client.
    pub fn oauth_app_id(self, oauth_app_id: impl Into<OauthAppId>) -> Self {
        self.parameter("oauthAppId", oauth_app_id.into().into_string())
    }

    /// Applies an app override. The page does not ask the user for the values it sets.
    pub fn app_override_id(self, app_override_id: impl Into<AppOverrideId>) -> Self {
        self.parameter("appOverrideId", app_override_id.into().into_string())
    }

    /// Reconnects this account of the user instead of connecting a new one.
    pub fn account_id(self, account_id: impl Into<AccountId>) -> Self {
        self.parameter("accountId", account_id.into().into_string())
    }

    /// Requests the scopes of one of the app's scope profiles, identified by its name.
    pub fn oauth_scope_profile(self, profile: impl Into<String>) -> Self {
        self.parameter("oauthScopeProfile", profile)
    }

    /// Adds another query parameter.
    ///
    /// Pipedream's browser SDK also sends `hideClose`, for a page in a frame, and `customOauthClient`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Returns the URL, which is a secret because it contains the token.
    ///
    /// The link of the service is not changed, only extended. Returns an error if it is not an `http` or `https`
    /// URL, if a parameter is blank, or if the link already has another value for a parameter.
    pub fn url(&self) -> Result<SecretString, Error> {
        let (link, fragment) = match self.link.expose().split_once('#') {
            Some((link, fragment)) => (link, Some(fragment)),
            None => (self.link.expose(), None),
        };
        if !link.starts_with("https://") && !link.starts_with("http://") {
            let reason = "it is not an http or https URL";
            return Err(Error::invalid_argument("connect_link_url", reason));
        }
        let mut url = link.to_owned();
        for (name, value) in &self.parameters {
            if name.trim().is_empty() || value.trim().is_empty() {
                return Err(Error::invalid_argument(name, "it is blank"));
            }
            match query_value(&url, name) {
                Some(existing) if existing == *value => continue,
                Some(_) => {
                    let reason = "the link already has another value for it";
                    return Err(Error::invalid_argument(name, reason));
                }
                None => {}
            }
            let separator = match url.split_once('?') {
                None => "?",
                Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
                Some(_) => "&",
            };
            url.push_str(&format!("{separator}{}={}", encode(name), encode(value)));
        }
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        Ok(SecretString::from(url))
    }
}

/// Returns the decoded value of a query parameter. Its name may be encoded.
fn query_value(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent_decode(key) == name).then(|| percent_decode(value))
    })
}

/// Decodes percent-encoding. Invalid sequences are kept.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = text
            .get(at + 1..at + 3)
            .filter(|digits| byte == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn link(url: &str) -> ConnectLink {
        let token = serde_json::json!({
            "connect_link_url": url, "expires_at": "2030-01-01T00:00:00Z", "token": "ctok_marked",
        });
        ConnectLink::new(&serde_json::from_value(token).unwrap(), "slack")
    }

    fn url(link: &ConnectLink) -> String {
        link.url().unwrap().expose().to_owned()
    }

    #[test]
    fn keeps_the_original_link_unchanged() {
        for (before, after) in [
            (
                "https://h/c.html?token=T%2f+1&x",
                "https://h/c.html?token=T%2f+1&x&app=slack",
            ),
            ("https://h/c.html", "https://h/c.html?app=slack"),
            ("https://h/c.html?", "https://h/c.html?app=slack"),
            ("https://h/c.html?a=1&", "https://h/c.html?a=1&app=slack"),
            (
                "https://h/C?a=?#frag?app=x",
                "https://h/C?a=?&app=slack#frag?app=x",
            ),
            (
                "https://h?%zz=%&%e4=%+1",
                "https://h?%zz=%&%e4=%+1&app=slack",
            ),
        ] {
            assert_eq!(url(&link(before)), after);
        }
    }

    #[test]
    fn encodes_parameters() {
        let link = link("https://h/?t=1")
            .oauth_app_id("oa_1")
            .parameter("a b", "x&y=z#ä");
        assert_eq!(
            url(&link),
            "https://h/?t=1&app=slack&oauthAppId=oa_1&a%20b=x%26y%3Dz%23%C3%A4"
        );
    }

    #[test]
    fn each_method_sets_its_query_parameter() {
        let link = link("https://h/?t=1")
            .oauth_app_id(OauthAppId::from("oa_1"))
            .app_override_id("ao_1")
            .account_id(AccountId::from("apn_1"))
            .oauth_scope_profile("read only")
            .parameter("hideClose", "true");
        assert_eq!(
            url(&link),
            "https://h/?t=1&app=slack&oauthAppId=oa_1&appOverrideId=ao_1&accountId=apn_1\
             &oauthScopeProfile=read%20only&hideClose=true"
        );
    }

    #[test]
    fn rejects_conflicting_and_blank_parameters() {
        assert_eq!(
            url(&link("https://h/?%61pp=slack")),
            "https://h/?%61pp=slack"
        );
        for link in [
            link("https://h/?app=github&t=1"),
            link("https://h/?app"),
            link("https://h/").parameter("app", "github"),
            link("https://h/").account_id(" "),
            link("https://h/").parameter("x", " "),
            link("https://h/").parameter("", "x"),
            link("javascript:alert(1)"),
            link(""),
        ] {
            assert_eq!(link.url().unwrap_err().kind(), ErrorKind::InvalidRequest);
        }
    }

    #[test]
    fn debug_omits_the_link() {
        let link = link("https://h/?token=ctok_marked");
        let debug = format!("{link:?} {:?}", link.url().unwrap());
        assert!(!debug.contains("marked"), "{debug}");
        let error = link.parameter("token", "other").url().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("marked"), "{error}");
    }
}
