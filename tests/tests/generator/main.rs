//! Tests of the generator, from documents to code and diagnostics.

mod defects;
mod goldens;
mod odd;
mod overlays;
mod reference;
mod support;
