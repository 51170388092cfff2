//! What goes into requests and comes back in answers.

#![allow(clippy::large_enum_variant)]

use ::pipedream_sdk_runtime as runtime;

/// One third-party account that an end user has connected, and how its credentials are doing.
/// Everything but the id may be missing, depending on the app and on what was asked for.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct Account {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<App>,
    /// OAuth scopes that the third party really granted, which may be fewer than were asked for. An app
    /// without OAuth has an empty list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorized_scopes: Vec<String>,
    /// When the end user first connected the account (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The secrets themselves. Present only if the request set `include_credentials`, and only for accounts
    /// connected through an OAuth client of your own. Apps add fields of their own, such as `api_key` or
    /// `base_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<AccountCredentials>,
    /// True once the vendor has given up on the credentials; the end user then has to connect again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<bool>,
    /// Why the account is unhealthy or dead, in words for a person. Null while all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When the current credentials cease to work (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The end user who owns the account, by the identifier that your own system uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Whether the credentials worked when they were last tried. An account that is not healthy is tried
    /// again from time to time and may recover by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy: Option<bool>,
    pub id: AccountId,
    /// Latest refresh of the credentials (RFC 3339); null if there has been none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_refreshed_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Label of the account, chosen when it was connected or taken from the third party, such as an e-mail
    /// address. Null when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the vendor intends to refresh the credentials again (RFC 3339); null if it does not intend to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_refresh_at: Option<chrono::DateTime<chrono::Utc>>,
    /// When anything about the account last changed (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// The secrets themselves. Present only if the request set `include_credentials`, and only for accounts
/// connected through an OAuth client of your own. Apps add fields of their own, such as `api_key` or
/// `base_url`.
#[derive(Clone, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct AccountCredentials {
    /// Token to send to the third party's API. Short-lived; fetch the account anew rather than storing it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_access_token: Option<runtime::SecretString>,
    /// Client id under which the third party issued the tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_client_id: Option<String>,
    /// Token from which new access tokens are obtained. The vendor refreshes by itself, so you rarely need
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_refresh_token: Option<runtime::SecretString>,
    /// Address of the service that signs requests, for the few apps whose OAuth needs one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_signer_uri: Option<String>,
    /// Who the end user is at the third party, by that party's own identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_uid: Option<String>,
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl std::fmt::Debug for AccountCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AccountCredentials").field(&runtime::Redacted).finish()
    }
}

/// Identifies one connected account (the vendor calls it an auth provision). It always begins with
/// `apn_`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountId(String);
runtime::impl_text!(AccountId, runtime::Rules::new().pattern("^apn_[a-zA-Z0-9]+$"));

/// A third-party service that end users can connect, as the catalogue lists it.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct App {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<AppAuthType>,
    /// Names of the categories under which the catalogue files the app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Fields that the end user has to fill in to connect (such as an API key or a host), as a JSON array
    /// inside a string. Apps with OAuth only often have `[]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_fields_json: Option<String>,
    /// A sentence or two on what the service does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How prominent the app is: a larger number sorts further up. Use it for ordering only, the scale is
    /// the vendor's and moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub featured_weight: Option<runtime::Number>,
    /// Catalogue id of the app. Only apps that use OAuth have one; otherwise null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Address of a logo that can be shown beside the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub img_src: Option<String>,
    /// Name to show to people, for instance `Google Sheets`.
    pub name: String,
    /// Short stable name by which requests refer to the app, for instance `google_sheets`. The Connect Link
    /// takes it as `app`.
    pub name_slug: String,
}

/// How an end user proves who they are to the app: `oauth` redirects to a consent screen, `keys` asks
/// for values such as API keys, `none` needs nothing.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AppAuthType {
    /// `keys`
    Keys,
    /// `oauth`
    Oauth,
    /// `none`
    None,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    AppAuthType { Keys = "keys", Oauth = "oauth", None = "none" } else Unknown
);

/// A heading of the app catalogue, such as CRM or Databases.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct AppCategory {
    /// What kind of apps stand under this heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Identifier to filter apps with; the ones in circulation begin with `appcat_`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Heading to show to people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A category's id, beginning with `appcat_`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CategoryId(String);
runtime::impl_text!(CategoryId, runtime::Rules::new().pattern("^appcat_[a-zA-Z0-9]+$"));

/// An action or a trigger from the registry, with the inputs (props) it wants to have configured.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct Component {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<ToolAnnotations>,
    /// `action` or `trigger`. Open text here, unlike in requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_type: Option<String>,
    /// The inputs, in the order in which a form should show them. A prop with `reloadProps` may change
    /// those that follow.
    pub configurable_props: Vec<ConfigurableProp>,
    /// What the component does; may contain Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Registry key of the component, such as `slack-send-message`. Requests take it as `id`.
    pub key: String,
    /// Title to show to people.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stash: Option<ComponentStash>,
    /// Version that the key stands for at present, three numbers with dots between them.
    pub version: ComponentVersion,
}

/// Whether a run of the component can (`optional`) or must (`required`) be given a File Stash for its
/// files.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ComponentStash {
    /// `optional`
    Optional,
    /// `required`
    Required,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    ComponentStash { Optional = "optional", Required = "required" } else Unknown
);

/// Which of the two kinds: an `action` runs when told to, a `trigger` is deployed and emits events.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ComponentType {
    /// `trigger`
    Trigger,
    /// `action`
    Action,
}
runtime::impl_closed_enum!(ComponentType { Trigger = "trigger", Action = "action" });

/// Version that the key stands for at present, three numbers with dots between them.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ComponentVersion(String);
runtime::impl_text!(
    ComponentVersion, runtime::Rules::new().pattern("^\\d+\\.\\d+\\.\\d+$")
);

/// One input of a component. `type` says which kind it is and so which of the alternatives below
/// applies; treat a kind you do not know as free JSON.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ConfigurableProp {
    Alert(ConfigurablePropAlert),
    Any(ConfigurablePropAny),
    App(ConfigurablePropApp),
    Boolean(ConfigurablePropBoolean),
    DataStore(ConfigurablePropDataStore),
    Dir(ConfigurablePropDir),
    Timer(ConfigurablePropTimer),
    Apphook(ConfigurablePropApphook),
    IntegerArray(ConfigurablePropIntegerArray),
    Http(ConfigurablePropHttp),
    HttpRequest(ConfigurablePropHttpRequest),
    Db(ConfigurablePropDb),
    Sql(ConfigurablePropSql),
    AirtableBaseId(ConfigurablePropAirtableBaseId),
    AirtableTableId(ConfigurablePropAirtableTableId),
    AirtableViewId(ConfigurablePropAirtableViewId),
    AirtableFieldId(ConfigurablePropAirtableFieldId),
    DiscordChannel(ConfigurablePropDiscordChannel),
    DiscordChannelArray(ConfigurablePropDiscordChannelArray),
    Discord(ConfigurablePropDiscord),
    Integer(ConfigurablePropInteger),
    Object(ConfigurablePropObject),
    String(ConfigurablePropString),
    StringArray(ConfigurablePropStringArray),
    /// What none of the others can decode, as it came.
    Unknown(serde_json::Value),
}
runtime::impl_from_variants!(
    ConfigurableProp { Alert(ConfigurablePropAlert), Any(ConfigurablePropAny),
    App(ConfigurablePropApp), Boolean(ConfigurablePropBoolean),
    DataStore(ConfigurablePropDataStore), Dir(ConfigurablePropDir),
    Timer(ConfigurablePropTimer), Apphook(ConfigurablePropApphook),
    IntegerArray(ConfigurablePropIntegerArray), Http(ConfigurablePropHttp),
    HttpRequest(ConfigurablePropHttpRequest), Db(ConfigurablePropDb),
    Sql(ConfigurablePropSql), AirtableBaseId(ConfigurablePropAirtableBaseId),
    AirtableTableId(ConfigurablePropAirtableTableId),
    AirtableViewId(ConfigurablePropAirtableViewId),
    AirtableFieldId(ConfigurablePropAirtableFieldId),
    DiscordChannel(ConfigurablePropDiscordChannel),
    DiscordChannelArray(ConfigurablePropDiscordChannelArray),
    Discord(ConfigurablePropDiscord), Integer(ConfigurablePropInteger),
    Object(ConfigurablePropObject), String(ConfigurablePropString),
    StringArray(ConfigurablePropStringArray) }
);
runtime::impl_tagged_union!(
    ConfigurableProp by "type" { "alert" => Alert, "any" => Any, "app" => App, "boolean"
    => Boolean, "data_store" => DataStore, "dir" => Dir, "$.interface.timer" => Timer,
    "$.interface.apphook" => Apphook, "integer[]" => IntegerArray, "$.interface.http" =>
    Http, "http_request" => HttpRequest, "$.service.db" => Db, "sql" => Sql,
    "$.airtable.baseId" => AirtableBaseId, "$.airtable.tableId" => AirtableTableId,
    "$.airtable.viewId" => AirtableViewId, "$.airtable.fieldId" => AirtableFieldId,
    "$.discord.channel" => DiscordChannel | Discord, "$.discord.channel[]" =>
    DiscordChannelArray, "integer" => Integer, "object" => Object, "string" => String,
    "string[]" => StringArray, } else Unknown
);

