//! Calls of the plain progenitor client with the arguments of a request that our client sent.

use std::collections::BTreeMap;

use pipedream_sdk_testing::RecordedRequest;
use serde_json::Value;

use crate::documents::Operation;
use crate::operations::call;
use crate::world::World;

/// Sends the request of an operation with our client, and returns it as the fake received it.
pub async fn request(operation: &Operation) -> RecordedRequest {
    let world = World::start().await;
    call(&operation.id)(&world).await;
    let mut requests = world.fake.requests();
    requests.retain(|it| it.operation() == Some(&operation.id));
    requests.pop().expect("a request of the operation")
}

/// Returns the method name that progenitor derives from an operation ID.
pub fn method(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Returns the arguments of the same request by parameter name.
pub fn arguments(request: &RecordedRequest) -> BTreeMap<String, Value> {
    let text = |(name, value): &(String, String)| (name.clone(), Value::from(value.clone()));
    let mut arguments: BTreeMap<String, Value> =
        request.path_parameters().iter().map(text).collect();
    arguments.extend(request.query().iter().map(text));
    if let Some(environment) = request.header("x-pd-environment") {
        arguments.insert("x_pd_environment".to_owned(), Value::from(environment));
    }
    arguments.insert("body".to_owned(), request.json());
    arguments
}
