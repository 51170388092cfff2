//! Stages from an OpenAPI document to its client: reading, normalizing, generating, patching and indexing.

pub mod bundle;
pub mod declared;
pub mod description;
pub mod extensions;
pub mod index;
pub mod normalize;
pub mod progenitor;
