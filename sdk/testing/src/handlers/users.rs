//! External users.

use serde_json::{Value, json};

use super::{HandlerResult, ValidRequest, no_content, ok};
use crate::clock::rfc3339;
use crate::response::Rejection;
use crate::state::{State, User};

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let q = request.query("q").unwrap_or_default().to_lowercase();
    let found = state.environment_data(&environment).users.iter();
    let found = found.filter(|it| it.external_id.to_lowercase().contains(&q));
    ok(request.paging().page(found, |it| &it.id, User::to_json)?)
}

/// Deletes a user with all accounts and triggers.
pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.path("external_user_id").to_owned();
    request.user(Some(&user))?;
    let data = state.environment_data(&environment);
    let before = data.users.len();
    data.users.retain(|it| it.external_id != user);
    if data.users.len() == before {
        return Err(Rejection::missing("user"));
    }
    data.accounts.retain(|it| it.user != user);
    data.triggers.retain(|it| it.user != user);
    state
        .connect_tokens
        .retain(|it| it.environment != environment || it.user != user);
    no_content()
}

impl User {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "external_id": self.external_id,
            "created_at": rfc3339(self.created),
            "updated_at": rfc3339(self.updated),
        })
    }
}