impl ConfigurableProp {
    /// The property `description`, which every variant may have.
    pub fn description(&self) -> Option<&str> {
        match self {
            Self::Alert(value) => value.description.as_deref(),
            Self::Any(value) => value.description.as_deref(),
            Self::App(value) => value.description.as_deref(),
            Self::Boolean(value) => value.description.as_deref(),
            Self::DataStore(value) => value.description.as_deref(),
            Self::Dir(value) => value.description.as_deref(),
            Self::Timer(value) => value.description.as_deref(),
            Self::Apphook(value) => value.description.as_deref(),
            Self::IntegerArray(value) => value.description.as_deref(),
            Self::Http(value) => value.description.as_deref(),
            Self::HttpRequest(value) => value.description.as_deref(),
            Self::Db(value) => value.description.as_deref(),
            Self::Sql(value) => value.description.as_deref(),
            Self::AirtableBaseId(value) => value.description.as_deref(),
            Self::AirtableTableId(value) => value.description.as_deref(),
            Self::AirtableViewId(value) => value.description.as_deref(),
            Self::AirtableFieldId(value) => value.description.as_deref(),
            Self::DiscordChannel(value) => value.description.as_deref(),
            Self::DiscordChannelArray(value) => value.description.as_deref(),
            Self::Discord(value) => value.description.as_deref(),
            Self::Integer(value) => value.description.as_deref(),
            Self::Object(value) => value.description.as_deref(),
            Self::String(value) => value.description.as_deref(),
            Self::StringArray(value) => value.description.as_deref(),
            Self::Unknown(value) => {
                value.get("description").and_then(serde_json::Value::as_str)
            }
        }
    }

    /// The property `disabled`, which every variant may have.
    pub fn disabled(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.disabled,
            Self::Any(value) => value.disabled,
            Self::App(value) => value.disabled,
            Self::Boolean(value) => value.disabled,
            Self::DataStore(value) => value.disabled,
            Self::Dir(value) => value.disabled,
            Self::Timer(value) => value.disabled,
            Self::Apphook(value) => value.disabled,
            Self::IntegerArray(value) => value.disabled,
            Self::Http(value) => value.disabled,
            Self::HttpRequest(value) => value.disabled,
            Self::Db(value) => value.disabled,
            Self::Sql(value) => value.disabled,
            Self::AirtableBaseId(value) => value.disabled,
            Self::AirtableTableId(value) => value.disabled,
            Self::AirtableViewId(value) => value.disabled,
            Self::AirtableFieldId(value) => value.disabled,
            Self::DiscordChannel(value) => value.disabled,
            Self::DiscordChannelArray(value) => value.disabled,
            Self::Discord(value) => value.disabled,
            Self::Integer(value) => value.disabled,
            Self::Object(value) => value.disabled,
            Self::String(value) => value.disabled,
            Self::StringArray(value) => value.disabled,
            Self::Unknown(value) => {
                value.get("disabled").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `hidden`, which every variant may have.
    pub fn hidden(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.hidden,
            Self::Any(value) => value.hidden,
            Self::App(value) => value.hidden,
            Self::Boolean(value) => value.hidden,
            Self::DataStore(value) => value.hidden,
            Self::Dir(value) => value.hidden,
            Self::Timer(value) => value.hidden,
            Self::Apphook(value) => value.hidden,
            Self::IntegerArray(value) => value.hidden,
            Self::Http(value) => value.hidden,
            Self::HttpRequest(value) => value.hidden,
            Self::Db(value) => value.hidden,
            Self::Sql(value) => value.hidden,
            Self::AirtableBaseId(value) => value.hidden,
            Self::AirtableTableId(value) => value.hidden,
            Self::AirtableViewId(value) => value.hidden,
            Self::AirtableFieldId(value) => value.hidden,
            Self::DiscordChannel(value) => value.hidden,
            Self::DiscordChannelArray(value) => value.hidden,
            Self::Discord(value) => value.hidden,
            Self::Integer(value) => value.hidden,
            Self::Object(value) => value.hidden,
            Self::String(value) => value.hidden,
            Self::StringArray(value) => value.hidden,
            Self::Unknown(value) => {
                value.get("hidden").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `label`, which every variant may have.
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Alert(value) => value.label.as_deref(),
            Self::Any(value) => value.label.as_deref(),
            Self::App(value) => value.label.as_deref(),
            Self::Boolean(value) => value.label.as_deref(),
            Self::DataStore(value) => value.label.as_deref(),
            Self::Dir(value) => value.label.as_deref(),
            Self::Timer(value) => value.label.as_deref(),
            Self::Apphook(value) => value.label.as_deref(),
            Self::IntegerArray(value) => value.label.as_deref(),
            Self::Http(value) => value.label.as_deref(),
            Self::HttpRequest(value) => value.label.as_deref(),
            Self::Db(value) => value.label.as_deref(),
            Self::Sql(value) => value.label.as_deref(),
            Self::AirtableBaseId(value) => value.label.as_deref(),
            Self::AirtableTableId(value) => value.label.as_deref(),
            Self::AirtableViewId(value) => value.label.as_deref(),
            Self::AirtableFieldId(value) => value.label.as_deref(),
            Self::DiscordChannel(value) => value.label.as_deref(),
            Self::DiscordChannelArray(value) => value.label.as_deref(),
            Self::Discord(value) => value.label.as_deref(),
            Self::Integer(value) => value.label.as_deref(),
            Self::Object(value) => value.label.as_deref(),
            Self::String(value) => value.label.as_deref(),
            Self::StringArray(value) => value.label.as_deref(),
            Self::Unknown(value) => {
                value.get("label").and_then(serde_json::Value::as_str)
            }
        }
    }

    /// The property `name`, which every variant may have.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Alert(value) => Some(value.name.as_str()),
            Self::Any(value) => Some(value.name.as_str()),
            Self::App(value) => Some(value.name.as_str()),
            Self::Boolean(value) => Some(value.name.as_str()),
            Self::DataStore(value) => Some(value.name.as_str()),
            Self::Dir(value) => Some(value.name.as_str()),
            Self::Timer(value) => Some(value.name.as_str()),
            Self::Apphook(value) => Some(value.name.as_str()),
            Self::IntegerArray(value) => Some(value.name.as_str()),
            Self::Http(value) => Some(value.name.as_str()),
            Self::HttpRequest(value) => Some(value.name.as_str()),
            Self::Db(value) => Some(value.name.as_str()),
            Self::Sql(value) => Some(value.name.as_str()),
            Self::AirtableBaseId(value) => Some(value.name.as_str()),
            Self::AirtableTableId(value) => Some(value.name.as_str()),
            Self::AirtableViewId(value) => Some(value.name.as_str()),
            Self::AirtableFieldId(value) => Some(value.name.as_str()),
            Self::DiscordChannel(value) => Some(value.name.as_str()),
            Self::DiscordChannelArray(value) => Some(value.name.as_str()),
            Self::Discord(value) => Some(value.name.as_str()),
            Self::Integer(value) => Some(value.name.as_str()),
            Self::Object(value) => Some(value.name.as_str()),
            Self::String(value) => Some(value.name.as_str()),
            Self::StringArray(value) => Some(value.name.as_str()),
            Self::Unknown(value) => value.get("name").and_then(serde_json::Value::as_str),
        }
    }

