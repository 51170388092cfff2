//! External users.

use serde_json::json;

use super::{Call, Outcome, contains, done, ok};
use crate::answer::Refusal;
use crate::clock::written;
use crate::state::State;

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let q = call.query("q").unwrap_or_default();
    let users = state.space(&place).users.iter().map(|user| {
        let shown = json!({
            "id": user.id,
            "external_id": user.external_id,
            "created_at": written(user.created),
            "updated_at": written(user.updated),
        });
        (user.id.clone(), shown)
    });
    let found = users.filter(|(_, user)| contains(&user["external_id"], q));
    ok(call.paging().page(found.collect())?)
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
        return Err(Refusal::missing("user"));
    }
    space.accounts.retain(|it| it.user != user);
    space.triggers.retain(|it| it.user != user);
    state
        .connect_tokens
        .retain(|it| it.place != place || it.user != user);
    done()
}
