//! Tests against the official SDKs: replays of the requests they sent, and tests for each of their defects.

mod client;
mod compare;
mod defects;
mod intended;
mod readme;
mod reference;
mod replay;
mod report;
mod scenarios;
