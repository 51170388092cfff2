//! Credits used in a time window.

use serde_json::json;

use super::{HandlerResult, ValidRequest, ok};
use crate::response::Rejection;
use crate::state::{State, UsageKind};

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let seconds = |name| request.query(name).and_then(|it| it.parse::<i64>().ok());
    let (Some(start), Some(end)) = (seconds("start_ts"), seconds("end_ts")) else {
        return Err(Rejection::invalid("start_ts and end_ts are required"));
    };
    if start > end {
        return Err(Rejection::invalid("start_ts is after end_ts"));
    }
    let used = |kind: Option<UsageKind>| {
        let inside = state.usage.iter().filter(|it| {
            (start..=end).contains(&it.at.timestamp()) && kind.is_none_or(|kind| it.kind == kind)
        });
        inside.count()
    };
    ok(json!({ "data": [{
        "credits_used": used(None),
        "action_run_credits_used": used(Some(UsageKind::ActionRun)),
        "proxy_credits_used": used(Some(UsageKind::Proxy)),
        "source_emit_credits_used": used(Some(UsageKind::SourceEmit)),
        "usage_start_ts": start,
        "usage_end_ts": end,
    }] }))
}
