//! What the fake remembers: projects, users, accounts, triggers, tokens, and what belongs to them.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::delivery::Parcel;
use crate::ids::Ids;
use crate::response::{FakeResponse, Rejection};
use crate::seed;

/// Everything that requests change and answers show.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) now: Moment,
    pub(crate) ids: Ids,
    pub(crate) categories: Vec<Value>,
    pub(crate) apps: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) projects: Vec<Project>,
    pub(crate) spaces: BTreeMap<Place, Space>,
    #[cfg(feature = "private-key-jwt")]
    pub(crate) client_keys: crate::assertion::ClientKeys,
    pub(crate) access_tokens: Vec<AccessToken>,
    pub(crate) connect_tokens: Vec<ConnectToken>,
    pub(crate) oauth_apps: Vec<OauthApp>,
    pub(crate) app_overrides: Vec<AppOverride>,
    pub(crate) rate_limits: Vec<RateLimit>,
    pub(crate) usage: Vec<Usage>,
    /// Sets of props that a reload gave, by their id.
    pub(crate) dynamic_props: BTreeMap<String, Value>,
    pub(crate) files: BTreeMap<String, File>,
    /// What target URLs answer through the proxy, by the beginning of the URL.
    pub(crate) upstreams: Vec<(String, FakeResponse)>,
    /// What runs of an action give, by its key.
    pub(crate) runs: BTreeMap<String, Run>,
    /// Why no account of an app can be connected, by its slug.
    pub(crate) refusing: BTreeMap<String, String>,
    /// What is to be posted because of the request that is being carried out.
    pub(crate) outbox: Vec<Parcel>,
}

/// A project in one of its two environments: each has its own users, accounts and triggers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) project: String,
    pub(crate) environment: String,
}

/// What belongs to one project and environment.
#[derive(Debug, Default)]
pub(crate) struct Space {
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
    /// Since when nothing is delivered to it any more, because deliveries failed.
    pub(crate) given_up: Option<Moment>,
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

/// What a project has laid down for an app.
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

/// How many requests that carry a token are possible in a window.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) token: String,
    pub(crate) window: TimeDelta,
    pub(crate) requests: i64,
    /// When the window began that is open now, and how many requests it has had.
    pub(crate) began: Moment,
    pub(crate) counted: i64,
}

#[derive(Debug)]
pub(crate) struct AccessToken {
    pub(crate) text: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Moment,
}

#[derive(Debug, Clone)]
pub(crate) struct ConnectToken {
    pub(crate) text: String,
    pub(crate) place: Place,
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
pub(crate) enum File {
    Here(Bytes),
    Elsewhere(Bytes),
}

#[derive(Debug, Clone)]
pub(crate) enum Run {
    Returns(Value),
    Fails(String),
}

/// Who sends a request.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// The operation asks for no credential.
    Anyone,
    /// A server with an access token.
    Server { scopes: Vec<String> },
    /// A user's client, with a Connect token.
    Client(Box<ConnectToken>),
}

impl Caller {
    /// The name of the security scheme in the document.
    pub(crate) fn scheme(&self) -> &'static str {
        match self {
            Self::Anyone => "none",
            Self::Server { .. } => OAUTH2,
            Self::Client(_) => CONNECT_TOKEN,
        }
    }

    /// Whether a scope was granted, itself or by a wildcard: `*`, `connect:*`, `connect:users:*`.
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

    /// Whether answers may carry signing keys.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Server { .. })
    }
}

/// What the document calls the credential of a server.
pub(crate) const OAUTH2: &str = "OAuth2";
/// What the document calls the credential of a user's client.
pub(crate) const CONNECT_TOKEN: &str = "ConnectToken";

/// How long an access token lives.
pub(crate) const ACCESS_TOKEN_LIFE: TimeDelta = TimeDelta::hours(1);
/// How long a Connect token lives where nothing shorter is asked for.
pub(crate) const CONNECT_TOKEN_LIFE: TimeDelta = TimeDelta::hours(4);
/// How many external users a project's development environment takes.
const DEVELOPMENT_USERS: usize = 10;

