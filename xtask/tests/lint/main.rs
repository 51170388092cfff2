//! Tests of `cargo xtask lint`: agreement with `cargo xtask codegen`, and one finding for one defect.

mod agreement;
mod defects;
mod documents;
mod formats;
mod more_defects;
mod snapshots;