    /// The property `optional`, which every variant may have.
    pub fn optional(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.optional,
            Self::Any(value) => value.optional,
            Self::App(value) => value.optional,
            Self::Boolean(value) => value.optional,
            Self::DataStore(value) => value.optional,
            Self::Dir(value) => value.optional,
            Self::Timer(value) => value.optional,
            Self::Apphook(value) => value.optional,
            Self::IntegerArray(value) => value.optional,
            Self::Http(value) => value.optional,
            Self::HttpRequest(value) => value.optional,
            Self::Db(value) => value.optional,
            Self::Sql(value) => value.optional,
            Self::AirtableBaseId(value) => value.optional,
            Self::AirtableTableId(value) => value.optional,
            Self::AirtableViewId(value) => value.optional,
            Self::AirtableFieldId(value) => value.optional,
            Self::DiscordChannel(value) => value.optional,
            Self::DiscordChannelArray(value) => value.optional,
            Self::Discord(value) => value.optional,
            Self::Integer(value) => value.optional,
            Self::Object(value) => value.optional,
            Self::String(value) => value.optional,
            Self::StringArray(value) => value.optional,
            Self::Unknown(value) => {
                value.get("optional").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `readOnly`, which every variant may have.
    pub fn read_only(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.read_only,
            Self::Any(value) => value.read_only,
            Self::App(value) => value.read_only,
            Self::Boolean(value) => value.read_only,
            Self::DataStore(value) => value.read_only,
            Self::Dir(value) => value.read_only,
            Self::Timer(value) => value.read_only,
            Self::Apphook(value) => value.read_only,
            Self::IntegerArray(value) => value.read_only,
            Self::Http(value) => value.read_only,
            Self::HttpRequest(value) => value.read_only,
            Self::Db(value) => value.read_only,
            Self::Sql(value) => value.read_only,
            Self::AirtableBaseId(value) => value.read_only,
            Self::AirtableTableId(value) => value.read_only,
            Self::AirtableViewId(value) => value.read_only,
            Self::AirtableFieldId(value) => value.read_only,
            Self::DiscordChannel(value) => value.read_only,
            Self::DiscordChannelArray(value) => value.read_only,
            Self::Discord(value) => value.read_only,
            Self::Integer(value) => value.read_only,
            Self::Object(value) => value.read_only,
            Self::String(value) => value.read_only,
            Self::StringArray(value) => value.read_only,
            Self::Unknown(value) => {
                value.get("readOnly").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `reloadProps`, which every variant may have.
    pub fn reload_props(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.reload_props,
            Self::Any(value) => value.reload_props,
            Self::App(value) => value.reload_props,
            Self::Boolean(value) => value.reload_props,
            Self::DataStore(value) => value.reload_props,
            Self::Dir(value) => value.reload_props,
            Self::Timer(value) => value.reload_props,
            Self::Apphook(value) => value.reload_props,
            Self::IntegerArray(value) => value.reload_props,
            Self::Http(value) => value.reload_props,
            Self::HttpRequest(value) => value.reload_props,
            Self::Db(value) => value.reload_props,
            Self::Sql(value) => value.reload_props,
            Self::AirtableBaseId(value) => value.reload_props,
            Self::AirtableTableId(value) => value.reload_props,
            Self::AirtableViewId(value) => value.reload_props,
            Self::AirtableFieldId(value) => value.reload_props,
            Self::DiscordChannel(value) => value.reload_props,
            Self::DiscordChannelArray(value) => value.reload_props,
            Self::Discord(value) => value.reload_props,
            Self::Integer(value) => value.reload_props,
            Self::Object(value) => value.reload_props,
            Self::String(value) => value.reload_props,
            Self::StringArray(value) => value.reload_props,
            Self::Unknown(value) => {
                value.get("reloadProps").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `remoteOptions`, which every variant may have.
    pub fn remote_options(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.remote_options,
            Self::Any(value) => value.remote_options,
            Self::App(value) => value.remote_options,
            Self::Boolean(value) => value.remote_options,
            Self::DataStore(value) => value.remote_options,
            Self::Dir(value) => value.remote_options,
            Self::Timer(value) => value.remote_options,
            Self::Apphook(value) => value.remote_options,
            Self::IntegerArray(value) => value.remote_options,
            Self::Http(value) => value.remote_options,
            Self::HttpRequest(value) => value.remote_options,
            Self::Db(value) => value.remote_options,
            Self::Sql(value) => value.remote_options,
            Self::AirtableBaseId(value) => value.remote_options,
            Self::AirtableTableId(value) => value.remote_options,
            Self::AirtableViewId(value) => value.remote_options,
            Self::AirtableFieldId(value) => value.remote_options,
            Self::DiscordChannel(value) => value.remote_options,
            Self::DiscordChannelArray(value) => value.remote_options,
            Self::Discord(value) => value.remote_options,
            Self::Integer(value) => value.remote_options,
            Self::Object(value) => value.remote_options,
            Self::String(value) => value.remote_options,
            Self::StringArray(value) => value.remote_options,
            Self::Unknown(value) => {
                value.get("remoteOptions").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `type`, which every variant may have.
    pub fn type_(&self) -> Option<&str> {
        match self {
            Self::Alert(value) => Some(value.type_.as_str()),
            Self::Any(value) => Some(value.type_.as_str()),
            Self::App(value) => Some(value.type_.as_str()),
            Self::Boolean(value) => Some(value.type_.as_str()),
            Self::DataStore(value) => Some(value.type_.as_str()),
            Self::Dir(value) => Some(value.type_.as_str()),
            Self::Timer(value) => Some(value.type_.as_str()),
            Self::Apphook(value) => Some(value.type_.as_str()),
            Self::IntegerArray(value) => Some(value.type_.as_str()),
            Self::Http(value) => Some(value.type_.as_str()),
            Self::HttpRequest(value) => Some(value.type_.as_str()),
            Self::Db(value) => Some(value.type_.as_str()),
            Self::Sql(value) => Some(value.type_.as_str()),
            Self::AirtableBaseId(value) => Some(value.type_.as_str()),
            Self::AirtableTableId(value) => Some(value.type_.as_str()),
            Self::AirtableViewId(value) => Some(value.type_.as_str()),
            Self::AirtableFieldId(value) => Some(value.type_.as_str()),
            Self::DiscordChannel(value) => Some(value.type_.as_str()),
            Self::DiscordChannelArray(value) => Some(value.type_.as_str()),
            Self::Discord(value) => Some(value.type_.as_str()),
            Self::Integer(value) => Some(value.type_.as_str()),
            Self::Object(value) => Some(value.type_.as_str()),
            Self::String(value) => Some(value.type_.as_str()),
            Self::StringArray(value) => Some(value.type_.as_str()),
            Self::Unknown(value) => value.get("type").and_then(serde_json::Value::as_str),
        }
    }

    /// The property `useQuery`, which every variant may have.
    pub fn use_query(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.use_query,
            Self::Any(value) => value.use_query,
            Self::App(value) => value.use_query,
            Self::Boolean(value) => value.use_query,
            Self::DataStore(value) => value.use_query,
            Self::Dir(value) => value.use_query,
            Self::Timer(value) => value.use_query,
            Self::Apphook(value) => value.use_query,
            Self::IntegerArray(value) => value.use_query,
            Self::Http(value) => value.use_query,
            Self::HttpRequest(value) => value.use_query,
            Self::Db(value) => value.use_query,
            Self::Sql(value) => value.use_query,
            Self::AirtableBaseId(value) => value.use_query,
            Self::AirtableTableId(value) => value.use_query,
            Self::AirtableViewId(value) => value.use_query,
            Self::AirtableFieldId(value) => value.use_query,
            Self::DiscordChannel(value) => value.use_query,
            Self::DiscordChannelArray(value) => value.use_query,
            Self::Discord(value) => value.use_query,
            Self::Integer(value) => value.use_query,
            Self::Object(value) => value.use_query,
            Self::String(value) => value.use_query,
            Self::StringArray(value) => value.use_query,
            Self::Unknown(value) => {
                value.get("useQuery").and_then(serde_json::Value::as_bool)
            }
        }
    }

    /// The property `withLabel`, which every variant may have.
    pub fn with_label(&self) -> Option<bool> {
        match self {
            Self::Alert(value) => value.with_label,
            Self::Any(value) => value.with_label,
            Self::App(value) => value.with_label,
            Self::Boolean(value) => value.with_label,
            Self::DataStore(value) => value.with_label,
            Self::Dir(value) => value.with_label,
            Self::Timer(value) => value.with_label,
            Self::Apphook(value) => value.with_label,
            Self::IntegerArray(value) => value.with_label,
            Self::Http(value) => value.with_label,
            Self::HttpRequest(value) => value.with_label,
            Self::Db(value) => value.with_label,
            Self::Sql(value) => value.with_label,
            Self::AirtableBaseId(value) => value.with_label,
            Self::AirtableTableId(value) => value.with_label,
            Self::AirtableViewId(value) => value.with_label,
            Self::AirtableFieldId(value) => value.with_label,
            Self::DiscordChannel(value) => value.with_label,
            Self::DiscordChannelArray(value) => value.with_label,
            Self::Discord(value) => value.with_label,
            Self::Integer(value) => value.with_label,
            Self::Object(value) => value.with_label,
            Self::String(value) => value.with_label,
            Self::StringArray(value) => value.with_label,
            Self::Unknown(value) => {
                value.get("withLabel").and_then(serde_json::Value::as_bool)
            }
        }
    }
}

/// Picks a base in Airtable.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropAirtableBaseId {
    /// Which prop of this component holds the Airtable account.
    #[serde(rename = "appProp")]
    pub app_prop: String,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.airtable.baseId`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAirtableBaseIdType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.airtable.baseId`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAirtableBaseIdType {
    /// `$.airtable.baseId`
    AirtableBaseId,
}
runtime::impl_closed_enum!(
    ConfigurablePropAirtableBaseIdType { AirtableBaseId = "$.airtable.baseId" }
);

/// Picks a field (a column) of an Airtable table.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropAirtableFieldId {
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Which prop of this component holds the table.
    #[serde(rename = "tableIdProp")]
    pub table_id_prop: String,
    /// Always `$.airtable.fieldId`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAirtableFieldIdType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.airtable.fieldId`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAirtableFieldIdType {
    /// `$.airtable.fieldId`
    AirtableFieldId,
}
runtime::impl_closed_enum!(
    ConfigurablePropAirtableFieldIdType { AirtableFieldId = "$.airtable.fieldId" }
);

/// Picks a table within an Airtable base.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropAirtableTableId {
    /// Which prop of this component holds the base.
    #[serde(rename = "baseIdProp")]
    pub base_id_prop: String,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.airtable.tableId`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAirtableTableIdType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.airtable.tableId`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAirtableTableIdType {
    /// `$.airtable.tableId`
    AirtableTableId,
}
runtime::impl_closed_enum!(
    ConfigurablePropAirtableTableIdType { AirtableTableId = "$.airtable.tableId" }
);

/// Picks a view of an Airtable table.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropAirtableViewId {
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Which prop of this component holds the table.
    #[serde(rename = "tableIdProp")]
    pub table_id_prop: String,
    /// Always `$.airtable.viewId`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAirtableViewIdType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.airtable.viewId`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAirtableViewIdType {
    /// `$.airtable.viewId`
    AirtableViewId,
}
runtime::impl_closed_enum!(
    ConfigurablePropAirtableViewIdType { AirtableViewId = "$.airtable.viewId" }
);

/// Not an input at all but a notice to show amid the form.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropAlert {
    #[serde(rename = "alertType", skip_serializing_if = "Option::is_none")]
    pub alert_type: Option<ConfigurablePropAlertType>,
    /// Text of the notice, plain or HTML. Sanitise it before display.
    pub content: String,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `alert`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAlertTypeValue,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// How grave a notice is, for choosing its colour or icon.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ConfigurablePropAlertType {
    /// `info`
    Info,
    /// `neutral`
    Neutral,
    /// `warning`
    Warning,
    /// `error`
    Error,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    ConfigurablePropAlertType { Info = "info", Neutral = "neutral", Warning = "warning",
    Error = "error" } else Unknown
);

/// Always `alert`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAlertTypeValue {
    /// `alert`
    Alert,
}
runtime::impl_closed_enum!(ConfigurablePropAlertTypeValue { Alert = "alert" });

/// Takes whatever JSON value the component understands.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropAny {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfiguredPropValueAny>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Values to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Option<ConfigurablePropOptionsItem>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `any`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAnyType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `any`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAnyType {
    /// `any`
    Any,
}
runtime::impl_closed_enum!(ConfigurablePropAnyType { Any = "any" });

/// Asks for one of the end user's connected accounts. Its value is `{authProvisionId: …}` with the
/// account's id.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropApp {
    /// Slug of the app that the account must belong to, such as `github`.
    pub app: String,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `app`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropAppType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `app`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropAppType {
    /// `app`
    App,
}
runtime::impl_closed_enum!(ConfigurablePropAppType { App = "app" });

/// Subscribes a trigger to events that the app itself pushes.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropApphook {
    /// Which prop of this component holds the account to subscribe with.
    #[serde(rename = "appProp")]
    pub app_prop: String,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Names of the pushed events that the trigger wants.
    #[serde(rename = "eventNames", skip_serializing_if = "Option::is_none")]
    pub event_names: Option<Vec<String>>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// Whether the hook is set up at the third party's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Settings of the hook that the component's author has fixed.
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub static_: Option<Vec<serde_json::Value>>,
    /// Always `$.interface.apphook`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropApphookType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.interface.apphook`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropApphookType {
    /// `$.interface.apphook`
    InterfaceApphook,
}
runtime::impl_closed_enum!(
    ConfigurablePropApphookType { InterfaceApphook = "$.interface.apphook" }
);

/// A yes-or-no input.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropBoolean {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfiguredPropValueBoolean>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Values to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Option<ConfigurablePropOptionsItem>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `boolean`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropBooleanType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `boolean`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropBooleanType {
    /// `boolean`
    Boolean,
}
runtime::impl_closed_enum!(ConfigurablePropBooleanType { Boolean = "boolean" });

