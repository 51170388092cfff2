//! Scenarios of accounts: connecting, listing in pages and deleting.

use pipedream_sdk::connect::CustomFields;
use pipedream_sdk::resources::ListAccounts;
use serde_json::{Value, json};
use tests::recorder::{ReceivedRequest, ServerAction};

use super::responses::{page, pages, token, usual};
use crate::reference::Sdk;

super::scenarios! {
    account_create [
        TypeScript: ConnectTokenForAccounts, Python: ConnectTokenForAccounts
    ] usual, |it| {
        let connect_token = "ctok_00000000000000000000000000000000";
        let accounts = it.user("user-abc").accounts();
        let fields = CustomFields::new().set("api_key", "k");
        let create = accounts.create("openai", fields, connect_token);
        let _ = create.oauth_app_id("oa_1").name("My key").send().await;
    }

    account_delete [] usual, |it| {
        let _ = it.pipedream().accounts().delete("apn_acc0001").send().await;
    }

    account_delete_by_app [] usual, |it| {
        let _ = it.pipedream().accounts().delete_by_app("app_OkrhR1").send().await;
    }

    account_retrieve_credentials [] usual, |it| {
        let retrieve = it.pipedream().accounts().retrieve("apn_acc0001");
        let _ = retrieve.include_credentials(true).send().await;
    }

    accounts_before_cursor [Python: BackwardsIsBackwards] backwards, |it| {
        let list = it.pipedream().accounts().list().before("MQ==").limit(1);
        let _ = match it.sdk {
            // TypeScript only requested the first page.
            Sdk::TypeScript => list.send().await.map(drop),
            Sdk::Python => list.stream().into_vec().await.map(drop),
        };
    }

    accounts_by_external_user [Python: PathsAreEncoded] usual, |it| {
        let list = it.user("user abc/1").accounts().list_by_external_user();
        let _ = list.app("slack").send().await;
    }

    accounts_list_all [] pages, |it| {
        let list = it.user("user abc+1/é").accounts().list().oauth_app_id("oa_1").limit(2);
        let list = list.app("slack").include_credentials(true);
        assert_eq!(list.stream().into_vec().await.unwrap().len(), 5);
    }

    accounts_no_page_info [] without_page_info, |it| {
        let all = it.pipedream().accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 1);
    }

    accounts_old_app_shape [] without_page_info, |it| {
        let all = it.pipedream().accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 1);
    }

    accounts_page_manual [] pages, |it| {
        let list = it.pipedream().accounts().list().limit(2);
        let mut cursor: Option<String> = None;
        loop {
            let page = list.clone().set_if(cursor, ListAccounts::after).send().await.unwrap();
            cursor = page.page_info.and_then(|info| info.end_cursor.flatten());
            if cursor.is_none() {
                break;
            }
        }
    }

    accounts_stuck_cursor [TypeScript: ListsEnd, Python: ListsEnd] stuck, |it| {
        let all = it.pipedream().accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 4);
    }

    accounts_trailing_cursor [] trailing, |it| {
        let all = it.pipedream().accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 5);
    }

    accounts_unknown_enum [] unknown_enum, |it| {
        let all = it.pipedream().accounts().list().stream().into_vec().await;
        assert_eq!(all.unwrap().len(), 1);
    }
}

/// Returns two pages with all three cursors.
fn backwards(request: &ReceivedRequest, before: usize) -> ServerAction {
    let first = request.query_parameter("before") == Some("MQ==");
    match token(request, before, 3600) {
        Some(token) => token,
        None if first => page(1, json!("MA=="), json!("Mg==")),
        None => page(0, Value::Null, Value::Null),
    }
}

fn without_page_info(request: &ReceivedRequest, before: usize) -> ServerAction {
    let app = json!({ "name_slug": "slack", "name": "Slack" });
    let response = json!({ "data": [{ "id": "apn_1", "app": app }] });
    token(request, before, 3600).unwrap_or_else(|| ServerAction::json(200, response))
}

fn stuck(request: &ReceivedRequest, before: usize) -> ServerAction {
    token(request, before, 3600).unwrap_or_else(|| page(2, Value::Null, json!("SAME")))
}

/// The last page of items also has a cursor; the page after it is empty.
fn trailing(request: &ReceivedRequest, before: usize) -> ServerAction {
    let (number, end) = match request.query_parameter("after") {
        None => (2, json!("2")),
        Some("2") => (2, json!("4")),
        Some("4") => (1, json!("5")),
        Some(_) => (0, Value::Null),
    };
    token(request, before, 3600).unwrap_or_else(|| page(number, Value::Null, end))
}

fn unknown_enum(request: &ReceivedRequest, before: usize) -> ServerAction {
    let app = json!({ "name_slug": "slack", "name": "Slack", "auth_type": "telepathy" });
    let response = json!({ "data": [{ "id": "apn_1", "app": app }], "page_info": {} });
    token(request, before, 3600).unwrap_or_else(|| ServerAction::json(200, response))
}
