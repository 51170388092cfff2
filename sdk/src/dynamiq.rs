//! Dynamiq: what an App needs of each of its end users, and how they give it, through Pipedream Connect among others.
//!
//! An App that was built with Dynamiq can require accounts and credentials of its users. [`App`] asks the App's own host
//! what a user has not given yet; [`Connect`] gives it, on the management host and on behalf of that one user. The two
//! have different credentials, and each handle has the one that its host takes.
//!
//! ```no_run
//! use pipedream_sdk::dynamiq::App;
//!
//! # async fn run() -> Result<(), pipedream_sdk::Error> {
//! let app = App::with_access_key("https://my-app.example.com", "access-key").build()?;
//! let user = app.user("user-42");
//!
//! // The first thing missing, and the page on which the user gives it.
//! let open = user.requirement_link().run().await?;
//! if let Some(page) = &open.link {
//!     // Send the user there, and nobody else: the link holds a token.
//!     let location = page.expose();
//!     # let _ = location;
//! }
//! user.wait_until_complete().wait().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # One by one
//!
//! With a Connect token of Dynamiq all requirements can be listed and fulfilled in any order.
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
//! Above, the account ends up in Dynamiq's Pipedream project. If you run the App's definition yourself, let the user
//! connect it in yours: mint a token of Pipedream for them, wait for the account, and pass it to the App's runtime as
//! `authProvisionId`, together with the user's id.
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
//! Dynamiq's [`ConnectToken`](types::ConnectToken) lives for 24 hours and opens Dynamiq's management host; Pipedream's
//! [`ConnectToken`](crate::types::ConnectToken) lives for four hours at most and connects one account. They are
//! different types, so that neither is sent to the other's host.
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
//! Nor has either handle the operations of the other's host:
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
//! # What is not certain
//!
//! No machine-readable description of this API was found, and nothing of it was measured. The description that this
//! module is generated from says of each fact that is an inference that it is one; the address of the management host
//! is among them, so it can be given ([`AppBuilder::management_url`]).

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

/// The app that the first open requirement is about, and the page of your Pipedream project on which the user connects
/// an account of it; nothing where no token was minted.
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
