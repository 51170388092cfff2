//! Handlers of the operations: one function per operation over the state, looked up by operation ID.

mod accounts;
mod app_overrides;
mod apps;
mod components;
mod file_stash;
mod oauth;
mod oauth_apps;
mod projects;
mod proxy;
mod rate_limits;
mod tokens;
mod triggers;
mod usage;
mod users;
mod webhooks;

pub(crate) use file_stash::storage_response;
pub(crate) use rate_limits::count;

use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::Value;

use crate::page::Paging;
use crate::response::{FakeResponse, Rejection};
use crate::state::{Caller, Environment, State};

/// A request that is valid according to the document, with its authenticated caller.
pub(crate) struct ValidRequest<'a> {
    pub(crate) path: &'a [(String, String)],
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Value,
    pub(crate) bytes: &'a Bytes,
    pub(crate) method: &'a str,
    pub(crate) caller: Caller,
    /// Base URL of the fake.
    pub(crate) base_url: &'a str,
}

pub(crate) type HandlerResult = Result<FakeResponse, Rejection>;
pub(crate) type Handler = fn(&mut State, &ValidRequest<'_>) -> HandlerResult;

/// Returns the handler of an operation.
pub(crate) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "createOauthToken" => oauth::create,
        "createToken" => tokens::create,
        "validateToken" => tokens::validate,

        "listAppCategories" | "listAppCategoriesBase" => apps::categories,
        "retrieveAppCategory" | "retrieveAppCategoryBase" => apps::category,
        "listApps" | "listAppsBase" => apps::list,
        "retrieveApp" | "retrieveAppBase" => apps::retrieve,

        "listAccounts" => accounts::list,
        "listAccountsForExternalUser" => accounts::list_of_user,
        "createAccount" => accounts::create,
        "retrieveAccount" => accounts::retrieve,
        "deleteAccount" => accounts::delete,
        "deleteAccountByApp" => accounts::delete_by_app,

        "listOauthApps" => oauth_apps::list,
        "createOauthApp" => oauth_apps::create,
        "retrieveOauthApp" => oauth_apps::retrieve,
        "updateOauthApp" => oauth_apps::update,
        "deleteOauthApp" => oauth_apps::delete,

        "listAppOverrides" => app_overrides::list,
        "createAppOverride" => app_overrides::create,
        "retrieveAppOverride" => app_overrides::retrieve,
        "updateAppOverride" => app_overrides::update,
        "deleteAppOverride" => app_overrides::delete,

        "createRateLimit" => rate_limits::create,

        "listUsers" => users::list,
        "deleteUserExternalUser" => users::delete,

        "listComponents" => components::list,
        "listActions" => components::list_actions,
        "listTriggers" => components::list_triggers,
        "retrieveComponent" => components::retrieve,
        "retrieveAction" => components::retrieve_action,
        "retrieveTrigger" => components::retrieve_trigger,
        "configureComponentProp" => components::configure,
        "configureActionProp" => components::configure_action,
        "configureTriggerProp" => components::configure_trigger,
        "reloadComponentProps" => components::reload,
        "reloadActionProps" => components::reload_action,
        "reloadTriggerProps" => components::reload_trigger,
        "runAction" => components::run,

        "deployTrigger" => triggers::deploy,
        "listDeployedTriggers" => triggers::list,
        "retrieveDeployedTrigger" => triggers::retrieve,
        "updateDeployedTrigger" => triggers::update,
        "deleteDeployedTrigger" => triggers::delete,
        "listDeployedTriggerEvents" => triggers::events,
        "listDeployedTriggerWorkflows" => triggers::workflows,
        "updateDeployedTriggerWorkflows" => triggers::set_workflows,

        "listDeployedTriggerWebhooks" => webhooks::list_of_trigger,
        "updateDeployedTriggerWebhooks" => webhooks::set_of_trigger,
        "retrieveDeployedTriggerWebhook" => webhooks::retrieve_of_trigger,
        "regenerateDeployedTriggerWebhookSigningKey" => webhooks::regenerate_of_trigger,
        "resetDeployedTriggerWebhookDeliveryState" => webhooks::reset_of_trigger,
        "retrieveProjectEnvironmentWebhook" => webhooks::retrieve,
        "updateProjectEnvironmentWebhook" => webhooks::set,
        "deleteProjectEnvironmentWebhook" => webhooks::delete,
        "regenerateProjectEnvironmentWebhookSigningKey" => webhooks::regenerate,

        "listProjects" => projects::list,
        "createProject" => projects::create,
        "retrieveProject" => projects::retrieve,
        "updateProject" => projects::update,
        "deleteProject" => projects::delete,
        "updateProjectLogo" => projects::set_logo,
        "retrieveProjectInfo" => projects::info,

        "listUsages" => usage::list,
        "downloadFileStashFile" => file_stash::download,
        "retrieveProxy" | "postProxy" | "putProxy" | "patchProxy" | "deleteProxy" => proxy::forward,
        _ => return None,
    })
}

