//! Every schema of the document with its generated type.

use std::fmt::Debug;

use pipedream_sdk_generated::pipedream::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Decodes a value as the type of a schema and encodes it again. Returns the error if it does not decode.
///
/// A null value is accepted, because nullability belongs to the use of a schema.
pub type RoundTrip = fn(&Value) -> Result<Value, String>;

fn round_trip<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, String> {
    // Decodes a string, as a response is: decoding a `Value` takes other code paths.
    let decoded: Option<T> =
        serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())?;
    let encoded = serde_json::to_string(&decoded).map_err(|error| error.to_string())?;
    serde_json::from_str(&encoded).map_err(|error| error.to_string())
}

/// Decodes a value as the type of a schema and returns all `Debug` output.
pub type Show = fn(&Value) -> Result<String, String>;

fn show<T: DeserializeOwned + Debug>(value: &Value) -> Result<String, String> {
    let decoded: Option<T> =
        serde_json::from_str(&value.to_string()).map_err(|it| it.to_string())?;
    Ok(format!("{decoded:?} {decoded:#?}"))
}

macro_rules! types {
    ($($name:ident)*) => {
        /// Schemas by name.
        pub const TYPES: &[(&str, RoundTrip, Show)] =
            &[$((stringify!($name), round_trip::<types::$name>, show::<types::$name>)),*];
    };
}

/// Schemas without a type of their own: the base of all props is inlined, and proxied responses are bytes.
pub const WITHOUT_TYPE: [&str; 3] = [
    "ConfigurablePropBase",
    "ProxyResponse",
    "ProxyResponseBinary",
];

types! {
    Account
    AccountId
    App
    AppAuthType
    AppCategory
    AppConnect
    AppOverride
    AppOverrideId
    AppScopeProfile
    Component
    ComponentStash
    ComponentType
    ConfigurableProp
    ConfigurablePropAirtableBaseId
    ConfigurablePropAirtableFieldId
    ConfigurablePropAirtableTableId
    ConfigurablePropAirtableViewId
    ConfigurablePropAlert
    ConfigurablePropAlertType
    ConfigurablePropAny
    ConfigurablePropApp
    ConfigurablePropApphook
    ConfigurablePropBoolean
    ConfigurablePropDataStore
    ConfigurablePropDb
    ConfigurablePropDir
    ConfigurablePropDirAccessMode
    ConfigurablePropDiscord
    ConfigurablePropDiscordChannel
    ConfigurablePropDiscordChannelArray
    ConfigurablePropHttp
    ConfigurablePropHttpRequest
    ConfigurablePropInteger
    ConfigurablePropIntegerArray
    ConfigurablePropObject
    ConfigurablePropSql
    ConfigurablePropSqlAuth
    ConfigurablePropString
    ConfigurablePropStringArray
    ConfigurablePropStringFormat
    ConfigurablePropTimer
    ConfigurablePropTimerDefault
    ConfigurablePropTimerOption
    ConfigurablePropTimerStatic
    ConfigurePropOptions
    ConfigurePropOpts
    ConfigurePropResponse
    ConfiguredPropValue
    ConfiguredPropValueAny
    ConfiguredPropValueApp
    ConfiguredPropValueBoolean
    ConfiguredPropValueInteger
    ConfiguredPropValueObject
    ConfiguredPropValueSql
    ConfiguredPropValueString
    ConfiguredPropValueStringArray
    ConfiguredProps
    ConnectToken
    ConnectUsage
    ConnectUsageResponse
    CreateAccountOpts
    CreateAppOverrideOpts
    CreateOAuthTokenOpts
    CreateOAuthTokenResponse
    CreateOauthAppOpts
    CreateProjectOpts
    CreateRateLimitOpts
    CreateRateLimitResponse
    CreateTokenOpts
    CreateTokenResponse
    CustomFields
    DeployTriggerOpts
    DeployTriggerResponse
    DeployedComponent
    DynamicProps
    EmittedEvent
    Emitter
    EmitterType
    ErrorResponse
    ExternalUser
    GetAppCategoryResponse
    GetAppResponse
    GetComponentResponse
    GetComponentsResponse
    GetTriggerEventsResponse
    GetTriggerResponse
    GetTriggerWebhooksResponse
    GetTriggerWorkflowsResponse
    GetTriggersResponse
    GetUsersResponse
    GetWebhookResponse
    GetWebhookWithSigningKeyResponse
    HttpInterface
    HttpRequestAuth
    HttpRequestBody
    HttpRequestConfig
    HttpRequestField
    ListAccountsResponse
    ListAppCategoriesResponse
    ListAppOverridesResponse
    ListAppsResponse
    ListOauthAppsResponse
    ListProjectsResponse
    OauthApp
    OauthAppId
    Observation
    ObservationError
    PageInfo
    Project
    ProjectEnvironment
    ProjectId
    ProjectInfoResponse
    ProjectInfoResponseApp
    PropOption
    PropOptionNested
    PropOptionValue
    RateLimitToken
    ReloadPropsOpts
    ReloadPropsResponse
    RunActionOpts
    RunActionOptsStashId
    RunActionResponse
    SetWebhookOpts
    SetWebhookResponse
    StashId
    TimerCron
    TimerInterface
    TimerInterval
    ToolAnnotations
    TriggerId
    TriggerWebhook
    UpdateAppOverrideOpts
    UpdateOauthAppOpts
    UpdateProjectLogoOpts
    UpdateProjectOpts
    UpdateTriggerOpts
    UpdateTriggerWebhooksOpts
    UpdateTriggerWorkflowsOpts
    ValidateTokenResponse
    Webhook
    WebhookDeliveryState
    WebhookWithOptionalSigningKey
    WebhookWithSigningKey
}

/// Returns the round trip of the type of a schema.
pub fn round_trip_of(schema: &str) -> RoundTrip {
    let found = TYPES.iter().find(|(name, ..)| *name == schema);
    found.expect("a type for the schema").1
}
