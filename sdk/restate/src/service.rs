//! The Restate service whose handlers are workflows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use pipedream_sdk_runtime::{Error, JsonCall, OnUncertain, WorkflowInfo, WorkflowSet};
use restate_sdk::discovery;
use restate_sdk::service::{IntoServiceDefinition, ServiceDefinition, macro_support};
use serde_json::Value;

use crate::handler::Dispatcher;
use crate::journal::{BoxError, Seal};

const JSON: &str = "application/json";
const NAME: &str = "workflows";

/// Creates a service with a handler for each workflow of a set, such as `Pipedream`.
pub fn workflows(set: impl WorkflowSet + Send + Sync + 'static) -> Workflows {
    let ids = set.catalog().iter().map(|info| info.id).collect();
    Workflows::new(Arc::new(set), ids)
}

/// Creates a service with a handler for one workflow of a set.
///
/// Returns an error if there is no workflow with this id.
pub fn workflow(
    set: impl WorkflowSet + Send + Sync + 'static,
    id: &str,
) -> Result<Workflows, Error> {
    let info = set.json_call(id)?.info();
    Ok(Workflows::new(Arc::new(set), vec![info.id]))
}

/// A Restate service whose handlers are workflows. Pass it to `Endpoint::builder().bind(…)`.
///
/// The name of a handler is the id of its workflow, with `_` in place of characters that Restate does not allow. Input
/// and output of a handler are those of the workflow, as JSON; inputs that the set provides, such as project and user,
/// can be omitted.
#[derive(Clone)]
pub struct Workflows {
    pub(crate) set: Arc<dyn WorkflowSet + Send + Sync>,
    name: discovery::ServiceName,
    /// Ids of the workflows, by the names of their handlers.
    pub(crate) handlers: BTreeMap<String, &'static str>,
    pub(crate) exposes_secrets: bool,
    pub(crate) on_uncertain: OnUncertain,
    pub(crate) seal: Option<Seal>,
}

impl fmt::Debug for Workflows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workflows")
            .field("name", &*self.name)
            .field("handlers", &self.handlers)
            .field("exposes_secrets", &self.exposes_secrets)
            .field("on_uncertain", &self.on_uncertain)
            .field("is_sealed", &self.seal.is_some())
            .finish_non_exhaustive()
    }
}

impl Workflows {
    fn new(set: Arc<dyn WorkflowSet + Send + Sync>, ids: Vec<&'static str>) -> Self {
        let mut handlers = BTreeMap::new();
        for id in ids {
            let mut name = handler_name(id);
            while handlers.contains_key(&name) {
                name.push('_');
            }
            handlers.insert(name, id);
        }
        Self {
            set,
            // The pattern of names allows it.
            name: discovery::ServiceName::try_from(NAME).unwrap_or_else(|_| unreachable!()),
            handlers,
            exposes_secrets: false,
            on_uncertain: OnUncertain::Fail,
            seal: None,
        }
    }

    /// Sets the name of the service. Default: `workflows`.
    ///
    /// Returns an error for a name that Restate does not allow.
    pub fn name(mut self, name: &str) -> Result<Self, Error> {
        self.name = discovery::ServiceName::try_from(name).map_err(|_| {
            Error::configuration(format!(
                "`{name}` is not the name of a Restate service: use letters, digits, `_`, `-` and `.`"
            ))
        })?;
        Ok(self)
    }

    /// Returns secrets in outputs in plain text, and the record to resume from with each failure. Default: secrets are
    /// `[redacted]`, and failures have no record.
    ///
    /// Restate stores outputs and failures, and shows them in its user interface.
    #[must_use]
    pub fn expose_secrets(mut self) -> Self {
        self.exposes_secrets = true;
        self
    }

    /// Sets the treatment of a step that is not idempotent and may have run. Default: the invocation fails.
    #[must_use]
    pub fn on_uncertain(mut self, on_uncertain: OnUncertain) -> Self {
        self.on_uncertain = on_uncertain;
        self
    }

    /// Encrypts the runs in the journal. Without it, Restate stores them in plain text, with all tokens and keys.
    ///
    /// Input, output and failure of the invocation are not encrypted. A run that cannot be decrypted fails.
    #[must_use]
    pub fn seal<E, D>(
        mut self,
        encrypt: impl Fn(Vec<u8>) -> Result<Vec<u8>, E> + Send + Sync + 'static,
        decrypt: impl Fn(Vec<u8>) -> Result<Vec<u8>, D> + Send + Sync + 'static,
    ) -> Self
    where
        E: Into<BoxError>,
        D: Into<BoxError>,
    {
        self.seal = Some(Seal::new(encrypt, decrypt));
        self
    }

    /// Creates a call of a workflow with the options of the service.
    pub(crate) fn call(&self, id: &str) -> Result<JsonCall, Error> {
        let call = self.set.json_call(id)?.on_uncertain(self.on_uncertain);
        Ok(match self.exposes_secrets {
            true => call.expose_secrets(),
            false => call,
        })
    }

