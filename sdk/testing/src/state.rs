//! State of the fake: projects, users, accounts, triggers, tokens and related objects.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::delivery::PendingDelivery;
use crate::ids::Ids;
use crate::response::{FakeResponse, Rejection};
use crate::seed;

/// All data that requests change and responses show.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) now: Moment,
    pub(crate) ids: Ids,
    pub(crate) categories: Vec<Value>,
    pub(crate) apps: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) projects: Vec<Project>,
    pub(crate) environments: BTreeMap<Environment, EnvironmentData>,
    #[cfg(feature = "private-key-jwt")]
    pub(crate) client_keys: crate::assertion::ClientKeys,
    pub(crate) access_tokens: Vec<AccessToken>,
    pub(crate) connect_tokens: Vec<ConnectToken>,
    pub(crate) oauth_apps: Vec<OauthApp>,
    pub(crate) app_overrides: Vec<AppOverride>,
    pub(crate) rate_limits: Vec<RateLimit>,
    pub(crate) usage: Vec<Usage>,
    /// Props returned by a reload, by the ID of the set.
    pub(crate) dynamic_props: BTreeMap<String, Value>,
    pub(crate) files: BTreeMap<String, StashedFile>,
    /// Responses to proxied requests, by prefix of the target URL.
    pub(crate) upstreams: Vec<(String, FakeResponse)>,
    /// Results of running an action, by its key.
    pub(crate) action_results: BTreeMap<String, ActionResult>,
    /// Errors of attempts to connect an account, by slug of the app.
    pub(crate) connection_errors: BTreeMap<String, String>,
    /// Sessions of the MCP server, by ID.
    pub(crate) mcp_sessions: BTreeMap<String, crate::mcp::Session>,
    /// Deliveries caused by the current request.
    pub(crate) outbox: Vec<PendingDelivery>,
}

/// A project in one of its two environments, which have separate users, accounts and triggers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Environment {
    pub(crate) project: String,
    pub(crate) name: String,
}

/// Data of one project and environment.
#[derive(Debug, Default)]
pub(crate) struct EnvironmentData {
    pub(crate) users: Vec<User>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) webhook: Option<Webhook>,
}

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) fields: Map<String, Value>,
}

#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) external_id: String,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) user: String,
    pub(crate) app: Value,
    pub(crate) oauth_app: Option<String>,
    pub(crate) credentials: Value,
    pub(crate) healthy: bool,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

#[derive(Debug)]
pub(crate) struct Trigger {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) user: String,
    pub(crate) component: Value,
    pub(crate) configured_props: Value,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) emit_on_deploy: bool,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) events: Vec<Value>,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) workflows: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) signing_key: String,
    /// Start of the deactivation, which follows repeated failures of deliveries.
    pub(crate) deactivated: Option<Moment>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// An OAuth client that a project has registered for an app.
#[derive(Debug)]
pub(crate) struct OauthApp {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) app: Value,
    pub(crate) fields: Map<String, Value>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// Field values that a project has set for an app.
#[derive(Debug, Clone)]
pub(crate) struct AppOverride {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) app: Value,
    pub(crate) name: String,
    pub(crate) oauth_app: Option<String>,
    pub(crate) values: Map<String, Value>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// Maximum number of requests per window that carry a token.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) token: String,
    pub(crate) window: TimeDelta,
    pub(crate) requests: i64,
    /// Start of the current window, and the number of requests in it.
    pub(crate) began: Moment,
    pub(crate) counted: i64,
}

#[derive(Debug)]
pub(crate) struct AccessToken {
    pub(crate) value: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Moment,
}

#[derive(Debug, Clone)]
pub(crate) struct ConnectToken {
    pub(crate) value: String,
    pub(crate) environment: Environment,
    pub(crate) user: String,
    pub(crate) expires: Moment,
    pub(crate) used: bool,
    pub(crate) success_redirect: Value,
    pub(crate) error_redirect: Value,
    /// The `webhook_uri`.
    pub(crate) webhook: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Usage {
    pub(crate) kind: UsageKind,
    pub(crate) at: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsageKind {
    ActionRun,
    Proxy,
    SourceEmit,
}

#[derive(Debug)]
pub(crate) enum StashedFile {
    Direct(Bytes),
    Redirected(Bytes),
}

#[derive(Debug, Clone)]
pub(crate) enum ActionResult {
    Returns(Value),
    Fails(String),
}

/// Sender of a request.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// The operation requires no credential.
    Anyone,
    /// A server with an access token.
    Server { scopes: Vec<String> },
    /// A user's client with a Connect token.
    Client(Box<ConnectToken>),
}

impl Caller {
    /// Name of the security scheme in the document.
    pub(crate) fn scheme(&self) -> &'static str {
        match self {
            Self::Anyone => "none",
            Self::Server { .. } => OAUTH2,
            Self::Client(_) => CONNECT_TOKEN,
        }
    }

