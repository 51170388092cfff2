//! From an OpenAPI document to the client: made fit for progenitor, generated, mended, indexed.

pub mod generate;
pub mod normalize;
