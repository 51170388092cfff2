//! The generator, from documents to code and to diagnostics.

mod defects;
mod goldens;
mod odd;
mod overlays;
mod reference;