/// Picks a data store, the platform's key-value storage.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropDataStore {
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `data_store`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropDataStoreType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `data_store`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropDataStoreType {
    /// `data_store`
    DataStore,
}
runtime::impl_closed_enum!(ConfigurablePropDataStoreType { DataStore = "data_store" });

/// Small private store in which a trigger remembers things between runs. The platform provides it;
/// nothing is to be configured.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropDb {
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.service.db`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropDbType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.service.db`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropDbType {
    /// `$.service.db`
    ServiceDb,
}
runtime::impl_closed_enum!(ConfigurablePropDbType { ServiceDb = "$.service.db" });

/// Declares that the component reads or writes files by way of a File Stash.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropDir {
    #[serde(rename = "accessMode", skip_serializing_if = "Option::is_none")]
    pub access_mode: Option<ConfigurablePropDirAccessMode>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Whether the files under `/tmp` are copied to and from the File Stash around each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync: Option<bool>,
    /// Always `dir`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropDirType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// What a component does with the files of a File Stash.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ConfigurablePropDirAccessMode {
    /// `read`
    Read,
    /// `write`
    Write,
    /// `read-write`
    ReadWrite,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    ConfigurablePropDirAccessMode { Read = "read", Write = "write", ReadWrite =
    "read-write" } else Unknown
);

/// Always `dir`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropDirType {
    /// `dir`
    Dir,
}
runtime::impl_closed_enum!(ConfigurablePropDirType { Dir = "dir" });

/// A Discord channel given by its id alone. It shares its tag with `ConfigurablePropDiscordChannel`,
/// which names the account prop too.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropDiscord {
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.discord.channel`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropDiscordType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Picks a channel of a Discord server.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropDiscordChannel {
    /// Which prop of this component holds the Discord account.
    #[serde(rename = "appProp")]
    pub app_prop: String,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.discord.channel`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropDiscordChannelType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Picks any number of channels of a Discord server.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropDiscordChannelArray {
    /// Which prop of this component holds the Discord account.
    #[serde(rename = "appProp", skip_serializing_if = "Option::is_none")]
    pub app_prop: Option<String>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.discord.channel[]`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropDiscordChannelArrayType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `$.discord.channel[]`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropDiscordChannelArrayType {
    /// `$.discord.channel[]`
    DiscordChannel,
}
runtime::impl_closed_enum!(
    ConfigurablePropDiscordChannelArrayType { DiscordChannel = "$.discord.channel[]" }
);

/// Always `$.discord.channel`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropDiscordChannelType {
    /// `$.discord.channel`
    DiscordChannel,
}
runtime::impl_closed_enum!(
    ConfigurablePropDiscordChannelType { DiscordChannel = "$.discord.channel" }
);

/// Always `$.discord.channel`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropDiscordType {
    /// `$.discord.channel`
    DiscordChannel,
}
runtime::impl_closed_enum!(
    ConfigurablePropDiscordType { DiscordChannel = "$.discord.channel" }
);

/// Gives the trigger an HTTP endpoint of its own; each request to it is an event.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropHttp {
    /// Whether the component answers such requests itself rather than leaving that to the platform.
    #[serde(rename = "customResponse", skip_serializing_if = "Option::is_none")]
    pub custom_response: Option<bool>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `$.interface.http`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropHttpType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Lets the end user put together a whole HTTP request.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropHttpRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<HttpRequestConfig>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `http_request`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropHttpRequestType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `http_request`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropHttpRequestType {
    /// `http_request`
    HttpRequest,
}
runtime::impl_closed_enum!(
    ConfigurablePropHttpRequestType { HttpRequest = "http_request" }
);

/// Always `$.interface.http`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropHttpType {
    /// `$.interface.http`
    InterfaceHttp,
}
runtime::impl_closed_enum!(
    ConfigurablePropHttpType { InterfaceHttp = "$.interface.http" }
);

/// A whole number.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropInteger {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfiguredPropValueInteger>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Largest number that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Smallest number that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Numbers to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Option<ConfigurablePropOptionsItem>>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `integer`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropIntegerType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// A list of whole numbers.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropIntegerArray {
    /// The list to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Vec<ConfiguredPropValueInteger>>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// No number in the list may be larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// No number in the list may be smaller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Numbers to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Option<ConfigurablePropOptionsItem>>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `integer[]`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropIntegerArrayType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `integer[]`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropIntegerArrayType {
    /// `integer[]`
    Integer,
}
runtime::impl_closed_enum!(ConfigurablePropIntegerArrayType { Integer = "integer[]" });

/// Always `integer`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropIntegerType {
    /// `integer`
    Integer,
}
runtime::impl_closed_enum!(ConfigurablePropIntegerType { Integer = "integer" });

/// A JSON object: names with values of any kind.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfiguredPropValueObject>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Values to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Option<ConfigurablePropOptionsItem>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `object`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropObjectType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `object`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropObjectType {
    /// `object`
    Object,
}
runtime::impl_closed_enum!(ConfigurablePropObjectType { Object = "object" });

/// What `options` of [`ConfigurablePropAny`] holds.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropOptionsItem {
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub subtype_0: Option<PropOption>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub subtype_1: Option<PropOptionNested>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub subtype_2: Option<PropOptionValue>,
}

/// An SQL statement, run against the database that the `auth` app connects to.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropSql {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<ConfigurablePropSqlAuth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfiguredPropValueSql>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Values to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Option<ConfigurablePropOptionsItem>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// Always `sql`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropSqlType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Where the database credentials come from.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropSqlAuth {
    /// Slug of the database app, such as `postgresql`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
}

/// Always `sql`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropSqlType {
    /// `sql`
    Sql,
}
runtime::impl_closed_enum!(ConfigurablePropSqlType { Sql = "sql" });

/// A text.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropString {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfiguredPropValueString>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<ConfigurablePropStringFormat>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Values to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Option<ConfigurablePropOptionsItem>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// The text is confidential: mask it on screen and keep it out of logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<bool>,
    /// Always `string`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropStringType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// A list of texts.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropStringArray {
    /// Texts to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Vec<ConfiguredPropValueString>>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<ConfigurablePropStringFormat>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Values to choose from, if the choice is limited: bare, labelled, or labelled under `__lv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Option<ConfigurablePropOptionsItem>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    /// The texts are confidential: mask them on screen and keep them out of logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<bool>,
    /// Always `string[]`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropStringArrayType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Always `string[]`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropStringArrayType {
    /// `string[]`
    String,
}
runtime::impl_closed_enum!(ConfigurablePropStringArrayType { String = "string[]" });

/// A narrower meaning of a text: with `file-ref` it names a file, either by URL or by a path under
/// `/tmp` of the component.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropStringFormat {
    /// `file-ref`
    FileRef,
}
runtime::impl_closed_enum!(ConfigurablePropStringFormat { FileRef = "file-ref" });

/// Always `string`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropStringType {
    /// `string`
    String,
}
runtime::impl_closed_enum!(ConfigurablePropStringType { String = "string" });

/// Schedule on which a trigger wakes up.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurablePropTimer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ConfigurablePropTimerDefault>,
    /// Help text for whoever fills in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The prop is switched off; a value would have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Keep it out of any form; the component uses it internally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Heading for the input field. A prop of type `app` is better labelled with the name of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Key under which the value goes into `configured_props`.
    pub name: String,
    /// The component also runs without a value here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Schedules to choose from, where the component limits the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Option<ConfigurablePropTimerOption>>>,
    /// Show it, but do not ask for a value: the component's author has fixed it, or it only informs, as
    /// alerts and directories do.
    #[serde(rename = "readOnly", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Once this prop has a value, ask for the component's props again: the value adds, removes or changes
    /// others.
    #[serde(rename = "reloadProps", skip_serializing_if = "Option::is_none")]
    pub reload_props: Option<bool>,
    /// The choices live at the third party. Fetch them with a configure operation, and store the chosen one
    /// together with its label as `{__lv: {label, value}}`, so that a form can be shown again without
    /// fetching.
    #[serde(rename = "remoteOptions", skip_serializing_if = "Option::is_none")]
    pub remote_options: Option<bool>,
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub static_: Option<ConfigurablePropTimerStatic>,
    /// Always `$.interface.timer`, the tag of this kind of prop.
    #[serde(rename = "type")]
    pub type_: ConfigurablePropTimerType,
    /// The fetch of choices can be narrowed with a search text in `query`.
    #[serde(rename = "useQuery", skip_serializing_if = "Option::is_none")]
    pub use_query: Option<bool>,
    /// The value has to be stored with its label as `{__lv: {label, value}}`, since the component's code
    /// reads the label.
    #[serde(rename = "withLabel", skip_serializing_if = "Option::is_none")]
    pub with_label: Option<bool>,
}

/// Schedule that holds until another is configured.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub enum ConfigurablePropTimerDefault {
    Interval(TimerInterval),
    Cron(TimerCron),
}
runtime::impl_from_variants!(
    ConfigurablePropTimerDefault { Interval(TimerInterval), Cron(TimerCron) }
);

