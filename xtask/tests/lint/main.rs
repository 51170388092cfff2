//! Tests of `cargo xtask lint`: agreement with `cargo xtask codegen`, and one finding for one defect.

mod agreement;
mod documents;
mod formats;
