//! The initial catalog of every fake: categories, apps and components.

use serde_json::{Value, json};

pub(crate) fn categories() -> Vec<Value> {
    let category =
        |id, name, description| json!({ "id": id, "name": name, "description": description });
    vec![
        category(
            "appcat_Ai1",
            "Artificial Intelligence (AI)",
            "Models and applications of them.",
        ),
        category("appcat_Comm2", "Communication", "Messages between people."),
        category(
            "appcat_Dev3",
            "Developer Tools",
            "Source code and related tools.",
        ),
        category(
            "appcat_Prod4",
            "Productivity",
            "Documents, sheets and notes.",
        ),
        category("appcat_Other5", "Other", "Everything else."),
    ]
}

pub(crate) fn apps() -> Vec<Value> {
    vec![
        app(
            "app_Openai1",
            "openai",
            "OpenAI",
            "keys",
            900,
            "Artificial Intelligence (AI)",
        ),
        app(
            "app_Slack2",
            "slack",
            "Slack",
            "oauth",
            1000,
            "Communication",
        ),
        app(
            "app_Github3",
            "github",
            "GitHub",
            "oauth",
            990,
            "Developer Tools",
        ),
        app(
            "app_Sheets4",
            "google_sheets",
            "Google Sheets",
            "oauth",
            995,
            "Productivity",
        ),
        app(
            "app_Notion5",
            "notion",
            "Notion",
            "oauth",
            980,
            "Productivity",
        ),
        app(
            "app_Gitlab6",
            "gitlab",
            "GitLab",
            "oauth",
            700,
            "Developer Tools",
        ),
        app("app_Stripe7", "stripe", "Stripe", "keys", 800, "Other"),
        app("app_Rss8", "rss", "RSS", "none", 500, "Other"),
        app("app_Props9", "every_prop", "Every Prop", "none", 1, "Other"),
    ]
}

fn app(id: &str, slug: &str, name: &str, auth: &str, weight: u32, category: &str) -> Value {
    let fields = match auth {
        "keys" => r#"[{"name":"api_key","label":"API Key","type":"password"}]"#,
        _ => "[]",
    };
    json!({
        "id": id,
        "name_slug": slug,
        "name": name,
        "auth_type": auth,
        "description": format!("{name}, as the fake knows it."),
        "img_src": format!("https://assets.pipedream.example/{slug}/logo"),
        "custom_fields_json": fields,
        "categories": [category],
        "featured_weight": weight,
        "scope_profiles": [],
        "oauth_app_id": null,
        "connect": {
            "proxy_enabled": true,
            "allowed_domains": [format!("{slug}.example")],
            "base_proxy_target_url": format!("https://{slug}.example"),
        },
    })
}

pub(crate) fn components() -> Vec<Value> {
    let channel = json!({
        "name": "channel", "type": "string", "label": "Channel", "remoteOptions": true, "useQuery": true,
    });
    let sheet = json!({
        "name": "sheetId", "type": "string", "label": "Spreadsheet", "remoteOptions": true,
    });
    let worksheet = json!({
        "name": "worksheetId", "type": "integer", "label": "Worksheet", "reloadProps": true,
        "options": [{ "label": "First", "value": 0 }, { "label": "Second", "value": 1 }],
    });
    let repository = json!({
        "name": "repoFullname", "type": "string", "label": "Repository", "remoteOptions": true,
    });
    let timer = json!({
        "name": "timer", "type": "$.interface.timer", "default": { "intervalSeconds": 900 },
    });
    let store = json!({ "name": "db", "type": "$.service.db" });
    vec![
        action(
            "openai-chat",
            "OpenAI: Chat",
            "openai",
            vec![
                json!({ "name": "userMessage", "type": "string", "label": "User message" }),
                json!({ "name": "temperature", "type": "string", "optional": true, "default": "1" }),
                json!({ "name": "maxTokens", "type": "integer", "optional": true, "min": 1, "max": 4096 }),
            ],
        ),
        action(
            "slack-send-message",
            "Slack: Send Message",
            "slack",
            vec![
                channel.clone(),
                json!({ "name": "text", "type": "string", "label": "Text" }),
                json!({ "name": "unfurl", "type": "boolean", "optional": true, "default": false }),
            ],
        ),
        action(
            "github-create-issue",
            "GitHub: Create Issue",
            "github",
            vec![
                repository.clone(),
                json!({ "name": "title", "type": "string" }),
                json!({ "name": "labels", "type": "string[]", "optional": true, "options": ["bug", "question"] }),
            ],
        ),
        action(
            "gitlab-list-commits",
            "GitLab: List Commits",
            "gitlab",
            vec![
                json!({ "name": "projectId", "type": "integer", "label": "Project", "remoteOptions": true }),
                json!({ "name": "refName", "type": "string", "optional": true, "remoteOptions": true }),
            ],
        ),
        action(
            "google_sheets-add-single-row",
            "Google Sheets: Add Single Row",
            "google_sheets",
            vec![sheet.clone(), worksheet.clone()],
        ),
        action(
            "notion-create-page",
            "Notion: Create Page",
            "notion",
            vec![
                json!({ "name": "parent", "type": "string", "remoteOptions": true }),
                json!({ "name": "properties", "type": "object", "optional": true }),
            ],
        ),
        every_prop(),
        trigger(
            "github-new-issue",
            "GitHub: New Issue",
            "github",
            vec![
                repository.clone(),
                store.clone(),
                json!({ "name": "http", "type": "$.interface.http", "customResponse": false }),
            ],
        ),
        trigger(
            "gitlab-new-issue",
            "GitLab: New Issue",
            "gitlab",
            vec![
                json!({ "name": "projectId", "type": "integer", "label": "Project", "remoteOptions": true }),
                store.clone(),
            ],
        ),
        trigger(
            "slack-new-message-in-channels",
            "Slack: New Message in Channels",
            "slack",
            vec![
                json!({
                    "name": "hook", "type": "$.interface.apphook", "appProp": "slack",
                    "eventNames": ["message"], "static": [],
                }),
                json!({ "name": "conversations", "type": "string[]", "optional": true, "remoteOptions": true }),
            ],
        ),
        trigger(
            "google_sheets-new-row-added",
            "Google Sheets: New Row Added",
            "google_sheets",
            vec![sheet, worksheet, timer.clone()],
        ),
        trigger(
            "rss-new-item-in-feed",
            "RSS: New Item in Feed",
            "rss",
            vec![
                json!({ "name": "url", "type": "string", "label": "Feed URL" }),
                timer,
                store,
            ],
        ),
    ]
}

