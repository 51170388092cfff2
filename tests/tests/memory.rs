//! Test that a list of any length needs the memory of a few pages. The allocator of this program measures it.

use peak_alloc::PeakAlloc;
use pipedream_sdk::Pipedream;
use serde_json::{Value, json};
use tests::recorder::{ReceivedRequest, Recorder, ServerAction};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const PAGES: usize = 50;
const PER_PAGE: usize = 20;
/// Bytes per account, most of which are its name.
const ACCOUNT: usize = 10_000;

/// Returns a page of accounts. A cursor is the number of the next page.
fn page(request: &ReceivedRequest, _: usize) -> ServerAction {
    let number: usize = request
        .query_parameter("after")
        .map_or(0, |it| it.parse().unwrap());
    let account = |index: usize| json!({ "id": format!("apn_{number}x{index}"), "name": "x".repeat(ACCOUNT) });
    let accounts: Vec<Value> = (0..PER_PAGE).map(account).collect();
    let end = (number + 1 < PAGES).then(|| (number + 1).to_string());
    ServerAction::json(
        200,
        json!({ "data": accounts, "page_info": { "end_cursor": end } }),
    )
}

#[tokio::test]
async fn listing_uses_the_memory_of_a_few_pages() {
    let server = Recorder::with_handler(page).await;
    let pipedream = Pipedream::builder()
        .access_token("t")
        .project_id("proj_abc");
    let pipedream = pipedream.base_url(server.base_url()).build().unwrap();
    let mut accounts = pipedream.accounts().list().stream();
    let mut received = 0;
    // Connections and buffers are allocated after two pages.
    while received < 2 * PER_PAGE {
        accounts.try_next().await.unwrap().unwrap();
        received += 1;
    }
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    while let Some(account) = accounts.try_next().await.unwrap() {
        assert_eq!(account.name().unwrap().len(), ACCOUNT);
        received += 1;
    }
    assert_eq!(
        (received, server.requests().len()),
        (PAGES * PER_PAGE, PAGES)
    );
    let grown = MEMORY.peak_usage().saturating_sub(before);
    let pages = grown / (PER_PAGE * ACCOUNT);
    // The server holds a page as values, as text and in transit; the client as text, as values and as the returned
    // items.
    assert!(
        pages < 10,
        "{grown} bytes, which is as much as {pages} of {PAGES} pages"
    );
}
