//! Putting the handles of the two hosts together, and telling what is wrong with their settings.

use std::time::Duration;

use pipedream_sdk_runtime::{FixedSecret, Transport, TransportBuilder};

use super::raw::{self, operations, servers};
use super::types::ConnectToken;
use super::{App, Connect};
use crate::Error;
use crate::call::CallOptions;
use crate::credentials::SecretString;

const APP_URL: &str = "DYNAMIQ_APP_URL";
const ACCESS_KEY: &str = "DYNAMIQ_ACCESS_KEY";
/// The vendor's own runtime reads this one.
const MANAGEMENT_URL: &str = "DYNAMIQ_URL";

/// What both handles can be told.
#[derive(Clone, Debug)]
struct Settings {
    management_url: String,
    allow_http: bool,
    user_agent: Option<String>,
    options: CallOptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            management_url: servers::MANAGEMENT.url.to_owned(),
            allow_http: false,
            user_agent: None,
            options: CallOptions::new(),
        }
    }
}

impl Settings {
    /// A transport to this host, which knows the management host by its name.
    fn transport(&self, host: &str) -> TransportBuilder {
        Transport::builder(host)
            .server(servers::MANAGEMENT.name, &*self.management_url)
            .allow_http(self.allow_http)
            .user_agent(crate::builder::user_agent(self.user_agent.as_deref()))
            .options(self.options.clone())
    }
}

/// Makes an [`App`].
#[derive(Clone, Debug)]
#[must_use]
pub struct AppBuilder {
    url: String,
    access_key: Option<SecretString>,
    settings: Settings,
}

/// Makes a [`Connect`] from a token that was minted elsewhere.
#[derive(Clone, Debug)]
#[must_use]
pub struct ConnectBuilder {
    token: ConnectToken,
    settings: Settings,
}

impl App {
    /// A private App at this address, `https://` and the hostname that it was given when it was deployed, with an
    /// access key of its organisation or project.
    pub fn with_access_key(
        url: impl Into<String>,
        access_key: impl Into<SecretString>,
    ) -> AppBuilder {
        AppBuilder {
            url: url.into(),
            access_key: Some(access_key.into()),
            settings: Settings::default(),
        }
    }

    /// A public App at this address: it takes no credential, and none is sent.
    pub fn public(url: impl Into<String>) -> AppBuilder {
        AppBuilder {
            url: url.into(),
            access_key: None,
            settings: Settings::default(),
        }
    }

    /// With what the environment variables say.
    ///
    /// - `DYNAMIQ_APP_URL`: the address of the App
    /// - `DYNAMIQ_ACCESS_KEY`: the access key; without it, the App is taken for a public one
    /// - `DYNAMIQ_URL`: another address of the management host, as the vendor's own runtime reads it
    pub fn from_env() -> Result<Self, Error> {
        from_variables(|name| std::env::var(name).ok())
    }
}

/// What the variables say. A blank one counts as not set.
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
    /// With a Connect token of Dynamiq, as [`User::connect`](super::User::connect) mints it.
    pub fn builder(token: impl Into<ConnectToken>) -> ConnectBuilder {
        ConnectBuilder {
            token: token.into(),
            settings: Settings::default(),
        }
    }
}

/// The settings that both builders take.
macro_rules! settings {
    ($($builder:ident),*) => {$(
        impl $builder {
            /// Another address of the management host. The default, `https://api.getdynamiq.ai`, is inferred from the
            /// vendor's runtime: its pages print a placeholder.
            pub fn management_url(mut self, url: impl Into<String>) -> Self {
                self.settings.management_url = url.into();
                self
            }

            /// Allows addresses without encryption on other hosts than this machine.
            pub fn allow_http(mut self, allow: bool) -> Self {
                self.settings.allow_http = allow;
                self
            }

            /// How long a call may take over all; without a limit by default.
            pub fn timeout(mut self, timeout: Duration) -> Self {
                self.settings.options = self.settings.options.timeout(timeout);
                self
            }

            /// How often a call is repeated at most; 2 by default, 0 for never.
            pub fn max_retries(mut self, max: u32) -> Self {
                self.settings.options = self.settings.options.max_retries(max);
                self
            }

            /// The name and version of your program, to stand in the `User-Agent` after this crate's.
            pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
                self.settings.user_agent = Some(suffix.into());
                self
            }

            /// Other options of all calls, in place of those that were set before.
            pub fn options(mut self, options: CallOptions) -> Self {
                self.settings.options = options;
                self
            }
        }
    )*};
}

settings!(AppBuilder, ConnectBuilder);

impl AppBuilder {
    /// The handle, unless an address or the access key cannot be one.
    pub fn build(self) -> Result<App, Error> {
        let mut transport = self.settings.transport(&self.url).build()?;
        if let Some(key) = self.access_key {
            if key.is_blank() {
                return Err(Error::configuration(
                    "the access key is blank; a public App is made with `App::public`",
                ));
            }
            let key = FixedSecret::new([operations::SCHEME_ACCESS_KEY.name], key);
            transport = transport.with_options(CallOptions::new().credentials(key));
        }
        Ok(App::new(raw::Client::new(transport)))
    }
}

impl ConnectBuilder {
    /// The handle, unless the address or the token cannot be one.
    pub fn build(self) -> Result<Connect, Error> {
        if self.token.expose().trim().is_empty() {
            return Err(Error::configuration("the Connect token is blank"));
        }
        // No App is called through this handle.
        let transport = self
            .settings
            .transport(&self.settings.management_url)
            .build()?;
        Ok(Connect::new(&raw::Client::new(transport), &self.token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn from(variables: &[(&str, &str)]) -> Result<App, String> {
        let found = |name: &str| variables.iter().find(|(other, _)| *other == name);
        from_variables(|name| found(name).map(|(_, value)| (*value).to_owned()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_says_which_app_and_with_which_key() {
        let app = from(&[
            (APP_URL, "https://a.example/"),
            (ACCESS_KEY, "marked-secret"),
        ])
        .unwrap();
        assert_eq!(app.url(), "https://a.example");
        let shown = format!("{app:?}");
        assert!(
            shown.contains("accessKey") && !shown.contains("marked-secret"),
            "{shown}"
        );
        let public = from(&[(APP_URL, "https://a.example"), (ACCESS_KEY, " ")]).unwrap();
        assert!(!format!("{public:?}").contains("accessKey"));
        assert!(from(&[]).unwrap_err().contains(APP_URL));
        let told = from(&[(APP_URL, "https://a.example"), (MANAGEMENT_URL, "nowhere")]);
        assert!(told.unwrap_err().contains("`management`"));
    }

    #[test]
    fn what_cannot_be_meant_is_an_error_before_anything_is_sent() {
        let problems = [
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
        for problem in problems {
            assert_eq!(problem.kind(), ErrorKind::Configuration, "{problem}");
        }
    }

    #[test]
    fn builders_do_not_print_their_secrets() {
        let shown = format!(
            "{:?} {:?} {:?}",
            App::with_access_key("https://a.example", "marked-secret"),
            Connect::builder("marked-secret"),
            Connect::builder("marked-secret").build().unwrap(),
        );
        assert!(!shown.contains("marked"), "{shown}");
    }
}
