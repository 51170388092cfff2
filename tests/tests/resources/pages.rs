//! Tests of paginated lists.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use pipedream_sdk_generated::pipedream::resources::ListAccounts;
use pipedream_sdk_generated::pipedream::types::Account;
use pipedream_sdk_runtime::{Error, ErrorKind, Items};
use pipedream_sdk_testing::Fault;
use serde_json::{Value, json};
use tests::consumer::{Consumer, USER};

use crate::resources;

/// Starts a fake with this many accounts of the user, and returns their IDs.
async fn with_accounts(number: usize) -> (Consumer, Vec<String>) {
    let it = Consumer::start().await;
    let ids = (0..number).map(|_| it.fake.add_account(USER, "slack"));
    let ids = ids.collect();
    (it, ids)
}

async fn ids(mut accounts: Items<ListAccounts>) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(account) = accounts.try_next().await? {
        ids.push(account.id.to_string());
    }
    Ok(ids)
}

/// Returns the values of a query parameter, request by request.
fn sent(it: &Consumer, name: &str) -> Vec<Option<String>> {
    let calls = it.fake.calls();
    let values = calls.iter().map(|call| call.query_parameter(name));
    values.map(|value| value.map(str::to_owned)).collect()
}

fn page(accounts: &[Value], end_cursor: Value) -> Fault {
    Fault::status(200)
        .json(json!({ "data": accounts, "page_info": { "count": accounts.len(), "end_cursor": end_cursor } }))
}

#[tokio::test]
async fn lists_a_thousand_accounts_over_fifty_pages() {
    let (it, expected) = with_accounts(1000).await;
    let list = resources(&it.client).accounts().list().limit(20);
    let mut received = ids(list.stream()).await.unwrap();
    // The last page also has a cursor, followed by one empty page.
    assert_eq!(it.fake.calls().len(), 51);
    assert!(
        sent(&it, "limit")
            .iter()
            .all(|limit| limit.as_deref() == Some("20"))
    );
    assert!(
        sent(&it, "external_user_id")
            .iter()
            .all(|user| user.as_deref() == Some(USER))
    );
    let mut expected = expected;
    received.sort();
    expected.sort();
    assert_eq!(received, expected);
}

#[tokio::test]
async fn page_returns_cursors_to_continue_from() {
    let (it, _) = with_accounts(7).await;
    let accounts = resources(&it.client).accounts();
    let all = ids(accounts.list().stream()).await.unwrap();
    let first = accounts.list().limit(3).send().await.unwrap();
    let info = first.page_info.unwrap();
    assert_eq!((first.data.len(), info.total_count), (3, Some(7)));
    let cursor = info.end_cursor().unwrap();
    let rest = ids(accounts.list().limit(3).after(cursor).stream()).await;
    assert_eq!(rest.unwrap(), all[3..]);
}

#[tokio::test]
async fn lists_backwards_from_a_cursor() {
    let (it, _) = with_accounts(7).await;
    let accounts = resources(&it.client).accounts();
    let all = ids(accounts.list().stream()).await.unwrap();
    let last = accounts.list().limit(5).send().await.unwrap();
    let end = last.page_info.unwrap().end_cursor.flatten().unwrap();
    it.fake.clear_requests();

    let mut pages = accounts.list().limit(2).before(end).pages();
    let mut received = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        let page: Vec<String> = page
            .data
            .iter()
            .map(|account| account.id.to_string())
            .collect();
        received.push(page);
    }
    assert_eq!(received, [&all[2..4], &all[0..2], &[]]);
    assert!(sent(&it, "after").iter().all(Option::is_none));
}

#[tokio::test]
async fn repeated_cursor_ends_the_list() {
    let (it, _) = with_accounts(1).await;
    let accounts = resources(&it.client).accounts();
    let account = serde_json::to_value(&accounts.list().send().await.unwrap().data[0]).unwrap();
    it.fake.clear_requests();
    let again = page(&[account], json!("same")).times(10);
    it.fake.on("listAccounts", again);
    let received = ids(accounts.list().stream()).await.unwrap();
    assert_eq!((received.len(), it.fake.calls().len()), (2, 2));
}

#[tokio::test]
async fn empty_page_or_cursor_ends_the_list() {
    for end in [
        page(&[], json!("more")),
        page(&[], json!("")),
        page(&[], json!(null)),
    ] {
        let (it, _) = with_accounts(3).await;
        it.fake.on("listAccounts", end);
        let received = ids(resources(&it.client).accounts().list().stream()).await;
        assert_eq!((received.unwrap().len(), it.fake.calls().len()), (0, 1));
    }
}

#[tokio::test]
async fn returns_items_before_an_error() {
    let (it, _) = with_accounts(9).await;
    let mut accounts = resources(&it.client).accounts().list().limit(3).stream();
    for _ in 0..3 {
        assert!(accounts.try_next().await.unwrap().is_some());
    }
    it.fake.on("listAccounts", Fault::status(503));
    let failure = accounts.try_next().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Server);
    assert_eq!(failure.status().unwrap(), 503);
    assert!(accounts.try_next().await.unwrap().is_none());
    assert_eq!(it.fake.calls().len(), 2);
}

#[tokio::test]
async fn cursor_resumes_after_an_error() {
    let (it, _) = with_accounts(9).await;
    let list = resources(&it.client).accounts().list().limit(3);
    let mut pages = list.clone().pages();
    assert!(pages.try_next().await.unwrap().is_some());
    it.fake.on("listAccounts", Fault::status(503));
    assert!(pages.try_next().await.is_err());
    let cursor = pages.cursor().unwrap().to_owned();
    let rest = ids(list.after(cursor).stream()).await.unwrap();
    assert_eq!(rest.len(), 6);
}

#[tokio::test]
async fn every_list_can_be_streamed() {
    let (it, _) = with_accounts(2).await;
    it.fake.deploy_trigger(USER, "github-new-issue");
    let r = resources(&it.client);
    macro_rules! walk {
        ($($list:expr),* $(,)?) => {$(
            let all = $list.limit(1).stream().into_vec().await.unwrap();
            let one = $list.limit(100).send().await.unwrap();
            assert_eq!(all.len(), one.data.len(), stringify!($list));
            assert!(!all.is_empty(), stringify!($list));
        )*};
    }
    walk![
        r.accounts().list(),
        r.actions().list(),
        r.apps().list(),
        r.components().list(),
        r.deployed_triggers().list(),
        r.projects().list(),
        r.triggers().list(),
        r.users().list(),
    ];
}

#[tokio::test]
async fn list_stream_is_send_and_static() {
    fn is_stream<S>(stream: S) -> S
    where
        S: Stream<Item = Result<Account, Error>> + Send + Unpin + 'static,
    {
        stream
    }
    let (it, _) = with_accounts(3).await;
    let mut stream = is_stream(resources(&it.client).accounts().list().limit(2).stream());
    let counted = tokio::spawn(async move {
        let mut number = 0;
        while let Some(item) = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
            item.unwrap();
            number += 1;
        }
        number
    });
    assert_eq!(counted.await.unwrap(), 3);
}
