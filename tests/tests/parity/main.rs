//! What the official SDKs do, held against what this one does: the requests they sent, replayed, and the defects they
//! have, as tests that this one has none of them.

mod client;
mod compare;
mod defects;
mod intended;
mod readme;
mod reference;
mod replay;
mod report;
mod scenarios;
