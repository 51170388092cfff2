//! Pages of the guide that need more room than the [start page](crate#guide) has.

pub mod observing;
