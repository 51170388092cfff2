//! Builders of [`App`] and [`Connect`].

use std::time::Duration;

use pipedream_sdk_runtime::{FixedSecret, Transport, TransportBuilder};

use super::raw::{self, operations, servers};
use super::types::ConnectToken;
use super::{App, Connect};
use crate::Error;
use crate::builder::BaseUrl;
use crate::call::CallOptions;
use crate::credentials::SecretString;

const APP_URL: &str = "DYNAMIQ_APP_URL";
const ACCESS_KEY: &str = "DYNAMIQ_ACCESS_KEY";
/// The vendor's runtime reads this variable too.
const MANAGEMENT_URL: &str = "DYNAMIQ_URL";

/// Settings of both builders.
#[derive(Clone, Debug)]
struct Settings {
    management_url: BaseUrl,
    allow_http: bool,
    user_agent: Option<String>,
    options: CallOptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            management_url: BaseUrl(servers::MANAGEMENT.url.to_owned()),
            allow_http: false,
            user_agent: None,
            options: CallOptions::new(),
        }
    }
}

impl Settings {
    /// Returns the builder of a transport to this host and the management host.
    fn transport(&self, host: &str) -> TransportBuilder {
        Transport::builder(host)
            .server(servers::MANAGEMENT.name, &*self.management_url.0)
            .allow_http(self.allow_http)
            .user_agent(crate::builder::user_agent(self.user_agent.as_deref()))
            .options(self.options.clone())
    }
}

/// Builder for [`App`].
#[derive(Clone, Debug)]
#[must_use]
pub struct AppBuilder {
    url: BaseUrl,
    access_key: Option<SecretString>,
    settings: Settings,
}

/// Builder for [`Connect`] with an existing token.
#[derive(Clone, Debug)]
#[must_use]
pub struct ConnectBuilder {
    token: ConnectToken,
    settings: Settings,
}

impl App {
    /// Creates a builder for a private App.
    ///
    /// The URL is `https://` and the hostname of the deployment. The access key is one of the App's organization or
    /// project.
    pub fn with_access_key(
        url: impl Into<String>,
        access_key: impl Into<SecretString>,
    ) -> AppBuilder {
        AppBuilder {
            url: BaseUrl(url.into()),
            access_key: Some(access_key.into()),
            settings: Settings::default(),
        }
    }

    /// Creates a builder for a public App, to which no credential is sent.
    pub fn public(url: impl Into<String>) -> AppBuilder {
        AppBuilder {
            url: BaseUrl(url.into()),
            access_key: None,
            settings: Settings::default(),
        }
    }

    /// Creates a client from environment variables.
    ///
    /// - `DYNAMIQ_APP_URL`: URL of the App
    /// - `DYNAMIQ_ACCESS_KEY`: access key; if it is not set, the App is public
    /// - `DYNAMIQ_URL`: URL of the management host; the vendor's runtime reads the same variable
    pub fn from_env() -> Result<Self, Error> {
        from_variables(|name| std::env::var(name).ok())
    }
}

/// Creates a client from variables. A blank variable counts as not set.
fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<App, Error> {
    let read = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
    let url = read(APP_URL).ok_or_else(|| Error::configuration(format!("{APP_URL} is not set")))?;
    let mut builder = match read(ACCESS_KEY) {
        Some(key) => App::with_access_key(url, key),
        None => App::public(url),
    };
    if let Some(url) = read(MANAGEMENT_URL) {
        builder = builder.management_url(url);
    }
    builder.build()
}

impl Connect {
    /// Creates a builder with a Dynamiq Connect token, which [`User::connect`](super::User::connect) creates.
    pub fn builder(token: impl Into<ConnectToken>) -> ConnectBuilder {
        ConnectBuilder {
            token: token.into(),
            settings: Settings::default(),
        }
    }
}

