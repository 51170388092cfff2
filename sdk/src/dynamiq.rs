//! Client for Dynamiq's end-user requirements.
//!
//! An App that was built with Dynamiq can require accounts and credentials of its users. [`App`] calls the host of
//! the App, which returns the unsatisfied requirements of a user. [`Connect`] calls the management host, which
//! fulfills the requirements of one user, for example through Pipedream Connect. Each handle has the credential of
//! its host.
//!
//! ```no_run
//! use pipedream_sdk::dynamiq::App;
//!
//! # async fn run() -> Result<(), pipedream_sdk::Error> {
//! let app = App::with_access_key("https://my-app.example.com", "access-key").build()?;
//! let user = app.user("user-42");
//!
//! // The first unsatisfied requirement, and the page on which the user fulfills it.
//! let open = user.requirement_link().run().await?;
//! if let Some(page) = &open.link {
//!     // Send only this user there: the link contains a token.
//!     let location = page.expose();
//!     # let _ = location;
//! }
//! user.wait_until_complete().wait().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Individual requirements
//!
//! With a Connect token of Dynamiq, all requirements can be listed and fulfilled in any order.
//!
//! ```no_run
//! # async fn run(user: pipedream_sdk::dynamiq::User) -> Result<(), pipedream_sdk::Error> {
//! use pipedream_sdk::dynamiq::types::RequirementSpec;
//!
//! let connect = user.connect().await?;
//! for requirement in connect.requirements().send().await? {
//!     match &requirement.spec {
//!         RequirementSpec::PipedreamAccountSpec(spec) => {
//!             let page = connect.authorize_pipedream(&requirement.id).send().await?;
//!             println!("{} is connected on a page", spec.data.app_slug);
//!             # let _ = page.url.expose();
//!         }
//!         RequirementSpec::ConnectionSpec(spec) => {
//!             let mut config = serde_json::Map::new();
//!             config.insert("api_key".to_owned(), "…".into());
//!             connect.store_credentials(&requirement.id, &spec.data.type_, config).send().await?;
//!         }
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # With your own Pipedream project
//!
//! In the examples above, the account is connected in Dynamiq's Pipedream project. If you run the App's definition
//! yourself, the user can connect it in your project: create a Pipedream token for the user, wait for the account,
//! and pass its id to the App's runtime as `authProvisionId`, together with the user's id.
//!
//! ```no_run
//! # async fn run(
//! #     user: pipedream_sdk::dynamiq::User, pipedream: pipedream_sdk::Pipedream,
//! # ) -> Result<(), pipedream_sdk::Error> {
//! use pipedream_sdk::dynamiq;
//!
//! let open = user.workflows(&pipedream).self_hosted_requirement_link().run().await?;
//! if let Some((app, page)) = dynamiq::connect_link(&open) {
//!     let location = page.url()?;
//!     // Send the user there, then:
//!     let account = pipedream.user(user.id()).wait_for_account(app).wait().await?;
//!     println!("authProvisionId: {}, external_user_id: {}", account.id, user.id());
//!     # let _ = location;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Two kinds of Connect token
//!
//! Dynamiq's [`ConnectToken`](types::ConnectToken) is valid for 24 hours and authenticates at Dynamiq's management
//! host. Pipedream's [`ConnectToken`](crate::types::ConnectToken) is valid for at most four hours and connects one
//! account. The types are different, so that neither token is sent to the wrong host.
//!
//! ```compile_fail,E0277
//! # fn example(token: pipedream_sdk::types::ConnectToken) {
//! let connect = pipedream_sdk::dynamiq::Connect::builder(token); // a token of Pipedream
//! # }
//! ```
//!
//! ```compile_fail,E0277
//! # fn example(token: pipedream_sdk::dynamiq::types::ConnectToken) {
//! let pipedream = pipedream_sdk::Pipedream::builder().connect_token(token); // a token of Dynamiq
//! # }
//! ```
//!
//! Each handle only has the operations of its own host:
//!
//! ```compile_fail,E0599
//! # async fn example(app: pipedream_sdk::dynamiq::App) {
//! let requirements = app.requirements().send().await; // takes a Connect token
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! # async fn example(connect: pipedream_sdk::dynamiq::Connect) {
//! let status = connect.requirements_status().send().await; // takes an access key
//! # }
//! ```
//!
//! # Limitations
//!
//! Dynamiq publishes no machine-readable description of this API, and this module has not been tested against the
//! service. The description in the repository marks every inferred fact. The URL of the management host is inferred
//! too; to change it, use [`AppBuilder::management_url`].

mod app;
mod builder;
mod connect;
mod wait;

use crate::connect::ConnectLink;

pub use app::{App, User};
pub use builder::{AppBuilder, ConnectBuilder};
pub use connect::Connect;
pub use wait::RequirementsWait;

#[doc(inline)]
pub use pipedream_sdk_generated::dynamiq as raw;
#[doc(inline)]
pub use pipedream_sdk_generated::workflows::dynamiq as workflows;
#[doc(no_inline)]
pub use raw::types;

/// Returns the app of the first unsatisfied requirement, and the link to the page of your Pipedream project.
///
/// The user connects an account of the app on that page. Returns `None` if no token was created.
pub fn connect_link(
    open: &workflows::SelfHostedRequirementLinkOutputs,
) -> Option<(&str, ConnectLink)> {
    let token = open.token.as_ref()?;
    match &open.unsatisfied.first()?.spec {
        types::RequirementSpec::PipedreamAccountSpec(spec) => {
            let app = spec.data.app_slug.as_str();
            Some((app, ConnectLink::new(token, app)))
        }
        _ => None,
    }
}
