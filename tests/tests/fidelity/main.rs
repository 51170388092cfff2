//! Tests that types preserve JSON: random values of every schema, values that are not documented, and large
//! responses.

mod compare;
mod examples;
mod large;
mod values;