/// Implements the setters of both builders.
macro_rules! settings {
    ($($builder:ident),*) => {$(
        impl $builder {
            /// Sets the URL of the management host. Default: `https://api.getdynamiq.ai`.
            ///
            /// The default is inferred from the vendor's runtime; the vendor's documentation has a placeholder.
            pub fn management_url(mut self, url: impl Into<String>) -> Self {
                self.settings.management_url = BaseUrl(url.into());
                self
            }

            /// Allows `http` URLs for hosts other than the local machine.
            pub fn allow_http(mut self, allow: bool) -> Self {
                self.settings.allow_http = allow;
                self
            }

            /// Sets the total time limit of a call, including retries. Default: none.
            pub fn timeout(mut self, timeout: Duration) -> Self {
                self.settings.options = self.settings.options.timeout(timeout);
                self
            }

            /// Sets the maximum number of retries. Default: 2.
            pub fn max_retries(mut self, max: u32) -> Self {
                self.settings.options = self.settings.options.max_retries(max);
                self
            }

            /// Appends the name and version of your program to the `User-Agent` header.
            pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
                self.settings.user_agent = Some(suffix.into());
                self
            }

            /// Sets the options of all calls, replacing those that were set before.
            pub fn options(mut self, options: CallOptions) -> Self {
                self.settings.options = options;
                self
            }
        }
    )*};
}

settings!(AppBuilder, ConnectBuilder);

impl AppBuilder {
    /// Builds the client. Returns an error if a URL or the access key is invalid.
    pub fn build(self) -> Result<App, Error> {
        let mut transport = self.settings.transport(&self.url.0).build()?;
        if let Some(key) = self.access_key {
            if key.is_blank() {
                return Err(Error::configuration(
                    "the access key is blank: use `App::public` for a public App",
                ));
            }
            let key = FixedSecret::new([operations::SCHEME_ACCESS_KEY.name], key);
            transport = transport.with_options(CallOptions::new().credentials(key));
        }
        Ok(App::new(raw::Client::new(transport)))
    }
}

impl ConnectBuilder {
    /// Builds the client. Returns an error if the URL or the token is invalid.
    pub fn build(self) -> Result<Connect, Error> {
        if self.token.expose().trim().is_empty() {
            return Err(Error::configuration("the Connect token is blank"));
        }
        // This client does not call an App, so both hosts are the management host.
        let transport = self
            .settings
            .transport(&self.settings.management_url.0)
            .build()?;
        Ok(Connect::new(&raw::Client::new(transport), &self.token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn from(variables: &[(&str, &str)]) -> Result<App, String> {
        let find = |name: &str| variables.iter().find(|(other, _)| *other == name);
        from_variables(|name| find(name).map(|(_, value)| (*value).to_owned()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_url_and_access_key_from_the_environment() {
        let app = from(&[
            (APP_URL, "https://a.example/"),
            (ACCESS_KEY, "marked-secret"),
        ])
        .unwrap();
        assert_eq!(app.url(), "https://a.example");
        let debug = format!("{app:?}");
        assert!(
            debug.contains("accessKey") && !debug.contains("marked-secret"),
            "{debug}"
        );
        let public = from(&[(APP_URL, "https://a.example"), (ACCESS_KEY, " ")]).unwrap();
        assert!(!format!("{public:?}").contains("accessKey"));
        assert!(from(&[]).unwrap_err().contains(APP_URL));
        let invalid = from(&[(APP_URL, "https://a.example"), (MANAGEMENT_URL, "nowhere")]);
        assert!(invalid.unwrap_err().contains("`management`"));
    }

    #[test]
    fn rejects_invalid_settings() {
        let errors = [
            App::public("http://a.example").build().unwrap_err(),
            App::with_access_key("https://a.example", " ")
                .build()
                .unwrap_err(),
            Connect::builder("").build().unwrap_err(),
            Connect::builder("t")
                .management_url("ftp://x")
                .build()
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        }
    }

    #[test]
    fn debug_of_builders_omits_secrets() {
        let debug = format!(
            "{:?} {:?} {:?}",
            App::with_access_key("https://a.example", "marked-secret"),
            Connect::builder("marked-secret"),
            Connect::builder("marked-secret").build().unwrap(),
        );
        assert!(!debug.contains("marked"), "{debug}");
    }
}