    /// Returns `true` if a scope was granted, directly or by a wildcard: `*`, `connect:*`, `connect:users:*`.
    pub(crate) fn has_scope(&self, wanted: &str) -> bool {
        match self {
            Self::Server { scopes } => scopes.iter().any(|granted| {
                granted == wanted
                    || granted
                        .strip_suffix('*')
                        .is_some_and(|beginning| wanted.starts_with(beginning))
            }),
            _ => true,
        }
    }

    /// Returns `true` if responses may contain signing keys.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Server { .. })
    }
}

/// Security scheme of a server.
pub(crate) const OAUTH2: &str = "OAuth2";
/// Security scheme of a user's client.
pub(crate) const CONNECT_TOKEN: &str = "ConnectToken";

/// Lifetime of an access token.
pub(crate) const ACCESS_TOKEN_LIFE: TimeDelta = TimeDelta::hours(1);
/// Default and maximum lifetime of a Connect token.
pub(crate) const CONNECT_TOKEN_LIFE: TimeDelta = TimeDelta::hours(4);
/// Maximum number of external users in the development environment of a project.
const DEVELOPMENT_USERS: usize = 10;

impl State {
    /// Creates the initial state: the catalog of apps and components, and one project.
    pub(crate) fn new(now: Moment, project: &str) -> Self {
        let mut fields = Map::new();
        fields.insert("name".to_owned(), Value::from("Fake project"));
        fields.insert("app_name".to_owned(), Value::from("Fake app"));
        Self {
            now,
            ids: Ids::new(),
            categories: seed::categories(),
            apps: seed::apps(),
            components: seed::components(),
            projects: vec![Project {
                id: project.to_owned(),
                fields,
            }],
            environments: BTreeMap::new(),
            #[cfg(feature = "private-key-jwt")]
            client_keys: Default::default(),
            access_tokens: Vec::new(),
            connect_tokens: Vec::new(),
            oauth_apps: Vec::new(),
            app_overrides: Vec::new(),
            rate_limits: Vec::new(),
            usage: Vec::new(),
            dynamic_props: BTreeMap::new(),
            files: BTreeMap::new(),
            upstreams: Vec::new(),
            action_results: BTreeMap::new(),
            connection_errors: BTreeMap::new(),
            mcp_sessions: BTreeMap::new(),
            outbox: Vec::new(),
        }
    }

    /// Returns the owner of a token that has not expired.
    pub(crate) fn caller(&self, token: &str) -> Option<Caller> {
        if let Some(known) = self.access_tokens.iter().find(|it| it.value == token) {
            let scopes = known.scopes.clone();
            return (known.expires > self.now).then_some(Caller::Server { scopes });
        }
        let known = self.connect_tokens.iter().find(|it| it.value == token)?;
        (known.expires > self.now).then(|| Caller::Client(Box::new(known.clone())))
    }

    /// Returns the project of a Connect token, which may have expired.
    pub(crate) fn project_of(&self, connect_token: &str) -> Option<&str> {
        let mut known = self.connect_tokens.iter();
        let known = known.find(|it| it.value == connect_token)?;
        Some(&known.environment.project)
    }

    /// Creates an access token. No scopes means all scopes.
    pub(crate) fn issue_access_token(&mut self, scopes: Vec<String>) -> String {
        let value = self.ids.token("access_");
        let scopes = if scopes.is_empty() {
            vec!["*".to_owned()]
        } else {
            scopes
        };
        let expires = self.now + ACCESS_TOKEN_LIFE;
        self.access_tokens.push(AccessToken {
            value: value.clone(),
            scopes,
            expires,
        });
        value
    }

    pub(crate) fn environment_data(&mut self, environment: &Environment) -> &mut EnvironmentData {
        self.environments.entry(environment.clone()).or_default()
    }

    /// Finds an app by its slug or ID.
    pub(crate) fn app(&self, name: &str) -> Option<&Value> {
        let mut apps = self.apps.iter();
        apps.find(|app| app["name_slug"] == name || app["id"] == name)
    }

    /// Finds a component by its key.
    pub(crate) fn component(&self, key: &str) -> Option<&Value> {
        self.components.iter().find(|it| it["key"] == key)
    }

    /// Adds a user unless it exists, and returns the ID that Pipedream assigns.
    ///
    /// The development environment accepts ten users. The status code for one more is not documented.
    pub(crate) fn ensure_user(
        &mut self,
        environment: &Environment,
        external_id: &str,
    ) -> Result<String, Rejection> {
        let now = self.now;
        let id = self.ids.id("exu");
        let users = &mut self.environment_data(environment).users;
        if let Some(known) = users.iter_mut().find(|it| it.external_id == external_id) {
            known.updated = now;
            return Ok(known.id.clone());
        }
        if environment.name == "development" && users.len() >= DEVELOPMENT_USERS {
            return Err(Rejection::new(
                403,
                format!(
                    "the development environment accepts at most {DEVELOPMENT_USERS} external users"
                ),
            ));
        }
        users.push(User {
            id: id.clone(),
            external_id: external_id.to_owned(),
            created: now,
            updated: now,
        });
        Ok(id)
    }

