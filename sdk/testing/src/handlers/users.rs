//! External users.

use serde_json::{Value, json};

use super::{Call, Outcome, done, ok};
use crate::clock::written;
use crate::response::Rejection;
use crate::state::{State, User};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let q = call.query("q").unwrap_or_default().to_lowercase();
    let found = state.space(&place).users.iter();
    let found = found.filter(|it| it.external_id.to_lowercase().contains(&q));
    ok(call.paging().page(found, |it| &it.id, User::shown)?)
}

/// Deletes a user with everything that is theirs.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.path("external_user_id").to_owned();
    call.user(Some(&user))?;
    let space = state.space(&place);
    let before = space.users.len();
    space.users.retain(|it| it.external_id != user);
    if space.users.len() == before {
        return Err(Rejection::missing("user"));
    }
    space.accounts.retain(|it| it.user != user);
    space.triggers.retain(|it| it.user != user);
    state
        .connect_tokens
        .retain(|it| it.place != place || it.user != user);
    done()
}

impl User {
    fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "external_id": self.external_id,
            "created_at": written(self.created),
            "updated_at": written(self.updated),
        })
    }
}
