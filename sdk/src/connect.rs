//! What the description of the API does not have: values to hand over, and ways to and through a user's account.
//!
//! ```no_run
//! use pipedream_sdk::Pipedream;
//! use pipedream_sdk::connect::{ConnectLink, CustomFields, Props, ReportsFailure as _};
//!
//! # async fn run(pipedream: Pipedream) -> Result<(), pipedream_sdk::Error> {
//! let user = pipedream.user("user-42");
//!
//! // A page on which the user connects an account.
//! let token = user.tokens().create().send().await?;
//! let page = ConnectLink::new(&token, "slack").url()?;
//! // Send the user there, then:
//! let slack = user.wait_for_account("slack").wait().await?;
//!
//! // Or, with keys that you have already, without a page.
//! let fields = CustomFields::new().set("api_key", "sk-…");
//! let connected = user.workflows().connect_account_onboarding("openai", fields).run().await?;
//!
//! // What a component is to work with.
//! let props = Props::new().account("openai", &connected.account_id).value("prompt", "Hello");
//! let run = user.actions().run("openai-chat").configured_props(props).send().await?;
//! // A run that failed is answered with a 200 all the same.
//! let run = run.error_for_failure()?;
//!
//! // Any request to the app itself.
//! let openai = user.proxy_as(&connected.account_id);
//! let models = openai.get("https://api.openai.com/v1/models").send().await?.text().await?;
//! # let _ = (page, slack, run, models);
//! # Ok(())
//! # }
//! ```

mod endpoint;
mod failures;
mod fields;
mod invoke;
mod link;
mod props;
mod proxy;
mod response;
mod target;
#[cfg(feature = "tower")]
mod tower;
mod wait;

pub use failures::ReportsFailure;
pub use fields::CustomFields;
pub use invoke::{Invocation, InvokeAuth};
pub use link::ConnectLink;
pub use pipedream_sdk_runtime::{ReportedError, ReportedFailure};
pub use props::Props;
pub use proxy::{AccountProxy, ProxyRequest};
pub use response::HttpResponse;
#[cfg(feature = "tower")]
pub use tower::ResponseBody;
pub use wait::AccountWait;