    /// Adds an account of an app, which must exist.
    pub(crate) fn add_account(
        &mut self,
        environment: &Environment,
        user: &str,
        app: &str,
    ) -> Result<&mut Account, Rejection> {
        let app = self.app(app).ok_or_else(|| Rejection::missing("app"))?;
        let app = app.clone();
        self.ensure_user(environment, user)?;
        let account = Account {
            id: self.ids.id("apn"),
            name: app["name"].as_str().map(str::to_owned),
            user: user.to_owned(),
            app,
            oauth_app: None,
            credentials: Value::Null,
            healthy: true,
            created: self.now,
            updated: self.now,
        };
        let accounts = &mut self.environment_data(environment).accounts;
        accounts.push(account);
        accounts
            .last_mut()
            .ok_or_else(|| Rejection::missing("account"))
    }

    /// Adds an OAuth client of a project for an app, which must exist and use OAuth.
    pub(crate) fn add_oauth_app(&mut self, project: &str, app: &str) -> Option<&mut OauthApp> {
        let app = self.app(app).filter(|app| app["auth_type"] == "oauth");
        let app = app?.clone();
        self.oauth_apps.push(OauthApp {
            id: self.ids.id("oa"),
            project: project.to_owned(),
            app,
            fields: Map::new(),
            created: self.now,
            updated: self.now,
        });
        self.oauth_apps.last_mut()
    }

    /// Creates an app override of a project without adding it to the state. The app must exist.
    pub(crate) fn new_app_override(&mut self, project: &str, app: &str) -> Option<AppOverride> {
        Some(AppOverride {
            app: self.app(app)?.clone(),
            id: self.ids.id("ao"),
            project: project.to_owned(),
            name: String::new(),
            oauth_app: None,
            values: Map::new(),
            created: self.now,
            updated: self.now,
        })
    }

    /// Adds a deployed trigger of a component, which must exist.
    pub(crate) fn deploy(
        &mut self,
        environment: &Environment,
        user: &str,
        component: &str,
    ) -> Result<&mut Trigger, Rejection> {
        let component = self
            .component(component)
            .filter(|it| it["component_type"] == "trigger")
            .ok_or_else(|| Rejection::missing("component"))?
            .clone();
        let owner = self.ensure_user(environment, user)?;
        let trigger = Trigger {
            id: self.ids.id("dc"),
            owner,
            user: user.to_owned(),
            name: component["name"].as_str().unwrap_or_default().to_owned(),
            component,
            configured_props: Value::Object(Map::new()),
            active: true,
            emit_on_deploy: true,
            created: self.now,
            updated: self.now,
            events: Vec::new(),
            webhooks: Vec::new(),
            workflows: Vec::new(),
        };
        let triggers = &mut self.environment_data(environment).triggers;
        triggers.push(trigger);
        triggers
            .last_mut()
            .ok_or_else(|| Rejection::missing("trigger"))
    }

    /// Finds a deployed trigger by its ID in any environment.
    pub(crate) fn trigger(&mut self, id: &str) -> Option<&mut Trigger> {
        let mut triggers = self
            .environments
            .values_mut()
            .flat_map(|it| &mut it.triggers);
        triggers.find(|it| it.id == id)
    }

    /// Finds a webhook of a deployed trigger by its ID in any environment.
    pub(crate) fn trigger_webhook(&mut self, id: &str) -> Option<&mut Webhook> {
        let triggers = self
            .environments
            .values_mut()
            .flat_map(|it| &mut it.triggers);
        triggers
            .flat_map(|it| &mut it.webhooks)
            .find(|it| it.id == id)
    }

    /// Creates a webhook with a signing key without attaching it to anything.
    pub(crate) fn new_webhook(&mut self, url: &str) -> Webhook {
        Webhook {
            id: self.ids.id("wh"),
            url: url.to_owned(),
            signing_key: self.ids.token("whsec_"),
            deactivated: None,
            created: self.now,
            updated: self.now,
        }
    }

    /// Counts one credit.
    pub(crate) fn use_credit(&mut self, kind: UsageKind) {
        self.usage.push(Usage { kind, at: self.now });
    }

    /// Adds an event of a trigger. Returns `false` if the trigger is paused, and `None` if it does not exist.
    pub(crate) fn emit(&mut self, trigger: &str, event: Value) -> Option<bool> {
        let id = self.ids.id("evt");
        let now = self.now;
        let trigger = self.trigger(trigger)?;
        if trigger.active {
            trigger.events.push(serde_json::json!({
                "id": id, "e": event, "k": "emit", "ts": now.timestamp_millis(),
            }));
            self.use_credit(UsageKind::SourceEmit);
            return Some(true);
        }
        Some(false)
    }
}

impl Webhook {
    /// Replaces the signing key. The old key is no longer used.
    pub(crate) fn sign_with(&mut self, key: String, now: Moment) {
        self.signing_key = key;
        self.updated = now;
    }
}
