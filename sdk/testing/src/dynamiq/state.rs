//! State of the fake Dynamiq: requirements, tokens, and the requirements that users have fulfilled.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::ids::Ids;

/// Lifetime of a Connect token of Dynamiq.
const CONNECT_TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);

pub(super) struct State {
    pub(super) now: Moment,
    ids: Ids,
    /// `true` if the App requires an access key.
    pub(super) private: bool,
    /// ID of the workflow of the App that has the requirements.
    workflow: String,
    pub(super) requirements: Vec<Requirement>,
    tokens: Vec<Token>,
    /// User and requirement.
    fulfilled: BTreeSet<(String, String)>,
    /// Authorizations that were started but not granted, by user and requirement.
    pending: BTreeSet<(String, String)>,
}

#[derive(Clone)]
pub(super) struct Requirement {
    pub(super) id: String,
    pub(super) kind: RequirementKind,
}

/// The object that fulfills a requirement.
#[derive(Clone)]
pub(super) enum RequirementKind {
    /// An account of the app with this slug.
    Account(String),
    /// Credentials for a connection of this class.
    Credentials(String),
    /// A connection of this class through OAuth 2.
    OAuth2(String),
}

#[derive(Clone)]
pub(super) struct Token {
    pub(super) value: String,
    pub(super) user: String,
    pub(super) expires: Moment,
}

impl State {
    pub(super) fn new(now: Moment, private: bool) -> Self {
        let mut ids = Ids::new();
        Self {
            now,
            workflow: uuid(&mut ids),
            ids,
            private,
            requirements: Vec::new(),
            tokens: Vec::new(),
            fulfilled: BTreeSet::new(),
            pending: BTreeSet::new(),
        }
    }

    pub(super) fn require(&mut self, kind: RequirementKind) -> String {
        let id = uuid(&mut self.ids);
        self.requirements.push(Requirement {
            id: id.clone(),
            kind,
        });
        id
    }

    /// Creates a Connect token for a user. It has the format of a JWT, but is looked up by its value.
    pub(super) fn create_token(&mut self, user: &str) -> Token {
        let expires = self.now + CONNECT_TOKEN_LIFE;
        let part = |value: Value| BASE64.encode(value.to_string());
        let value = format!(
            "{}.{}.{}",
            part(json!({ "alg": "HS256", "typ": "JWT" })),
            part(json!({ "sub": user, "exp": expires.timestamp() })),
            BASE64.encode(self.ids.token("")),
        );
        let token = Token {
            value,
            user: user.to_owned(),
            expires,
        };
        self.tokens.push(token.clone());
        token
    }

    /// Returns the user of a Connect token that has not expired.
    pub(super) fn user_of_token(&self, token: &str) -> Option<&str> {
        let mut tokens = self.tokens.iter();
        let token = tokens.find(|it| it.value == token && it.expires > self.now)?;
        Some(&token.user)
    }

    pub(super) fn fulfill(&mut self, user: &str, requirement: &str) {
        self.fulfilled
            .insert((user.to_owned(), requirement.to_owned()));
    }

    /// Returns `true` if a user has fulfilled a requirement. `has_account` returns `true` if the user has an
    /// account of an app.
    pub(super) fn is_fulfilled(
        &self,
        user: &str,
        requirement: &Requirement,
        has_account: impl Fn(&str) -> bool,
    ) -> bool {
        let pair = (user.to_owned(), requirement.id.clone());
        match &requirement.kind {
            RequirementKind::Account(app) => has_account(app),
            RequirementKind::Credentials(_) | RequirementKind::OAuth2(_) => {
                self.fulfilled.contains(&pair)
            }
        }
    }

    /// Starts an authorization.
    pub(super) fn begin_authorization(&mut self, user: &str, requirement: &str) {
        self.pending
            .insert((user.to_owned(), requirement.to_owned()));
    }

    /// Grants an authorization. Returns `false` if none was started.
    pub(super) fn complete_authorization(&mut self, user: &str, requirement: &str) -> bool {
        let pending_removed = self
            .pending
            .remove(&(user.to_owned(), requirement.to_owned()));
        if pending_removed {
            self.fulfill(user, requirement);
        }
        pending_removed
    }

    /// Returns a requirement in the format of the App's host.
    pub(super) fn as_app_requirement(&self, requirement: &Requirement) -> Value {
        json!({
            "id": requirement.id,
            "type": requirement.type_name(),
            "form": { "title": requirement.title(), "description": "Required by the App." },
            "spec": requirement.spec(),
            "workflow_id": self.workflow,
            "name": requirement.title().to_lowercase(),
        })
    }
}

impl Requirement {
    fn type_name(&self) -> &'static str {
        match self.kind {
            RequirementKind::Account(_) => "pipedream_account",
            RequirementKind::Credentials(_) | RequirementKind::OAuth2(_) => "connection",
        }
    }

    fn title(&self) -> String {
        match &self.kind {
            RequirementKind::Account(app) => format!("Account of {app}"),
            RequirementKind::Credentials(class) | RequirementKind::OAuth2(class) => {
                format!("Connection {class}")
            }
        }
    }

    fn spec(&self) -> Value {
        let data = match &self.kind {
            RequirementKind::Account(app) => json!({ "app_slug": app }),
            RequirementKind::Credentials(class) | RequirementKind::OAuth2(class) => {
                json!({ "type": class })
            }
        };
        json!({ "type": self.type_name(), "data": data })
    }

    /// Returns the requirement in the format of the management host.
    pub(super) fn as_connect_requirement(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.type_name(),
            "title": self.title(),
            "description": "Required by the App.",
            "spec": self.spec(),
        })
    }
}

/// Returns an ID in the format of a UUID. The sequence is the same in every run.
fn uuid(ids: &mut Ids) -> String {
    let digits = ids.token("");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let parts = [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ];
    parts.join("-")
}
