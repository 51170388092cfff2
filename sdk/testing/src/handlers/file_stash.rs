//! Files that actions have left behind.

use super::{Call, Outcome};
use crate::response::{FakeResponse, Rejection};
use crate::state::{File, State};

pub(super) fn download(state: &mut State, call: &Call<'_>) -> Outcome {
    call.project(state)?;
    let key = call.query("s3_key").unwrap_or_default();
    match state.files.get(key) {
        None => Err(Rejection::missing("file")),
        Some(File::Here(content)) => {
            Ok(FakeResponse::new(200).body("application/octet-stream", content.clone()))
        }
        Some(File::Elsewhere(_)) => {
            // Another name of this machine is another host to a client, whose credentials must not go there.
            let storage = call.base_url.replace("127.0.0.1", "localhost");
            Ok(FakeResponse::new(302).header("location", &format!("{storage}{STORAGE}{key}")))
        }
    }
}

/// Where the storage that a download may lead to has its files, outside the API.
pub(crate) const STORAGE: &str = "/storage/";

/// What the storage answers. As with presigned URLs, a request that brings credentials is refused.
pub(crate) fn stored(state: &State, path: &str, has_credentials: bool) -> Option<FakeResponse> {
    let key = path.strip_prefix(STORAGE)?;
    Some(match state.files.get(key) {
        _ if has_credentials => {
            FakeResponse::new(400).body("application/xml", "<Error>one mechanism only</Error>")
        }
        Some(File::Elsewhere(content)) => {
            FakeResponse::new(200).body("application/octet-stream", content.clone())
        }
        _ => FakeResponse::new(404).body("application/xml", "<Error>NoSuchKey</Error>"),
    })
}