/// A schedule on offer.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub enum ConfigurablePropTimerOption {
    Interval(TimerInterval),
    Cron(TimerCron),
}
runtime::impl_from_variants!(
    ConfigurablePropTimerOption { Interval(TimerInterval), Cron(TimerCron) }
);

/// Schedule that the component's author has fixed.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub enum ConfigurablePropTimerStatic {
    Interval(TimerInterval),
    Cron(TimerCron),
}
runtime::impl_from_variants!(
    ConfigurablePropTimerStatic { Interval(TimerInterval), Cron(TimerCron) }
);

/// Always `$.interface.timer`, the tag of this kind of prop.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConfigurablePropTimerType {
    /// `$.interface.timer`
    InterfaceTimer,
}
runtime::impl_closed_enum!(
    ConfigurablePropTimerType { InterfaceTimer = "$.interface.timer" }
);

/// Choices for the prop, each a label for people and a value for the component.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfigurePropOptions(pub Vec<ConfigurePropOptionsItem>);
runtime::impl_wrapper!(ConfigurePropOptions(Vec < ConfigurePropOptionsItem >));

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub enum ConfigurePropOptionsItem {
    Variant0(PropOption),
    Variant1(PropOptionNested),
}
runtime::impl_from_variants!(
    ConfigurePropOptionsItem { Variant0(PropOption), Variant1(PropOptionNested) }
);

/// Which prop of which component to look up choices for, and what has been configured so far.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurePropOpts {
    /// Wait for the lookup to finish. Without it the service may answer 202 with no body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_props: Option<ConfiguredProps>,
    /// Id from the latest reload of props, needed once the component has dynamic props.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_props_id: Option<String>,
    /// End user whose connected account the lookup runs with, by your own identifier.
    pub external_user_id: String,
    /// Registry key of the component.
    pub id: String,
    /// Which page of choices, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<runtime::Number>,
    /// The `context` of the previous page, given back unchanged.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub prev_context: serde_json::Map<String, serde_json::Value>,
    /// The prop to look up, one that has `remoteOptions`.
    pub prop_name: String,
    /// Text to narrow the choices with, for props that have `useQuery`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Exact version of the component to use; the newest when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl ConfigurePropOpts {
    /// With what is required; the rest is not set.
    pub fn new(
        external_user_id: impl Into<String>,
        id: impl Into<String>,
        prop_name: impl Into<String>,
    ) -> Self {
        Self {
            blocking: None,
            configured_props: None,
            dynamic_props_id: None,
            external_user_id: external_user_id.into(),
            id: id.into(),
            page: None,
            prev_context: Default::default(),
            prop_name: prop_name.into(),
            query: None,
            version: None,
        }
    }
}

/// The choices that were found. A 200 may still be a failure: look at `errors`.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfigurePropResponse {
    /// Where to go on: give it back as `prev_context` to get the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<serde_json::Map<String, serde_json::Value>>,
    /// What went wrong at the third party or in the component, in words. Empty or missing if nothing did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// What the component logged while it looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observations: Option<Vec<Observation>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<ConfigurePropOptions>,
    /// Choices that are their own labels; a component gives either these or `options`.
    #[serde(rename = "stringOptions", skip_serializing_if = "Option::is_none")]
    pub string_options: Option<Vec<String>>,
}

/// A value for one prop. Which form is right depends on the kind of the prop.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub enum ConfiguredPropValue {
    Any(ConfiguredPropValueAny),
    App(ConfiguredPropValueApp),
    Boolean(ConfiguredPropValueBoolean),
    Integer(ConfiguredPropValueInteger),
    Object(ConfiguredPropValueObject),
    Sql(ConfiguredPropValueSql),
    String(ConfiguredPropValueString),
    StringArray(ConfiguredPropValueStringArray),
}
runtime::impl_from_variants!(
    ConfiguredPropValue { Any(ConfiguredPropValueAny), App(ConfiguredPropValueApp),
    Boolean(ConfiguredPropValueBoolean), Integer(ConfiguredPropValueInteger),
    Object(ConfiguredPropValueObject), Sql(ConfiguredPropValueSql),
    String(ConfiguredPropValueString), StringArray(ConfiguredPropValueStringArray) }
);

/// Any JSON value but null.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfiguredPropValueAny(pub serde_json::Value);
runtime::impl_wrapper!(ConfiguredPropValueAny(serde_json::Value));

/// Names the connected account that the component shall use.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfiguredPropValueApp {
    #[serde(rename = "authProvisionId")]
    pub auth_provision_id: AccountId,
}

impl ConfiguredPropValueApp {
    /// With what is required; the rest is not set.
    pub fn new(auth_provision_id: impl Into<AccountId>) -> Self {
        Self {
            auth_provision_id: auth_provision_id.into(),
        }
    }
}

/// Yes or no.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfiguredPropValueBoolean(pub bool);
runtime::impl_wrapper!(ConfiguredPropValueBoolean(bool));

/// A number; send whole numbers without a fraction.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfiguredPropValueInteger(pub runtime::Number);
runtime::impl_wrapper!(ConfiguredPropValueInteger(runtime::Number));

/// A JSON object, handed to the component unchanged. The labelled form `{__lv: {label, value}}` is one,
/// too.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfiguredPropValueObject(pub serde_json::Map<String, serde_json::Value>);
runtime::impl_wrapper!(
    ConfiguredPropValueObject(serde_json::Map < String, serde_json::Value >)
);

/// An SQL statement, both as typed and as prepared.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConfiguredPropValueSql {
    /// Values for the placeholders, in order.
    pub params: Vec<String>,
    /// The statement that is sent to the database, with placeholders where `params` go.
    pub query: String,
    /// Whether the database gets `query` and `params` separately, which guards against injection.
    #[serde(rename = "usePreparedStatements")]
    pub use_prepared_statements: bool,
    /// The statement exactly as the end user typed it.
    pub value: String,
}

impl ConfiguredPropValueSql {
    /// With what is required; the rest is not set.
    pub fn new(
        params: Vec<String>,
        query: impl Into<String>,
        use_prepared_statements: bool,
        value: impl Into<String>,
    ) -> Self {
        Self {
            params,
            query: query.into(),
            use_prepared_statements,
            value: value.into(),
        }
    }
}

/// A text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConfiguredPropValueString(String);
runtime::impl_text!(ConfiguredPropValueString, runtime::Rules::new());

/// A list of texts.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfiguredPropValueStringArray(pub Vec<String>);
runtime::impl_wrapper!(ConfiguredPropValueStringArray(Vec < String >));

/// Values for the props of a component, keyed by prop name. An account goes in as `{authProvisionId: …}`
/// under the name of the app prop.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ConfiguredProps(pub std::collections::BTreeMap<String, ConfiguredPropValue>);
runtime::impl_wrapper!(
    ConfiguredProps(std::collections::BTreeMap < String, ConfiguredPropValue >)
);

/// Short-lived bearer token, `ctok_` and 32 hexadecimal digits, by which a browser or an end user acts
/// for exactly one external user. It is good for connecting one account.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ConnectToken(String);
runtime::impl_secret_text!(
    ConnectToken, runtime::Rules::new().pattern("^ctok_[0-9a-f]{32}$")
);

/// What one window of time cost, split by where the credits went.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConnectUsage {
    /// The part that went to action runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_run_credits_used: Option<i64>,
    /// Credits spent in the window, all kinds together.
    pub credits_used: i64,
    /// The part that went to calls through the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_credits_used: Option<i64>,
    /// The part that went to events which deployed triggers emitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_emit_credits_used: Option<i64>,
    /// End of the window in Unix seconds.
    pub usage_end_ts: i64,
    /// Begin of the window in Unix seconds.
    pub usage_start_ts: i64,
}

/// The answer to a question about consumption.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ConnectUsageResponse {
    /// One record per window, in no promised order.
    pub data: Vec<ConnectUsage>,
}

/// Credentials of an account that you connect without the vendor's dialog.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct CreateAccountOpts {
    /// Give new credentials to this account instead of adding another one. User, environment and app have
    /// to be those of the token and of `app_slug`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Which app the credentials are for, by slug.
    pub app_slug: String,
    /// The credentials: a JSON object in a string, keyed by the names in the app's `custom_fields_json`.
    pub cfmap_json: runtime::SecretString,
    /// Token minted for the end user who shall own the account. The request has to authenticate with it as
    /// well.
    pub connect_token: runtime::SecretString,
    /// What to call the account in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl CreateAccountOpts {
    /// With what is required; the rest is not set.
    pub fn new(
        app_slug: impl Into<String>,
        cfmap_json: impl Into<runtime::SecretString>,
        connect_token: impl Into<runtime::SecretString>,
    ) -> Self {
        Self {
            account_id: None,
            app_slug: app_slug.into(),
            cfmap_json: cfmap_json.into(),
            connect_token: connect_token.into(),
            name: None,
        }
    }
}

/// The client credentials grant of OAuth 2.0, as JSON.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct CreateOAuthTokenOpts {
    /// Identifier of your OAuth client, from the workspace's API settings.
    pub client_id: String,
    /// Secret of that client, shown once when it was made.
    pub client_secret: runtime::SecretString,
    /// Always `client_credentials`.
    pub grant_type: CreateOAuthTokenOptsGrantType,
    /// Scopes for the token, separated by spaces. Leave it out to get all (`*`), name few to limit the
    /// damage of a leak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl CreateOAuthTokenOpts {
    /// With what is required; the rest is not set.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<runtime::SecretString>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            grant_type: CreateOAuthTokenOptsGrantType::ClientCredentials,
            scope: None,
        }
    }
}

/// Always `client_credentials`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CreateOAuthTokenOptsGrantType {
    /// `client_credentials`
    ClientCredentials,
}
runtime::impl_closed_enum!(
    CreateOAuthTokenOptsGrantType { ClientCredentials = "client_credentials" }
);

