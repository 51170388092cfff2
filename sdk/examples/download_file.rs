//! Downloads a file that an action has left in the file stash, as it comes, to the disk.
//!
//! `cargo run --example download_file` runs it at the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, at
//! Pipedream, where the first argument is the key of the file (`cargo run --example download_file -- KEY`).

mod support;

use std::fs::File;
use std::path::Path;

use pipedream_sdk::Pipedream;
use pipedream_sdk_testing::FakePipedream;

/// The key of the file at the fake.
pub(crate) const KEY: &str = "1day/proj/exec/step/u/report.csv";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = support::pipedream_or_fake(prepare).await?;
    let key = std::env::args().nth(1).unwrap_or_else(|| KEY.to_owned());
    let path = std::env::temp_dir().join("downloaded");
    let bytes = download(&place.pipedream, &key, &path).await?;
    println!("wrote {bytes} bytes to {}", path.display());
    Ok(())
}

/// What has happened at the fake before. The file lies at another host, to which the download leads.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_file_elsewhere(KEY, "a,b\n".repeat(100_000));
}

pub(crate) async fn download(
    pipedream: &Pipedream,
    key: &str,
    path: &Path,
) -> Result<u64, Box<dyn std::error::Error>> {
    let file = pipedream.file_stash().download_file(key).send().await?;
    // Chunk by chunk: however large the file is, little of it is in memory.
    Ok(file.copy_to(&mut File::create(path)?).await?)
}
