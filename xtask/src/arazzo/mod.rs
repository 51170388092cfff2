//! The Arazzo side of the generator: a typed model of a document and parsers of the small languages inside it, without I/O.

pub mod criterion;
pub mod document;
pub mod expression;
pub mod pointer;
pub mod sources;
pub mod template;
