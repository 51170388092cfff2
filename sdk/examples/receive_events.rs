//! Deploys a trigger for a user and receives its events: a small server that finds the key of a delivery, verifies the
//! signature, and answers at once.
//!
//! `cargo run --example receive_events` runs it at the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, at
//! Pipedream, where `WEBHOOK_URL` is a public address that leads to `/events` at port 3000 of this machine.

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
    let place = support::pipedream_or_fake(|_| ()).await?;
    let user = place.pipedream.user("user-42");
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    let url = std::env::var("WEBHOOK_URL");
    let url = url.unwrap_or_else(|_| "http://127.0.0.1:3000/events".to_owned());

    let (events, mut received) = mpsc::channel(100);
    let keys = Keys::default();
    tokio::spawn(serve(listener, keys.clone(), events));
    let trigger = deploy(&user, &keys, url).await?;
    println!("deployed {trigger}, waiting for an event");
    if let Some(fake) = &place.fake {
        let event = serde_json::json!({ "title": "A new item" });
        fake.deliver(trigger.as_str(), event).await;
    }
    if let Some(event) = received.recv().await {
        println!("received {}", event.value()?);
    }
    user.deployed_triggers().delete(trigger).send().await?;
    Ok(())
}

/// The signing key of each trigger. A server that is started anew finds them in its database.
pub(crate) type Keys = Arc<RwLock<HashMap<String, SecretString>>>;

pub(crate) async fn deploy(
    user: &Pipedream,
    keys: &Keys,
    url: String,
) -> Result<TriggerId, Box<dyn std::error::Error>> {
    let props = Props::new().value("url", "https://example.com/feed.xml");
    let deployment = user.triggers().deploy("rss-new-item-in-feed");
    let deployment = deployment.configured_props(props).webhook_url(url);
    // Without old items: they would arrive before the key is known.
    let deployed = deployment.emit_on_deploy(false).send().await?;
    let Emitter::DeployedComponent(trigger) = deployed else {
        return Err("what was deployed is no component".into());
    };
    let key = trigger.webhook_signing_key().ok_or("no signing key")?;
    let id = trigger.id.to_string();
    keys.write().await.insert(id, key.clone());
    Ok(trigger.id.as_str().into())
}

type Receiver = (Keys, mpsc::Sender<TriggerEvent>);

pub(crate) async fn serve(listener: TcpListener, keys: Keys, events: mpsc::Sender<TriggerEvent>) {
    let router = Router::new().route("/events", post(receive));
    if let Err(error) = axum::serve(listener, router.with_state((keys, events))).await {
        println!("the server has stopped: {error}");
    }
}

async fn receive(
    State((keys, events)): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    // Anyone can write headers. They are good for finding the key; the signature has to be right with it.
    let emitter = peek(&headers).emitter_id().unwrap_or_default();
    let key = keys.read().await.get(emitter).cloned();
    let Ok(event) = Verifier::new(key).verify(&headers, &body) else {
        return StatusCode::UNAUTHORIZED;
    };
    // Nothing is delivered twice, so the answer does not wait for the work: whoever reads the channel does it.
    match events.try_send(event) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
