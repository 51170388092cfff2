//! Deploys a trigger for a user and receives its events, with a server that verifies the signature of each
//! delivery.
//!
//! `cargo run --example receive_events` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other
//! variables set, against Pipedream, where `WEBHOOK_URL` is a public URL of `/events` on port 3000 of this machine.

mod support;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use pipedream_sdk::Pipedream;
use pipedream_sdk::connect::Props;
use pipedream_sdk::credentials::SecretString;
use pipedream_sdk::types::{Emitter, TriggerId};
use pipedream_sdk::webhooks::{TriggerEvent, Verifier, peek};
use tokio::net::TcpListener;
use tokio::sync::{RwLock, mpsc};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setup = support::pipedream_or_fake(|_| ()).await?;
    let user = setup.pipedream.user("user-42");
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    let url = std::env::var("WEBHOOK_URL");
    let url = url.unwrap_or_else(|_| "http://127.0.0.1:3000/events".to_owned());

    let (events, mut received) = mpsc::channel(100);
    let keys = Keys::default();
    tokio::spawn(serve(listener, keys.clone(), events));
    let trigger = deploy(&user, &keys, url).await?;
    println!("deployed {trigger}, waiting for an event");
    if let Some(fake) = &setup.fake {
        let event = serde_json::json!({ "title": "A new item" });
        fake.deliver(trigger.as_str(), event).await;
    }
    if let Some(event) = received.recv().await {
        println!("received {}", event.value()?);
    }
    user.deployed_triggers().delete(trigger).send().await?;
    Ok(())
}

/// Signing key of each trigger. A real server stores them in its database.
pub(crate) type Keys = Arc<RwLock<HashMap<String, SecretString>>>;

pub(crate) async fn deploy(
    user: &Pipedream,
    keys: &Keys,
    url: String,
) -> Result<TriggerId, Box<dyn std::error::Error>> {
    let props = Props::new().value("url", "https://example.com/feed.xml");
    let deployment = user.triggers().deploy("rss-new-item-in-feed");
    let deployment = deployment.configured_props(props).webhook_url(url);
    // Existing items would be delivered before the key is known.
    let deployed = deployment.emit_on_deploy(false).send().await?;
    let Emitter::DeployedComponent(trigger) = deployed else {
        return Err("the deployed trigger is not a component".into());
    };
    let key = trigger.webhook_signing_key().ok_or("no signing key")?;
    let id = trigger.id.to_string();
    keys.write().await.insert(id, key.clone());
    Ok(trigger.id.into())
}

type Receiver = (Keys, mpsc::Sender<TriggerEvent>);

pub(crate) async fn serve(listener: TcpListener, keys: Keys, events: mpsc::Sender<TriggerEvent>) {
    let router = Router::new().route("/events", post(receive));
    if let Err(error) = axum::serve(listener, router.with_state((keys, events))).await {
        println!("the server stopped: {error}");
    }
}

async fn receive(
    State((keys, events)): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    // The headers are not verified: they only select the key with which the signature is verified.
    let emitter = peek(&headers).emitter_id().unwrap_or_default();
    let key = keys.read().await.get(emitter).cloned();
    let Ok(event) = Verifier::new(key).verify(&headers, &body) else {
        return StatusCode::UNAUTHORIZED;
    };
    // Pipedream does not redeliver, so the server responds at once. The receiver of the channel processes the
    // event.
    match events.try_send(event) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