/// A fresh access token. Keep it until shortly before it expires rather than asking each time.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct CreateOAuthTokenResponse {
    /// Goes into the `Authorization` header of server-side requests, after `Bearer`.
    pub access_token: runtime::SecretString,
    /// Seconds that the token lives, usually an hour.
    pub expires_in: i64,
    /// `Bearer`.
    pub token_type: String,
}

/// A project to be set up; only its name is necessary.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct CreateProjectOpts {
    /// How your product introduces itself to end users while they connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// Try out keys against the third party before accepting an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_require_key_auth_test: Option<bool>,
    /// How your team shall know the project.
    pub name: String,
    /// Address that end users are shown for questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
}

impl CreateProjectOpts {
    /// With what is required; the rest is not set.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            app_name: None,
            connect_require_key_auth_test: None,
            name: name.into(),
            support_email: None,
        }
    }
}

/// For whom the Connect token is, and what it may be used for.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct CreateTokenOpts {
    /// Let the end user grant only part of the app's OAuth scopes. Those that the vendor's test call
    /// depends on are then the only ones insisted upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_progressive_scopes: Option<bool>,
    /// Origins (scheme and host) of the pages that will use the token from a browser. Necessary there,
    /// useless elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// Page to send the end user to if connecting fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_redirect_uri: Option<String>,
    /// How many seconds the token shall live, 14400 (four hours) at most; that is also what you get by
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The end user as your own system names them, at most 250 characters. What gets connected belongs to
    /// this user.
    pub external_user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<ProjectId>,
    /// Narrows what the holder of the token may do; scopes are separated by spaces. Everything under
    /// `connect:*` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Page to send the end user to after connecting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_redirect_uri: Option<String>,
    /// Address that receives a POST once the connection has succeeded or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_uri: Option<String>,
}

impl CreateTokenOpts {
    /// With what is required; the rest is not set.
    pub fn new(external_user_id: impl Into<String>) -> Self {
        Self {
            allow_progressive_scopes: None,
            allowed_origins: Default::default(),
            error_redirect_uri: None,
            expires_in: None,
            external_user_id: external_user_id.into(),
            project_id: None,
            scope: None,
            success_redirect_uri: None,
            webhook_uri: None,
        }
    }
}

/// The token, and the page that accepts it.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct CreateTokenResponse {
    /// Ready-made page on which the end user connects an account; append `&app=` and a slug. It contains
    /// the token, so it is just as secret.
    pub connect_link_url: runtime::SecretString,
    /// When token and link cease to work (RFC 3339).
    pub expires_at: chrono::DateTime<chrono::Utc>,
    pub token: ConnectToken,
}

/// Which trigger to deploy, for whom, configured how, and where its events shall go.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct DeployTriggerOpts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_props: Option<ConfiguredProps>,
    /// Id from the latest reload of props, needed if the trigger has dynamic props.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_props_id: Option<String>,
    /// Emit recent events right at deployment (the default). With false the trigger begins with what
    /// happens afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emit_on_deploy: Option<bool>,
    /// End user for whom the trigger runs, by your own identifier.
    pub external_user_id: String,
    /// Registry key of the trigger component, such as `github-new-issue`.
    pub id: String,
    /// Exact version to deploy; the newest when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// An address of yours that shall receive the events by POST. The answer then contains the signing key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// A Pipedream workflow that shall receive the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<WorkflowId>,
}

impl DeployTriggerOpts {
    /// With what is required; the rest is not set.
    pub fn new(external_user_id: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            configured_props: None,
            dynamic_props_id: None,
            emit_on_deploy: None,
            external_user_id: external_user_id.into(),
            id: id.into(),
            version: None,
            webhook_url: None,
            workflow_id: None,
        }
    }
}

/// The trigger as it now runs.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct DeployTriggerResponse {
    pub data: Emitter,
}

/// A trigger that runs for one end user: it watches an app and emits events.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct DeployedComponent {
    /// Whether it is watching. A paused trigger keeps its configuration and emits nothing.
    pub active: bool,
    /// What the component logged during its deploy hook. Of no fixed shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_observations: Option<serde_json::Value>,
    /// Which component it was made from, by the vendor's internal id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_id: Option<String>,
    /// Which component it was made from, by registry key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_key: Option<String>,
    /// Inputs of the component, as in the registry.
    pub configurable_props: Vec<ConfigurableProp>,
    pub configured_props: ConfiguredProps,
    /// Moment of deployment in Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// Whether events that exist already were emitted during deployment; where false, it started silently.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emit_on_deploy: Option<bool>,
    /// The trigger's own id, beginning with `dc_`; paths call it `trigger_id`.
    pub id: DeployedComponentId,
    /// Label of this trigger, free to choose.
    pub name: String,
    /// The label in a form that suits addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_slug: Option<String>,
    /// Whom the trigger belongs to, by the vendor's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Always `DeployedComponent`: the tag by which emitters are told apart.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<DeployedComponentType>,
    /// Moment of the latest change in Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// Key that signs deliveries to the `webhook_url` given at deployment. You see it here, in the answer
    /// to the deployment, and only when you authenticated with OAuth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_signing_key: Option<runtime::SecretString>,
}

/// The trigger's own id, beginning with `dc_`; paths call it `trigger_id`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DeployedComponentId(String);
runtime::impl_text!(
    DeployedComponentId, runtime::Rules::new().pattern("^dc_[a-zA-Z0-9]+$")
);

/// Always `DeployedComponent`: the tag by which emitters are told apart.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DeployedComponentType {
    /// `DeployedComponent`
    DeployedComponent,
}
runtime::impl_closed_enum!(
    DeployedComponentType { DeployedComponent = "DeployedComponent" }
);

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DownloadFileStashFileS3Key(String);
runtime::impl_text!(
    DownloadFileStashFileS3Key, runtime::Rules::new()
    .pattern("^1day\\/[^\\/]+\\/[^\\/]+\\/[^\\/]+\\/u\\/.*$")
);

/// Props that depend on values configured before. Later requests refer to this set by its id.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct DynamicProps {
    /// The full list of inputs, replacing the one that was known.
    #[serde(
        rename = "configurableProps",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub configurable_props: Vec<ConfigurableProp>,
    /// Goes into `dynamic_props_id` of the requests that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// One event of a deployed trigger, as the platform keeps it for reading back.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct EmittedEvent {
    /// The event itself. Its shape is the component's affair.
    pub e: serde_json::Map<String, serde_json::Value>,
    /// Identifies the event; use it to skip what you have seen.
    pub id: String,
    /// What sort of record this is; so far always `emit`.
    pub k: String,
    /// When it was emitted, in Unix milliseconds.
    pub ts: i64,
}

/// Something deployed that emits events: a trigger component, an HTTP endpoint or a timer. `type` tells
/// which.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Emitter {
    DeployedComponent(DeployedComponent),
    HttpInterface(HttpInterface),
    TimerInterface(TimerInterface),
    /// What none of the others can decode, as it came.
    Unknown(serde_json::Value),
}
runtime::impl_from_variants!(
    Emitter { DeployedComponent(DeployedComponent), HttpInterface(HttpInterface),
    TimerInterface(TimerInterface) }
);
runtime::impl_tagged_union!(
    Emitter by "type" { "DeployedComponent" => DeployedComponent, "HttpInterface" =>
    HttpInterface, "TimerInterface" => TimerInterface, } else Unknown
);

impl Emitter {
    /// The property `created_at`, which every variant may have.
    pub fn created_at(&self) -> Option<i64> {
        match self {
            Self::DeployedComponent(value) => value.created_at,
            Self::HttpInterface(value) => Some(value.created_at),
            Self::TimerInterface(value) => Some(value.created_at),
            Self::Unknown(value) => {
                value.get("created_at").and_then(serde_json::Value::as_i64)
            }
        }
    }

    /// The property `id`, which every variant may have.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::DeployedComponent(value) => Some(value.id.as_str()),
            Self::HttpInterface(value) => Some(value.id.as_str()),
            Self::TimerInterface(value) => Some(value.id.as_str()),
            Self::Unknown(value) => value.get("id").and_then(serde_json::Value::as_str),
        }
    }

    /// The property `type`, which every variant may have.
    pub fn type_(&self) -> Option<&str> {
        match self {
            Self::DeployedComponent(value) => {
                value.type_.as_ref().map(|text| text.as_str())
            }
            Self::HttpInterface(value) => Some(value.type_.as_str()),
            Self::TimerInterface(value) => Some(value.type_.as_str()),
            Self::Unknown(value) => value.get("type").and_then(serde_json::Value::as_str),
        }
    }

    /// The property `updated_at`, which every variant may have.
    pub fn updated_at(&self) -> Option<i64> {
        match self {
            Self::DeployedComponent(value) => value.updated_at,
            Self::HttpInterface(value) => Some(value.updated_at),
            Self::TimerInterface(value) => Some(value.updated_at),
            Self::Unknown(value) => {
                value.get("updated_at").and_then(serde_json::Value::as_i64)
            }
        }
    }
}

/// Kinds of emitter to list: `source` stands for trigger components, the others for bare interfaces.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum EmitterType {
    /// `email`
    Email,
    /// `http`
    Http,
    /// `source`
    Source,
    /// `timer`
    Timer,
}
runtime::impl_closed_enum!(
    EmitterType { Email = "email", Http = "http", Source = "source", Timer = "timer" }
);

/// Body of a request that was turned down.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// A short name of the error, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// More about the error, of no fixed shape.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub details: serde_json::Map<String, serde_json::Value>,
    /// What was wrong, in words for a developer.
    pub error: String,
}

/// An end user as the platform knows them.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ExternalUser {
    /// When the platform first heard of this user (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The id that your system chose and uses in requests.
    pub external_id: String,
    /// The vendor's id, beginning with `exu_`.
    pub id: String,
    /// When the record last changed (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<chrono::DateTime<chrono::Utc>>,
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct GetAppCategoryResponse(pub AppCategory);
runtime::impl_wrapper!(GetAppCategoryResponse(AppCategory));

