//! Features that the API description does not declare: props, custom fields, Connect links, and requests to apps.
//!
//! ```no_run
//! use pipedream_sdk::Pipedream;
//! use pipedream_sdk::connect::{ConnectLink, CustomFields, Props, ReportsFailure as _};
//!
//! # async fn run(pipedream: Pipedream) -> Result<(), pipedream_sdk::Error> {
//! let user = pipedream.user("user-42");
//!
//! // Link to the page on which the user connects an account.
//! let token = user.tokens().create().send().await?;
//! let page = ConnectLink::new(&token, "slack").url()?;
//! // Send the user there, then:
//! let slack = user.wait_for_account("slack").wait().await?;
//!
//! // Alternatively, connect an account with existing keys, without the page.
//! let fields = CustomFields::new().set("api_key", "sk-…");
//! let connected = user.workflows().connect_account_onboarding("openai", fields).run().await?;
//!
//! // Configure and run an action.
//! let props = Props::new().account("openai", &connected.account_id).value("prompt", "Hello");
//! let run = user.actions().run("openai-chat").configured_props(props).send().await?;
//! // The response of a failed run has the status 200 too.
//! let run = run.error_for_failure()?;
//!
//! // Send a request to the app itself.
//! let openai = user.proxy_as(&connected.account_id);
//! let models = openai.get("https://api.openai.com/v1/models").send().await?.text().await?;
//! # let _ = (page, slack, run, models);
//! # Ok(())
//! # }
//! ```

mod endpoint;
mod failures;
mod invoke;
mod link;
mod props;
mod proxy;
mod response;
mod returned;
mod target;
#[cfg(feature = "tower")]
mod tower;
mod wait;

pub use failures::ReportsFailure;
pub use invoke::{Invocation, InvokeAuth};
pub use link::ConnectLink;
pub use pipedream_sdk_generated::pipedream::types::CustomFields;
pub use pipedream_sdk_runtime::{ReportedError, ReportedFailure};
pub use props::Props;
pub use proxy::{AccountProxy, ProxyRequest};
pub use response::HttpResponse;
pub use returned::ReturnsValue;
#[cfg(feature = "tower")]
pub use tower::ResponseBody;
pub use wait::AccountWait;
