//! Scenarios of the catalog: apps, categories and components, and lists and flags in a query.

use pipedream_sdk::types::{ComponentType, Registry, SortDirection, SortKey};

use super::responses::{pages, usual};

super::scenarios! {
    actions_triggers_list [] pages, |it| {
        let pipedream = it.pipedream();
        let actions = pipedream.actions().list().app("slack").stream().into_vec().await;
        let triggers = pipedream.triggers().list().app("slack").stream().into_vec().await;
        assert_eq!((actions.unwrap().len(), triggers.unwrap().len()), (3, 3));
    }

    app_categories [] usual, |it| {
        let categories = it.pipedream().app_categories();
        let _ = categories.list().send().await;
        let _ = categories.retrieve("apc_1").send().await;
    }

    apps_list_arrays [] pages, |it| {
        let list = it.pipedream().apps().list().limit(2).q("goo gle & co").sort_key(SortKey::Name);
        let list = list.sort_direction(SortDirection::Asc).category_ids(["apc_1", "apc 2", "apc,3"]);
        let list = list.has_components(true).has_actions(false).has_triggers(true);
        assert_eq!(list.stream().into_vec().await.unwrap().len(), 3);
    }

    apps_list_empty_array [] pages, |it| {
        let list = it.pipedream().apps().list().category_ids([""; 0]);
        assert_eq!(list.stream().into_vec().await.unwrap().len(), 3);
    }

    apps_retrieve [] usual, |it| {
        let _ = it.pipedream().apps().retrieve("slack").send().await;
    }

    components_list [] pages, |it| {
        let list = it.pipedream().components().list().limit(2).q("send").app("slack");
        let list = list.registry(Registry::All).component_type(ComponentType::Action);
        assert_eq!(list.stream().into_vec().await.unwrap().len(), 3);
    }

    components_retrieve_version [] usual, |it| {
        let retrieve = it.pipedream().components().retrieve("slack-send-message");
        let _ = retrieve.version("1.2.3").send().await;
    }
}
