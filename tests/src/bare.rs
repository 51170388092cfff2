//! How the client that progenitor alone makes is called like ours: by the name of a method, with the arguments of a
//! request that ours sent.

use std::collections::BTreeMap;

use pipedream_sdk_testing::RecordedRequest;
use serde_json::Value;

use crate::described::Operation;
use crate::operations::call;
use crate::world::World;

/// The request of our client for a call of an operation, as a fake received it.
pub async fn request(operation: &Operation) -> RecordedRequest {
    let world = World::start().await;
    call(&operation.id)(&world).await;
    let mut requests = world.fake.requests();
    requests.retain(|it| it.operation() == Some(&operation.id));
    requests.pop().expect("a request of the operation")
}

/// The name that progenitor gives to an operation.
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

/// The arguments that make the same request, by the names of the parameters.
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
