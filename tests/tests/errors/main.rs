//! The one error as users meet it: in their own error types, in handlers, from `main`, and in a log.

mod limits;
mod proxied;
mod users;
