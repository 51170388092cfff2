//! From an OpenAPI document to the client: made fit for progenitor, generated, mended, indexed.

pub mod description;
pub mod index;
pub mod normalize;
pub mod progenitor;
pub mod prose;
pub mod schemes;
pub mod servers;
pub mod spec;
pub mod types;