/// A component with one prop of every type in the document.
fn every_prop() -> Value {
    action(
        "every_prop-use",
        "Every Prop: Use",
        "every_prop",
        vec![
            json!({ "name": "alert", "type": "alert", "alertType": "info", "content": "For your tests." }),
            json!({ "name": "any", "type": "any", "optional": true }),
            json!({ "name": "boolean", "type": "boolean", "default": true }),
            json!({ "name": "dataStore", "type": "data_store", "optional": true }),
            json!({ "name": "dir", "type": "dir", "accessMode": "read-write", "sync": true }),
            json!({ "name": "timer", "type": "$.interface.timer", "static": { "cron": "0 9 * * 1" } }),
            json!({ "name": "apphook", "type": "$.interface.apphook", "appProp": "every_prop", "remote": false }),
            json!({ "name": "integers", "type": "integer[]", "default": [1, 2], "min": 0 }),
            json!({ "name": "http", "type": "$.interface.http", "customResponse": true }),
            json!({ "name": "request", "type": "http_request", "default": { "method": "GET", "url": "https://example.com" } }),
            json!({ "name": "db", "type": "$.service.db" }),
            json!({ "name": "sql", "type": "sql", "auth": { "app": "every_prop" } }),
            json!({ "name": "base", "type": "$.airtable.baseId", "appProp": "every_prop" }),
            json!({ "name": "table", "type": "$.airtable.tableId", "baseIdProp": "base" }),
            json!({ "name": "view", "type": "$.airtable.viewId", "tableIdProp": "table" }),
            json!({ "name": "field", "type": "$.airtable.fieldId", "tableIdProp": "table" }),
            json!({ "name": "discord", "type": "$.discord.channel", "appProp": "every_prop" }),
            json!({ "name": "discords", "type": "$.discord.channel[]", "appProp": "every_prop" }),
            json!({ "name": "integer", "type": "integer", "min": 1, "max": 10, "default": 5 }),
            json!({ "name": "object", "type": "object", "default": { "a": 1 } }),
            json!({ "name": "string", "type": "string", "secret": true, "remoteOptions": true }),
            json!({ "name": "strings", "type": "string[]", "options": [{ "label": "One", "value": "1" }] }),
            json!({ "name": "reloads", "type": "string", "optional": true, "reloadProps": true }),
        ],
    )
}

fn action(key: &str, name: &str, app: &str, props: Vec<Value>) -> Value {
    let mut action = component("action", key, name, app, props);
    action["annotations"] = json!({
        "title": name, "readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": true,
    });
    action
}

fn trigger(key: &str, name: &str, app: &str, props: Vec<Value>) -> Value {
    component("trigger", key, name, app, props)
}

/// The first prop of a component is its app, named by the slug.
fn component(kind: &str, key: &str, name: &str, app: &str, mut props: Vec<Value>) -> Value {
    props.insert(0, json!({ "name": app, "type": "app", "app": app }));
    json!({
        "key": key,
        "name": name,
        "version": "0.1.0",
        "component_type": kind,
        "description": format!("{name}, as the fake knows it."),
        "configurable_props": props,
        "stash": null,
    })
}
