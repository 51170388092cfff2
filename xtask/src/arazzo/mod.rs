//! Typed model of an Arazzo document and parsers for the expression languages it embeds. Performs no I/O.

pub mod criterion;
pub mod document;
pub mod expression;
pub mod pointer;
pub mod sources;
pub mod template;
pub mod xml_target;
