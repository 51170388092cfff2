//! Tests of hostile values for every string parameter of every call. A value must arrive unchanged and change
//! nothing else of the request, or nothing may be sent.

mod beyond;
mod raw;
mod resources;
mod values;