impl ValidRequest<'_> {
    /// Returns a path parameter. The route guarantees that it exists.
    fn path(&self, name: &str) -> &str {
        first(self.path, name).unwrap_or_default()
    }

    fn query(&self, name: &str) -> Option<&str> {
        first(self.query, name)
    }

    fn query_bool(&self, name: &str) -> Option<bool> {
        self.query(name)?.parse().ok()
    }

    fn body_str(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    fn paging(&self) -> Paging<'_> {
        Paging {
            after: self.query("after"),
            before: self.query("before"),
            limit: self.query("limit").and_then(|it| it.parse().ok()),
        }
    }

    /// Returns the project in the path, which must exist and match a Connect token.
    fn project(&self, state: &State) -> Result<String, Rejection> {
        let project = self.path("project_id");
        if !state.projects.iter().any(|it| it.id == project) {
            return Err(Rejection::missing("project"));
        }
        match &self.caller {
            Caller::Client(token) if token.environment.project != project => Err(Rejection::new(
                403,
                "the Connect token belongs to another project",
            )),
            _ => Ok(project.to_owned()),
        }
    }

    /// Returns the project in the path with the environment in the header.
    fn environment(&self, state: &State) -> Result<Environment, Rejection> {
        let project = self.project(state)?;
        let name = self.headers.get("x-pd-environment");
        let name = name.and_then(|it| it.to_str().ok());
        let environment = Environment {
            project,
            name: name.unwrap_or_default().to_owned(),
        };
        match &self.caller {
            Caller::Client(token) if token.environment != environment => Err(Rejection::new(
                403,
                "the Connect token belongs to another environment",
            )),
            _ => Ok(environment),
        }
    }

    /// Returns the user that a request names. A Connect token only gives access to its own user.
    fn user<'a>(&'a self, named: Option<&'a str>) -> Result<Option<&'a str>, Rejection> {
        match (&self.caller, named) {
            (Caller::Client(token), None) => Ok(Some(&token.user)),
            (Caller::Client(token), Some(named)) if token.user != named => Err(Rejection::new(
                403,
                "the Connect token belongs to another user",
            )),
            (_, named) => Ok(named),
        }
    }

    /// Returns the user named in the body, which is required there.
    fn body_user(&self) -> Result<String, Rejection> {
        self.named_user(self.body_str("external_user_id"))
    }

    /// Returns the user named in the query, which is required there.
    fn query_user(&self) -> Result<String, Rejection> {
        self.named_user(self.query("external_user_id"))
    }

    fn named_user(&self, named: Option<&str>) -> Result<String, Rejection> {
        let user = self.user(named)?.unwrap_or_default();
        let length = user.chars().count();
        if (1..=250).contains(&length) {
            Ok(user.to_owned())
        } else {
            Err(Rejection::invalid(
                "external_user_id must have 1 to 250 characters",
            ))
        }
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(known, _)| known == name)?;
    Some(&found.1)
}

/// Returns a 200 with a JSON body.
fn ok(value: Value) -> HandlerResult {
    Ok(FakeResponse::new(200).json(value))
}

/// Returns a 204.
fn no_content() -> HandlerResult {
    Ok(FakeResponse::new(204))
}

/// Returns `true` if a string contains another, ignoring case.
fn contains(text: &Value, part: &str) -> bool {
    let text = text.as_str().unwrap_or_default().to_lowercase();
    text.contains(&part.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_handler() {
        let missing: Vec<_> = crate::document::document()
            .operations
            .iter()
            .filter(|operation| handler(&operation.id).is_none())
            .map(|operation| &operation.id)
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
