//! Runtime of generated SDK code: transport, decoding, retries, pagination, credentials, errors and workflows.
//!
//! This crate contains nothing that is specific to one API. The SDK crate re-exports the items that its users need.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
compile_error!(
    "pipedream-sdk does not support wasm32-unknown-unknown: requests need redirect policies and futures that are \
     `Send`, which the HTTP client of a browser does not have"
);

mod auth;
mod error;
mod http;
mod values;
mod workflow;

pub use self::http::decode;
#[doc(hidden)]
pub use values::nullable;
#[doc(hidden)]
pub use values::object;
pub use values::ordered_map;
pub use workflow::criterion;

pub use self::http::budget::RetryBudget;
pub use self::http::call_builder::{ApiClient, Call, optional_text, required_text, required_value};
pub use self::http::catalog::{OperationCatalog, OperationInfo};
#[doc(hidden)]
pub use self::http::decode::FromStatus;
pub use self::http::decode::{ByteStream, RawResponse};
pub use self::http::form::form_body;
pub use self::http::header::header_value;
#[cfg(feature = "tower")]
pub use self::http::layer::{AttemptService, BoxError, Layers};
pub use self::http::multipart::Multipart;
#[doc(hidden)]
pub use self::http::multipart::{DeclaredPart, PartKind};
pub use self::http::operation::{CredentialLocation, Operation, Scheme};
pub use self::http::options::CallOptions;
pub use self::http::pages::{Direction, Items, Pages, Paginated};
pub use self::http::parameter::ParameterStyle;
pub use self::http::query::QueryParam;
pub use self::http::rate_limit::RateLimit;
pub use self::http::request::RequestBuilder;
pub use self::http::response::{Outcome, Response};
pub use self::http::segment::{encode, segment, whole_segment};
pub use self::http::server::Server;
#[doc(hidden)]
pub use self::http::settings::HttpSettings;
pub use self::http::transport::{Transport, TransportBuilder};
pub use auth::client_credentials::ClientCredentials;
#[cfg(feature = "private-key-jwt")]
pub use auth::client_credentials::{InvalidKey, PrivateKey};
pub use auth::credentials::{Credentials, FixedSecret, SecretFn};
pub use error::message::one_line;
pub use error::{Error, ErrorKind, ReportedError, ReportedFailure};
pub use values::enumeration::UnlistedValue;
pub use values::json_fields::JsonFields;
pub use values::number::{NotFinite, Number};
pub use values::ordered_map::OrderedMap;
pub use values::seconds::Seconds;
pub use values::secret::{Redacted, SecretString};
pub use values::string_newtype::{InvalidValue, Rules};
pub use workflow::call::WorkflowCall;
pub use workflow::catalog::{StepInfo, WorkflowInfo};
pub use workflow::context::StepContext;
pub use workflow::engine::{Advanced, WorkflowRun};
pub use workflow::error::{
    MissingValue, StepError, UnmetCriterion, UnusableValue, WorkflowError, WorkflowErrorKind,
};
#[doc(hidden)]
pub use workflow::json::AnyCall;
pub use workflow::json::check::InputViolation;
pub use workflow::json::run::{JsonAdvanced, JsonRun};
pub use workflow::json::{JsonCall, WorkflowSet, run_json};
pub use workflow::options::{OnUncertain, RecordResult, RunOptions};
pub use workflow::outcome::{StepOutcome, expect_status, expect_success};
pub use workflow::progress::Progress;
pub use workflow::record::{RecordError, WorkflowRecord};
pub use workflow::response::{AcceptedResponse, StepResponse, header_text};
pub use workflow::{
    StepId, StepResult, Steps, Workflow, WorkflowBuilder, WorkflowInputs, finished,
};

/// Items that the macros of this crate use in the code they expand to.
#[doc(hidden)]
pub mod __private {
    pub use crate::http::pages::Page;
    pub use crate::values::union::{BestVariant, tag};
    pub use chrono;
    pub use serde;
    pub use serde_json;

    pub use crate::workflow::{Expiry, step_of_id};
}