/// A single app of the catalogue.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetAppResponse {
    pub data: App,
}

/// A single component with its props.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetComponentResponse {
    pub data: Component,
}

/// One page of components.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetComponentsResponse {
    /// The components on this page.
    pub data: Vec<Component>,
    pub page_info: PageInfo,
}

/// The latest events of a trigger.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetTriggerEventsResponse {
    /// The events themselves. There are no further pages; ask for more with `n`.
    pub data: Vec<EmittedEvent>,
}

/// One trigger that runs for an end user.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetTriggerResponse {
    pub data: Emitter,
}

/// Where a trigger delivers its events by HTTP.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetTriggerWebhooksResponse {
    /// The receiving addresses alone.
    pub webhook_urls: Vec<String>,
    /// The same receivers with ids and key state. Their keys are in it only if you authenticated with
    /// OAuth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<TriggerWebhook>,
}

/// Which Pipedream workflows a trigger feeds.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetTriggerWorkflowsResponse {
    /// Workflow ids, each beginning with `p_`.
    pub workflow_ids: Vec<WorkflowId>,
}

/// One page of an end user's deployed triggers.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetTriggersResponse {
    /// The triggers on this page.
    pub data: Vec<Emitter>,
    pub page_info: PageInfo,
}

/// One page of the project's end users.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetUsersResponse {
    /// The users on this page.
    pub data: Vec<ExternalUser>,
    pub page_info: PageInfo,
}

/// The environment's webhook, if it has one.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetWebhookResponse {
    /// Address and state of the webhook, or null if there is none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub data: Option<Webhook>,
}

/// A webhook together with its key.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct GetWebhookWithSigningKeyResponse {
    pub data: WebhookWithSigningKey,
}

/// An endpoint that turns incoming HTTP requests into events.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct HttpInterface {
    /// Moment of creation in Unix milliseconds.
    pub created_at: i64,
    /// Whether requests are answered by the code behind the endpoint rather than by the platform.
    pub custom_response: bool,
    /// Address to send requests to.
    pub endpoint_url: String,
    /// The endpoint's own id, beginning with `hi_`.
    pub id: HttpInterfaceId,
    /// Short random name from which the address is built.
    pub key: String,
    /// Always `HttpInterface`: the tag by which emitters are told apart.
    #[serde(rename = "type")]
    pub type_: HttpInterfaceType,
    /// Moment of the latest change in Unix milliseconds.
    pub updated_at: i64,
}

/// The endpoint's own id, beginning with `hi_`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct HttpInterfaceId(String);
runtime::impl_text!(HttpInterfaceId, runtime::Rules::new().pattern("^hi_[a-zA-Z0-9]+$"));

/// Always `HttpInterface`: the tag by which emitters are told apart.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum HttpInterfaceType {
    /// `HttpInterface`
    HttpInterface,
}
runtime::impl_closed_enum!(HttpInterfaceType { HttpInterface = "HttpInterface" });

/// How the configured request identifies itself.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct HttpRequestAuth {
    /// Password for `basic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<runtime::SecretString>,
    /// Token for `bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<runtime::SecretString>,
    /// `basic` uses user name and password, `bearer` the token, `none` neither.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<HttpRequestAuthType>,
    /// User name for `basic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// `basic` uses user name and password, `bearer` the token, `none` neither.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum HttpRequestAuthType {
    /// `basic`
    Basic,
    /// `bearer`
    Bearer,
    /// `none`
    None,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    HttpRequestAuthType { Basic = "basic", Bearer = "bearer", None = "none" } else
    Unknown
);

/// What the configured request carries.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct HttpRequestBody {
    /// Media type that the request declares.
    #[serde(rename = "contentType", skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The content as pairs, if it is made of fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<HttpRequestField>>,
    /// The same choice as `type`; both spellings occur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<HttpRequestBodyMode>,
    /// The content as text, if it is raw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Whether the content is a list of `fields` or one `raw` text.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<HttpRequestBodyType>,
}

/// The same choice as `type`; both spellings occur.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum HttpRequestBodyMode {
    /// `fields`
    Fields,
    /// `raw`
    Raw,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    HttpRequestBodyMode { Fields = "fields", Raw = "raw" } else Unknown
);

/// Whether the content is a list of `fields` or one `raw` text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum HttpRequestBodyType {
    /// `fields`
    Fields,
    /// `raw`
    Raw,
    /// A value that the document does not list.
    Unknown(runtime::UnlistedValue),
}
runtime::impl_open_enum!(
    HttpRequestBodyType { Fields = "fields", Raw = "raw" } else Unknown
);

/// An entire HTTP request as an end user has put it together in a form.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct HttpRequestConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<HttpRequestAuth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<HttpRequestBody>,
    /// Headers to send along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<HttpRequestField>>,
    /// HTTP method, such as `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Pairs that go into the query string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Vec<HttpRequestField>>,
    /// Which tab of the vendor's editor was open last. Without meaning for the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab: Option<String>,
    /// Where the request goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A header, a query parameter or a form field of a configured request.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct HttpRequestField {
    /// Left side of the pair.
    pub name: String,
    /// Right side of the pair, always text.
    pub value: String,
}

/// One page of connected accounts.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ListAccountsResponse {
    /// The accounts on this page.
    pub data: Vec<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_info: Option<PageInfo>,
}

/// All categories at once: a bare array, without pages.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ListAppCategoriesResponse(pub Vec<AppCategory>);
runtime::impl_wrapper!(ListAppCategoriesResponse(Vec < AppCategory >));

/// One page of the app catalogue.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ListAppsResponse {
    /// The apps on this page.
    pub data: Vec<App>,
    pub page_info: PageInfo,
}

/// One page of projects.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ListProjectsResponse {
    /// The projects on this page.
    pub data: Vec<Project>,
    pub page_info: PageInfo,
}

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OauthAppId(String);
runtime::impl_text!(OauthAppId, runtime::Rules::new().pattern("^oa_[0-9a-zA-Z]+$"));

/// A line that a component logged, or an error that it met.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct Observation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub err: Option<ObservationError>,
    /// Where the line comes from, `console.log` or `error` for example.
    pub k: String,
    /// Text of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msg: Option<String>,
    /// When it was logged, in Unix milliseconds.
    pub ts: runtime::Number,
}

/// An exception that occurred inside a component.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ObservationError {
    /// Its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Class of the exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its stack trace, helpful to the component's author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
}

/// Where this page lies in the whole list. Go on as long as `end_cursor` is there and the page is not
/// empty; the last page may carry a cursor, too.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct PageInfo {
    /// How many entries this page has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// Give it as `after` to go on to the following page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_cursor: Option<String>,
    /// Give it as `before` to go back a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_cursor: Option<String>,
    /// How many entries there are on all pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// The container of everything else: accounts, users, triggers and tokens belong to a project.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct Project {
    /// Name of your product, which end users read while they connect an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// Whether keys that an end user enters are tried out against the third party before the account is
    /// accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_require_key_auth_test: Option<bool>,
    pub id: ProjectId,
    /// Name by which your team knows the project.
    pub name: String,
    /// Where end users are told to turn for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
}

/// Which of a project's two separate worlds a request concerns. Accounts, users and triggers exist in
/// one of them only; `development` is limited to ten users.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ProjectEnvironment {
    /// `development`
    Development,
    /// `production`
    Production,
}
runtime::impl_closed_enum!(
    ProjectEnvironment { Development = "development", Production = "production" }
);

/// Identifies a project. It begins with `proj_`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProjectId(String);
runtime::impl_text!(ProjectId, runtime::Rules::new().pattern("^proj_[a-zA-Z0-9]+$"));

/// Which apps a project is set up for.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ProjectInfoResponse {
    /// The apps, by slug.
    pub apps: Vec<ProjectInfoResponseApp>,
}

/// A brief reference to an app.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ProjectInfoResponseApp {
    /// Catalogue id; null for apps that do not use OAuth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Short stable name of the app.
    pub name_slug: String,
}

/// A choice, as people see it and as the component wants it.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct PropOption {
    /// Text to show.
    pub label: String,
    #[serde(deserialize_with = "Option::deserialize")]
    pub value: Option<PropOptionValue>,
}

/// A choice wrapped under `__lv`, the same form in which labelled values are stored.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct PropOptionNested {
    #[serde(rename = "__lv")]
    pub lv: PropOption,
}

/// What is stored if the choice is taken.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub enum PropOptionValue {
    String(String),
    Integer(i64),
    Boolean(bool),
}
runtime::impl_from_variants!(PropOptionValue { Integer(i64), Boolean(bool) });

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Registry {
    /// `public`
    Public,
    /// `private`
    Private,
    /// `all`
    All,
}
runtime::impl_closed_enum!(
    Registry { Public = "public", Private = "private", All = "all" }
);

/// The component and what has been configured so far, from which its further props follow.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ReloadPropsOpts {
    /// Wait until the props are there. Without it the service may answer 202 with no body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_props: Option<ConfiguredProps>,
    /// Id from the reload before this one, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_props_id: Option<String>,
    /// End user whose connected accounts are used on the way, by your own identifier.
    pub external_user_id: String,
    /// Registry key of the component.
    pub id: String,
    /// Exact version of the component; the newest when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl ReloadPropsOpts {
    /// With what is required; the rest is not set.
    pub fn new(external_user_id: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            blocking: None,
            configured_props: None,
            dynamic_props_id: None,
            external_user_id: external_user_id.into(),
            id: id.into(),
            version: None,
        }
    }
}

/// The props as they are now. A 200 may still be a failure: look at `errors`.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ReloadPropsResponse {
    #[serde(rename = "dynamicProps", skip_serializing_if = "Option::is_none")]
    pub dynamic_props: Option<DynamicProps>,
    /// Errors from the component, in words. Empty or missing if there were none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// What the component logged meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
}

