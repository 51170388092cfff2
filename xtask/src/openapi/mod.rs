//! From an OpenAPI document to its client: what the document says, made fit for progenitor, generated, patched, indexed.

pub mod description;
pub mod extensions;
pub mod index;
pub mod normalize;
pub mod progenitor;