    fn discovery(&self) -> discovery::Service {
        let handlers = self.handlers.iter().filter_map(|(name, id)| {
            let catalog = self.set.catalog();
            let info = catalog.iter().find(|info| info.id == *id)?;
            self.handler(name, info)
        });
        discovery::Service {
            ty: discovery::ServiceType::Service,
            name: self.name.clone(),
            handlers: handlers.collect(),
            documentation: None,
            metadata: Default::default(),
            inactivity_timeout: None,
            abort_timeout: None,
            journal_retention: None,
            idempotency_retention: None,
            enable_lazy_state: None,
            ingress_private: None,
            retry_policy_initial_interval: None,
            retry_policy_max_interval: None,
            retry_policy_max_attempts: None,
            retry_policy_exponentiation_factor: None,
            retry_policy_on_max_attempts: None,
        }
    }

    fn handler(&self, name: &str, info: &WorkflowInfo) -> Option<discovery::Handler> {
        let inputs = self.call(info.id).and_then(|call| call.inputs_schema());
        let documentation = match info.description.is_empty() {
            true => info.summary,
            false => info.description,
        };
        Some(discovery::Handler {
            name: discovery::HandlerName::try_from(name).ok()?,
            ty: None,
            input: Some(discovery::InputPayload {
                content_type: Some(JSON.to_owned()),
                json_schema: inputs.ok(),
                required: Some(true),
            }),
            output: Some(discovery::OutputPayload {
                content_type: Some(JSON.to_owned()),
                json_schema: serde_json::from_str::<Value>(info.outputs).ok(),
                set_content_type_if_empty: Some(true),
            }),
            documentation: Some(documentation.to_owned()),
            metadata: Default::default(),
            inactivity_timeout: None,
            abort_timeout: None,
            journal_retention: None,
            idempotency_retention: None,
            workflow_completion_retention: None,
            enable_lazy_state: None,
            ingress_private: None,
            retry_policy_initial_interval: None,
            retry_policy_max_interval: None,
            retry_policy_max_attempts: None,
            retry_policy_exponentiation_factor: None,
            retry_policy_on_max_attempts: None,
        })
    }
}

impl IntoServiceDefinition for Workflows {
    fn into_service_definition(self) -> ServiceDefinition {
        let discovery = self.discovery();
        macro_support::service_definition(Dispatcher::new(self), discovery)
    }
}

/// Returns the id with `_` in place of each character that the name of a handler must not have.
fn handler_name(id: &str) -> String {
    let allowed = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
    let name: String = id.chars().map(allowed).collect();
    match name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        true => name,
        false => format!("w_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use pipedream_sdk::Pipedream;

    use super::*;

    fn pipedream() -> Pipedream {
        Pipedream::builder()
            .access_token("token")
            .project_id("proj_1")
            .build()
            .unwrap()
            .user("user-42")
    }

    #[test]
    fn the_catalog_is_discovered_with_schemas() {
        let service = workflows(pipedream()).name("pipedream").unwrap();
        let found = service.discovery();
        assert_eq!(&*found.name, "pipedream");
        assert_eq!(found.handlers.len(), pipedream().catalog().len());
        let mut handlers = found.handlers.iter();
        let mint = handlers.find(|it| &*it.name == "token_mint_and_validate");
        let input = mint.unwrap().input.as_ref().unwrap();
        let schema = input.json_schema.as_ref().unwrap();
        // Project, environment and user are set by the client.
        assert_eq!(schema["required"], serde_json::json!(["appId"]));
        assert!(schema["properties"]["externalUserId"].is_object());
        let output = mint.unwrap().output.as_ref().unwrap();
        let schema = output.json_schema.as_ref().unwrap();
        assert!(schema["properties"]["connectToken"].is_object());
    }

    #[test]
    fn one_workflow_is_a_service_too() {
        let found = workflow(pipedream(), "deploy-trigger").unwrap().discovery();
        let names: Vec<&str> = found.handlers.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            (found.name.as_str(), names),
            ("workflows", vec!["deploy_trigger"])
        );
        let error = workflow(pipedream(), "deploy").unwrap_err();
        assert!(
            error.to_string().contains("there is no workflow `deploy`"),
            "{error}"
        );
    }

    #[test]
    fn names_that_restate_does_not_allow_are_replaced_or_rejected() {
        assert_eq!(handler_name("a-b.c"), "a_b_c");
        assert_eq!(handler_name("$a"), "w__a");
        assert_eq!(handler_name("1"), "w_1");
        let ids = vec!["a-b", "a.b", "a_b"];
        let service = Workflows::new(Arc::new(pipedream()), ids);
        assert_eq!(service.handlers["a_b"], "a-b");
        assert_eq!(service.handlers["a_b_"], "a.b");
        assert_eq!(service.handlers["a_b__"], "a_b");
        assert!(service.name("a/b").is_err());
    }
}
