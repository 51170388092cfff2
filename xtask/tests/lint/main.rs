//! Tests of `cargo xtask lint`: agreement with `cargo xtask codegen`, and one finding for one defect.

mod agreement;
mod consequences;
mod defects;
mod documents;
mod folded_defects;
mod formats;
mod more_defects;
mod parts;
mod placement;
mod snapshots;
mod typical_mistakes;
mod values;
