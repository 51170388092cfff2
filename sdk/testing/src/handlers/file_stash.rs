//! Files that actions have stored.

use super::{HandlerResult, ValidRequest};
use crate::response::{FakeResponse, Rejection};
use crate::state::{StashedFile, State};

pub(super) fn download(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    request.project(state)?;
    let key = request.query("s3_key").unwrap_or_default();
    match state.files.get(key) {
        None => Err(Rejection::missing("file")),
        Some(StashedFile::Direct(content)) => {
            Ok(FakeResponse::new(200).body("application/octet-stream", content.clone()))
        }
        Some(StashedFile::Redirected(_)) => {
            // To a client, another name of this machine is another host, which must not receive its credentials.
            let storage = request.base_url.replace("127.0.0.1", "localhost");
            Ok(FakeResponse::new(302).header("location", &format!("{storage}{STORAGE}{key}")))
        }
    }
}

/// Path of the storage that a download may redirect to. It is not part of the API.
pub(crate) const STORAGE: &str = "/storage/";

/// Returns the response of the storage. As with presigned URLs, a request with credentials is rejected.
pub(crate) fn storage_response(
    state: &State,
    path: &str,
    has_credentials: bool,
) -> Option<FakeResponse> {
    let key = path.strip_prefix(STORAGE)?;
    Some(match state.files.get(key) {
        _ if has_credentials => {
            FakeResponse::new(400).body("application/xml", "<Error>one mechanism only</Error>")
        }
        Some(StashedFile::Redirected(content)) => {
            FakeResponse::new(200).body("application/octet-stream", content.clone())
        }
        _ => FakeResponse::new(404).body("application/xml", "<Error>NoSuchKey</Error>"),
    })
}
