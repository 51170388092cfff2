//! Tests of the error type in user code: custom error types, handlers, `main` and logs.

mod limits;
mod proxied;
mod users;
