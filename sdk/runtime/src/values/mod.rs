//! Value types, and the macros that implement generated types.

pub mod nullable;
pub mod object;
pub mod ordered_map;

pub(crate) mod enumeration;
pub(crate) mod json_fields;
pub(crate) mod number;
pub(crate) mod seconds;
pub(crate) mod secret;
pub(crate) mod string_newtype;
pub(crate) mod union;
