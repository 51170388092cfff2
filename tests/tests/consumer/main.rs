//! The generated client and the workflows as a user calls them, over HTTP.

mod hostile_paths;
