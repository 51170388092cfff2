//! How much memory a list takes: that of a few pages, however many there are. The allocator of this program counts.

use peak_alloc::PeakAlloc;
use pipedream_sdk::Pipedream;
use serde_json::{Value, json};
use tests::recorder::{Play, Recorded, Recorder};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const PAGES: usize = 50;
const PER_PAGE: usize = 20;
/// The bytes of an account, most of which are its name.
const ACCOUNT: usize = 10_000;

/// Pages of accounts, whose cursors are the numbers of the next.
fn page(request: &Recorded, _: usize) -> Play {
    let number: usize = request
        .query_parameter("after")
        .map_or(0, |it| it.parse().unwrap());
    let account = |index: usize| json!({ "id": format!("apn_{number}x{index}"), "name": "x".repeat(ACCOUNT) });
    let accounts: Vec<Value> = (0..PER_PAGE).map(account).collect();
    let end = (number + 1 < PAGES).then(|| (number + 1).to_string());
    Play::json(
        200,
        json!({ "data": accounts, "page_info": { "end_cursor": end } }),
    )
}

#[tokio::test]
async fn a_thousand_accounts_over_fifty_pages_take_the_memory_of_a_few_pages() {
    let server = Recorder::answering(page).await;
    let pipedream = Pipedream::builder()
        .access_token("t")
        .project_id("proj_abc");
    let pipedream = pipedream.base_url(server.base_url()).build().unwrap();
    let mut accounts = pipedream.accounts().list().stream();
    let mut came = 0;
    // Connections and buffers are there after two pages.
    while came < 2 * PER_PAGE {
        accounts.try_next().await.unwrap().unwrap();
        came += 1;
    }
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    while let Some(account) = accounts.try_next().await.unwrap() {
        assert_eq!(account.name().unwrap().len(), ACCOUNT);
        came += 1;
    }
    assert_eq!((came, server.seen().len()), (PAGES * PER_PAGE, PAGES));
    let grown = MEMORY.peak_usage().saturating_sub(before);
    let pages = grown / (PER_PAGE * ACCOUNT);
    // The server holds a page as values, as text and on its way; the client as text, as values and as what is read.
    assert!(
        pages < 10,
        "{grown} bytes, which is as much as {pages} of {PAGES} pages"
    );
}
