//! Hostile values at every place of every call that takes a text: each arrives there as it was given and changes nothing
//! else of the request, or nothing is sent.

mod beyond;
mod raw;
mod resources;
mod values;
