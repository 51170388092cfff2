//! What the fake Dynamiq remembers: requirements, tokens, and who has fulfilled what.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::ids::Ids;

/// How long a Connect token of Dynamiq is good.
const CONNECT_TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);

pub(super) struct State {
    pub(super) now: Moment,
    ids: Ids,
    /// Whether the App takes calls with an access key alone.
    pub(super) private: bool,
    /// The workflow of the App that has the requirements.
    workflow: String,
    pub(super) requirements: Vec<Requirement>,
    tokens: Vec<Token>,
    /// User and requirement.
    fulfilled: BTreeSet<(String, String)>,
    /// Authorizations that were begun and not granted yet, by user and requirement.
    pending: BTreeSet<(String, String)>,
}

#[derive(Clone)]
pub(super) struct Requirement {
    pub(super) id: String,
    pub(super) need: Need,
}

/// How a requirement is fulfilled.
#[derive(Clone)]
pub(super) enum Need {
    /// An account of the app with this slug.
    Account(String),
    /// Credentials for a connection of this class.
    Credentials(String),
    /// A connection of this class through OAuth 2.
    OAuth2(String),
}

#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: String,
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

    pub(super) fn require(&mut self, need: Need) -> String {
        let id = uuid(&mut self.ids);
        self.requirements.push(Requirement {
            id: id.clone(),
            need,
        });
        id
    }

    /// A new Connect token for a user: a JWT in form, known by its text.
    pub(super) fn mint(&mut self, user: &str) -> Token {
        let expires = self.now + CONNECT_TOKEN_LIFE;
        let part = |value: Value| BASE64.encode(value.to_string());
        let text = format!(
            "{}.{}.{}",
            part(json!({ "alg": "HS256", "typ": "JWT" })),
            part(json!({ "sub": user, "exp": expires.timestamp() })),
            BASE64.encode(self.ids.token("")),
        );
        let token = Token {
            text,
            user: user.to_owned(),
            expires,
        };
        self.tokens.push(token.clone());
        token
    }

    /// The user of a Connect token that is still good.
    pub(super) fn user_of(&self, token: &str) -> Option<&str> {
        let mut tokens = self.tokens.iter();
        let token = tokens.find(|it| it.text == token && it.expires > self.now)?;
        Some(&token.user)
    }

    pub(super) fn fulfil(&mut self, user: &str, requirement: &str) {
        self.fulfilled
            .insert((user.to_owned(), requirement.to_owned()));
    }

    /// Whether a user has fulfilled a requirement; `has_account` tells whether they have an account of an app.
    pub(super) fn is_fulfilled(
        &self,
        user: &str,
        requirement: &Requirement,
        has_account: impl Fn(&str) -> bool,
    ) -> bool {
        let pair = (user.to_owned(), requirement.id.clone());
        match &requirement.need {
            Need::Account(app) => has_account(app),
            Need::Credentials(_) | Need::OAuth2(_) => self.fulfilled.contains(&pair),
        }
    }

    /// Begins an authorization.
    pub(super) fn ask(&mut self, user: &str, requirement: &str) {
        self.pending
            .insert((user.to_owned(), requirement.to_owned()));
    }

    /// Grants an authorization, if one was begun.
    pub(super) fn grant(&mut self, user: &str, requirement: &str) -> bool {
        let asked = self
            .pending
            .remove(&(user.to_owned(), requirement.to_owned()));
        if asked {
            self.fulfil(user, requirement);
        }
        asked
    }

    /// A requirement as the App's host shows it.
    pub(super) fn as_app_requirement(&self, requirement: &Requirement) -> Value {
        json!({
            "id": requirement.id,
            "type": requirement.kind(),
            "form": { "title": requirement.title(), "description": "Asked for by the App." },
            "spec": requirement.spec(),
            "workflow_id": self.workflow,
            "name": requirement.title().to_lowercase(),
        })
    }
}

impl Requirement {
    fn kind(&self) -> &'static str {
        match self.need {
            Need::Account(_) => "pipedream_account",
            Need::Credentials(_) | Need::OAuth2(_) => "connection",
        }
    }

    fn title(&self) -> String {
        match &self.need {
            Need::Account(app) => format!("Account of {app}"),
            Need::Credentials(class) | Need::OAuth2(class) => format!("Connection {class}"),
        }
    }

    fn spec(&self) -> Value {
        let data = match &self.need {
            Need::Account(app) => json!({ "app_slug": app }),
            Need::Credentials(class) | Need::OAuth2(class) => json!({ "type": class }),
        };
        json!({ "type": self.kind(), "data": data })
    }

    /// The requirement as the holder of a Connect token sees it.
    pub(super) fn as_connect_requirement(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.kind(),
            "title": self.title(),
            "description": "Asked for by the App.",
            "spec": self.spec(),
        })
    }
}

/// The same ids in every run, in the form of UUIDs.
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
