//! Rewrites steps before they are lowered, so that the later passes meet fewer constructs.

pub(super) mod form_body;
pub(super) mod request_expressions;
pub(super) mod workflows;
