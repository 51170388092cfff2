//! Fidelity: what a type carries is what the JSON said, for random values of every schema, for values that the
//! document does not know, and for answers too large to be held.

mod compare;
mod examples;
mod large;
mod values;
