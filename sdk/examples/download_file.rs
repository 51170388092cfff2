//! Downloads a file that an action stored in the file stash, and streams it to the disk.
//!
//! `cargo run --example download_file` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables
//! set, against Pipedream, where the first argument is the key of the file
//! (`cargo run --example download_file -- KEY`).

mod support;

use std::fs::File;
use std::path::Path;

use pipedream_sdk::Pipedream;
use pipedream_sdk_testing::FakePipedream;

/// Key of the file in the fake.
pub(crate) const KEY: &str = "1day/proj/exec/step/u/report.csv";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setup = support::pipedream_or_fake(prepare).await?;
    let key = std::env::args().nth(1).unwrap_or_else(|| KEY.to_owned());
    let path = std::env::temp_dir().join("downloaded");
    let bytes = download(&setup.pipedream, &key, &path).await?;
    println!("wrote {bytes} bytes to {}", path.display());
    Ok(())
}

/// Adds the file to the fake, on another host to which the download is redirected.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_redirected_file(KEY, "a,b\n".repeat(100_000));
}

pub(crate) async fn download(
    pipedream: &Pipedream,
    key: &str,
    path: &Path,
) -> Result<u64, Box<dyn std::error::Error>> {
    let file = pipedream.file_stash().download_file(key).send().await?;
    // The body is streamed, so memory use does not depend on the size of the file.
    Ok(file.copy_to(&mut File::create(path)?).await?)
}