/// The action to run, with whose accounts and which inputs.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct RunActionOpts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_props: Option<ConfiguredProps>,
    /// Id from the latest reload of props, needed if the action has dynamic props.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_props_id: Option<String>,
    /// End user on whose behalf it runs, by your own identifier. The accounts in `configured_props` must be
    /// theirs.
    pub external_user_id: String,
    /// Registry key of the action, such as `slack-send-message`.
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stash_id: Option<RunActionOptsStashId>,
    /// Exact version to run; the newest when left out, so name one if your code depends on its props.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl RunActionOpts {
    /// With what is required; the rest is not set.
    pub fn new(external_user_id: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            configured_props: None,
            dynamic_props_id: None,
            external_user_id: external_user_id.into(),
            id: id.into(),
            stash_id: None,
            version: None,
        }
    }
}

/// Where the action's files go: the id of a File Stash to continue with, or `NEW` or `true` for a fresh
/// one.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct RunActionOptsStashId {
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub subtype_0: Option<StashId>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub subtype_1: Option<RunActionOptsStashIdSubtype1>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub subtype_2: Option<bool>,
}

impl RunActionOptsStashId {
    /// With nothing set.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Asks for a fresh File Stash.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RunActionOptsStashIdSubtype1 {
    /// `NEW`
    New,
}
runtime::impl_closed_enum!(RunActionOptsStashIdSubtype1 { New = "NEW" });

/// What came out of a run. An exception in the action also arrives this way, inside an entry of `os`.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct RunActionResponse {
    /// Named values that the action published; `$summary` is a sentence for people.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub exports: serde_json::Map<String, serde_json::Value>,
    /// Log lines of the run in order, errors among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub os: Vec<Observation>,
    /// Return value of the action, of whatever shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ret: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stash_id: Option<StashId>,
}

/// Where an environment's webhook shall point.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct SetWebhookOpts {
    /// Address that shall get the deliveries, reachable from outside.
    pub url: String,
}

impl SetWebhookOpts {
    /// With what is required; the rest is not set.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}

/// The webhook as it now stands.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct SetWebhookResponse {
    pub data: WebhookWithOptionalSigningKey,
}

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SortDirection {
    /// `asc`
    Asc,
    /// `desc`
    Desc,
}
runtime::impl_closed_enum!(SortDirection { Asc = "asc", Desc = "desc" });

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SortKey {
    /// `name`
    Name,
    /// `name_slug`
    NameSlug,
    /// `featured_weight`
    FeaturedWeight,
}
runtime::impl_closed_enum!(
    SortKey { Name = "name", NameSlug = "name_slug", FeaturedWeight = "featured_weight" }
);

/// Names a File Stash, the place where an action's files are kept from one run to the next.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct StashId(String);
runtime::impl_text!(StashId, runtime::Rules::new());

/// A timer that fires at the times of a cron schedule.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct TimerCron {
    /// The schedule as a cron expression.
    pub cron: String,
}

/// A timer that emits an event each time it fires.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct TimerInterface {
    /// Moment of creation in Unix milliseconds.
    pub created_at: i64,
    /// Cron expression, for timers that follow a schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// The timer's own id, beginning with `ti_`.
    pub id: TimerInterfaceId,
    /// Pause between two firings in seconds, for timers that run at intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<runtime::Number>,
    /// When the schedule was last set. The vendor states no unit; its neighbours are Unix milliseconds.
    pub schedule_changed_at: i64,
    /// Time zone in which the cron expression is read.
    pub timezone: String,
    /// Always `TimerInterface`: the tag by which emitters are told apart.
    #[serde(rename = "type")]
    pub type_: TimerInterfaceType,
    /// Moment of the latest change in Unix milliseconds.
    pub updated_at: i64,
}

/// The timer's own id, beginning with `ti_`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TimerInterfaceId(String);
runtime::impl_text!(
    TimerInterfaceId, runtime::Rules::new().pattern("^ti_[a-zA-Z0-9]+$")
);

/// Always `TimerInterface`: the tag by which emitters are told apart.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum TimerInterfaceType {
    /// `TimerInterface`
    TimerInterface,
}
runtime::impl_closed_enum!(TimerInterfaceType { TimerInterface = "TimerInterface" });

/// A timer that fires again and again after a fixed pause.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct TimerInterval {
    /// Length of the pause in seconds.
    #[serde(rename = "intervalSeconds")]
    pub interval_seconds: i64,
}

/// Hints for a program, usually an AI agent, that decides whether to call the component. They follow
/// the tool annotations of the Model Context Protocol and are claims, not guarantees.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ToolAnnotations {
    /// Calls can overwrite or delete what is there already; where false, they only ever add.
    #[serde(rename = "destructiveHint", skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// A second call with equal arguments changes nothing more.
    #[serde(rename = "idempotentHint", skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// The component reaches out to things beyond its own closed set, as a web search does and a note store
    /// does not.
    #[serde(rename = "openWorldHint", skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
    /// Nothing is changed by a call.
    #[serde(rename = "readOnlyHint", skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    /// Name of the tool as a person should see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Identifies something deployed that emits events: a trigger component (`dc_`), an HTTP interface
/// (`hi_`) or a timer (`ti_`).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TriggerId(String);
runtime::impl_text!(
    TriggerId, runtime::Rules::new().pattern("^(dc|hi|ti)_[a-zA-Z0-9]+$")
);

/// One HTTP receiver of a trigger's events.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct TriggerWebhook {
    /// Identifies the receiver in paths that ask for a `webhook_id`.
    pub id: String,
    /// Key to check deliveries with, in the answer only if you authenticated with OAuth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<runtime::SecretString>,
    /// Whether deliveries to this receiver are signed.
    pub signing_key_set: bool,
    /// Address that gets the events.
    pub url: String,
}

/// A picture that end users shall see when they connect.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct UpdateProjectLogoOpts {
    /// The picture as a data URI, base64 inside.
    pub logo: String,
}

impl UpdateProjectLogoOpts {
    /// With what is required; the rest is not set.
    pub fn new(logo: impl Into<String>) -> Self {
        Self { logo: logo.into() }
    }
}

/// Settings of a project to change; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct UpdateProjectOpts {
    /// New product name for end users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// Try out keys against the third party before accepting an account, or stop doing so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_require_key_auth_test: Option<bool>,
    /// New name for your team's use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New address for end users' questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
}

impl UpdateProjectOpts {
    /// With nothing set.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Changes to a deployed trigger; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct UpdateTriggerOpts {
    /// Pause the trigger with false, wake it with true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_props: Option<ConfiguredProps>,
    /// Whether events that exist already are emitted when the change is deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emit_on_deploy: Option<bool>,
    /// New label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl UpdateTriggerOpts {
    /// With nothing set.
    pub fn new() -> Self {
        Self::default()
    }
}

/// The receivers that a trigger shall have from now on.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct UpdateTriggerWebhooksOpts {
    /// All receiving addresses; those not in the list are removed.
    pub webhook_urls: Vec<String>,
}

impl UpdateTriggerWebhooksOpts {
    /// With what is required; the rest is not set.
    pub fn new(webhook_urls: Vec<String>) -> Self {
        Self { webhook_urls }
    }
}

/// The workflows that a trigger shall feed from now on.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct UpdateTriggerWorkflowsOpts {
    /// All workflow ids; those not in the list are disconnected.
    pub workflow_ids: Vec<String>,
}

impl UpdateTriggerWorkflowsOpts {
    /// With what is required; the rest is not set.
    pub fn new(workflow_ids: Vec<String>) -> Self {
        Self { workflow_ids }
    }
}

/// What a Connect token is good for. A refusal also comes with status 200, so look at `success`.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct ValidateTokenResponse {
    /// The app in question; null if the token was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<App>,
    /// Why the token was refused. Null if it was not.
    #[serde(deserialize_with = "Option::deserialize")]
    pub error: Option<String>,
    /// Page for failed connections, as set when the token was minted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_redirect_uri: Option<String>,
    /// Your OAuth client for the app, if one is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_app_id: Option<String>,
    /// Product name that the end user will read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_app_name: Option<String>,
    /// World that the token belongs to, `development` or `production`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_environment: Option<String>,
    /// Project that the token belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// Support address that the end user will read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_support_email: Option<String>,
    /// Whether the token can be used for the app.
    pub success: bool,
    /// Page for finished connections, as set when the token was minted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_redirect_uri: Option<String>,
}

/// A webhook of a project environment, without its key.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct Webhook {
    /// When it was set up, in Unix seconds.
    pub created_at: i64,
    /// Identifies the webhook.
    pub id: String,
    /// Whether deliveries are signed.
    pub signing_key_set: bool,
    /// When it last changed, in Unix seconds.
    pub updated_at: i64,
    /// Address that gets the deliveries.
    pub url: String,
}

/// A webhook whose key is there only if it has just come into being. Store it then: a later change of
/// the address does not repeat it.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct WebhookWithOptionalSigningKey {
    /// When it was set up, in Unix seconds.
    pub created_at: i64,
    /// Identifies the webhook.
    pub id: String,
    /// The key, if this request created the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<runtime::SecretString>,
    /// Whether deliveries are signed.
    pub signing_key_set: bool,
    /// When it last changed, in Unix seconds.
    pub updated_at: i64,
    /// Address that gets the deliveries.
    pub url: String,
}

/// A webhook and the key that its deliveries are signed with.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct WebhookWithSigningKey {
    /// When it was set up, in Unix seconds.
    pub created_at: i64,
    /// Identifies the webhook.
    pub id: String,
    /// Secret for the HMAC-SHA256 signature of deliveries.
    pub signing_key: runtime::SecretString,
    /// Whether deliveries are signed.
    pub signing_key_set: bool,
    /// When it last changed, in Unix seconds.
    pub updated_at: i64,
    /// Address that gets the deliveries.
    pub url: String,
}

/// A Pipedream workflow that shall receive the events.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct WorkflowId(String);
runtime::impl_text!(WorkflowId, runtime::Rules::new().pattern("^p_[a-zA-Z0-9]+"));