impl State {
    /// The catalogue of apps and components, and one project.
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
            spaces: BTreeMap::new(),
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
            runs: BTreeMap::new(),
            refusing: BTreeMap::new(),
            outbox: Vec::new(),
        }
    }

    /// Whose token this is, if it has not expired.
    pub(crate) fn caller(&self, token: &str) -> Option<Caller> {
        if let Some(known) = self.access_tokens.iter().find(|it| it.text == token) {
            let scopes = known.scopes.clone();
            return (known.expires > self.now).then_some(Caller::Server { scopes });
        }
        let known = self.connect_tokens.iter().find(|it| it.text == token)?;
        (known.expires > self.now).then(|| Caller::Client(Box::new(known.clone())))
    }

    /// The project of a Connect token, expired or not.
    pub(crate) fn project_of(&self, connect_token: &str) -> Option<&str> {
        let mut known = self.connect_tokens.iter();
        let known = known.find(|it| it.text == connect_token)?;
        Some(&known.place.project)
    }

    /// A new access token; no scopes means all of them.
    pub(crate) fn issue_access_token(&mut self, scopes: Vec<String>) -> String {
        let text = self.ids.token("access_");
        let scopes = if scopes.is_empty() {
            vec!["*".to_owned()]
        } else {
            scopes
        };
        let expires = self.now + ACCESS_TOKEN_LIFE;
        self.access_tokens.push(AccessToken {
            text: text.clone(),
            scopes,
            expires,
        });
        text
    }

    pub(crate) fn space(&mut self, place: &Place) -> &mut Space {
        self.spaces.entry(place.clone()).or_default()
    }

    /// An app by its slug or its id.
    pub(crate) fn app(&self, name: &str) -> Option<&Value> {
        let mut apps = self.apps.iter();
        apps.find(|app| app["name_slug"] == name || app["id"] == name)
    }

    /// A component by its key.
    pub(crate) fn component(&self, key: &str) -> Option<&Value> {
        self.components.iter().find(|it| it["key"] == key)
    }

    /// Makes sure that a user is known from now on; gives the id that Pipedream has for them.
    ///
    /// The development environment takes ten users. With which status one more is refused is not documented.
    pub(crate) fn meet_user(
        &mut self,
        place: &Place,
        external_id: &str,
    ) -> Result<String, Rejection> {
        let now = self.now;
        let id = self.ids.id("exu");
        let users = &mut self.space(place).users;
        if let Some(known) = users.iter_mut().find(|it| it.external_id == external_id) {
            known.updated = now;
            return Ok(known.id.clone());
        }
        if place.environment == "development" && users.len() >= DEVELOPMENT_USERS {
            return Err(Rejection::new(
                403,
                format!("the development environment takes {DEVELOPMENT_USERS} external users"),
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

    /// A new account of an app, which has to be known.
    pub(crate) fn add_account(
        &mut self,
        place: &Place,
        user: &str,
        app: &str,
    ) -> Result<&mut Account, Rejection> {
        let app = self.app(app).ok_or_else(|| Rejection::missing("app"))?;
        let app = app.clone();
        self.meet_user(place, user)?;
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
        let accounts = &mut self.space(place).accounts;
        accounts.push(account);
        accounts
            .last_mut()
            .ok_or_else(|| Rejection::missing("account"))
    }

    /// A new OAuth client of a project for an app, which has to be known and to use OAuth.
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

    /// An app override of a project, not yet among those of the state; its app has to be known.
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

    /// A new deployed trigger of a component, which has to be known.
    pub(crate) fn deploy(
        &mut self,
        place: &Place,
        user: &str,
        component: &str,
    ) -> Result<&mut Trigger, Rejection> {
        let component = self
            .component(component)
            .filter(|it| it["component_type"] == "trigger")
            .ok_or_else(|| Rejection::missing("component"))?
            .clone();
        let owner = self.meet_user(place, user)?;
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
        let triggers = &mut self.space(place).triggers;
        triggers.push(trigger);
        triggers
            .last_mut()
            .ok_or_else(|| Rejection::missing("trigger"))
    }

    /// A deployed trigger by its id, wherever it is.
    pub(crate) fn trigger(&mut self, id: &str) -> Option<&mut Trigger> {
        let mut triggers = self.spaces.values_mut().flat_map(|it| &mut it.triggers);
        triggers.find(|it| it.id == id)
    }

    /// A webhook of a deployed trigger by its id, wherever it is.
    pub(crate) fn trigger_webhook(&mut self, id: &str) -> Option<&mut Webhook> {
        let triggers = self.spaces.values_mut().flat_map(|it| &mut it.triggers);
        triggers
            .flat_map(|it| &mut it.webhooks)
            .find(|it| it.id == id)
    }

    /// A new webhook with a signing key, not yet attached to anything.
    pub(crate) fn new_webhook(&mut self, url: &str) -> Webhook {
        Webhook {
            id: self.ids.id("wh"),
            url: url.to_owned(),
            signing_key: self.ids.token("whsec_"),
            given_up: None,
            created: self.now,
            updated: self.now,
        }
    }

    /// Counts one credit.
    pub(crate) fn use_credit(&mut self, kind: UsageKind) {
        self.usage.push(Usage { kind, at: self.now });
    }

    /// An event of a trigger, unless that is paused. Nothing where there is no such trigger.
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
    /// Replaces the signing key: the old one signs nothing any more.
    pub(crate) fn sign_with(&mut self, key: String, now: Moment) {
        self.signing_key = key;
        self.updated = now;
    }
}
