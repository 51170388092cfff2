//! The operations, as the transport has to know them.

use ::pipedream_sdk_runtime::{Operation, Place, Scheme};

/// The scheme `ConnectToken`.
pub static SCHEME_CONNECT_TOKEN: Scheme = Scheme {
    name: "ConnectToken",
    place: Place::Bearer,
};

/// The scheme `OAuth2`.
pub static SCHEME_OAUTH2: Scheme = Scheme {
    name: "OAuth2",
    place: Place::Bearer,
};

/// `GET /v1/app_categories`
pub static LIST_APP_CATEGORIES_BASE: Operation = Operation {
    id: "listAppCategoriesBase",
    method: "GET",
    path: "/v1/app_categories",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/app_categories`
pub static LIST_APP_CATEGORIES: Operation = Operation {
    id: "listAppCategories",
    method: "GET",
    path: "/v1/connect/app_categories",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/app_categories/{id}`
pub static RETRIEVE_APP_CATEGORY_BASE: Operation = Operation {
    id: "retrieveAppCategoryBase",
    method: "GET",
    path: "/v1/app_categories/{id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/app_categories/{id}`
pub static RETRIEVE_APP_CATEGORY: Operation = Operation {
    id: "retrieveAppCategory",
    method: "GET",
    path: "/v1/connect/app_categories/{id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/apps`
pub static LIST_APPS_BASE: Operation = Operation {
    id: "listAppsBase",
    method: "GET",
    path: "/v1/apps",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/apps`
pub static LIST_APPS: Operation = Operation {
    id: "listApps",
    method: "GET",
    path: "/v1/connect/apps",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/apps/{app_id}`
pub static RETRIEVE_APP_BASE: Operation = Operation {
    id: "retrieveAppBase",
    method: "GET",
    path: "/v1/apps/{app_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/apps/{app_id}`
pub static RETRIEVE_APP: Operation = Operation {
    id: "retrieveApp",
    method: "GET",
    path: "/v1/connect/apps/{app_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/accounts`
pub static LIST_ACCOUNTS: Operation = Operation {
    id: "listAccounts",
    method: "GET",
    path: "/v1/connect/{project_id}/accounts",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/accounts`
pub static CREATE_ACCOUNT: Operation = Operation {
    id: "createAccount",
    method: "POST",
    path: "/v1/connect/{project_id}/accounts",
    security: &[&[&SCHEME_CONNECT_TOKEN]],
    idempotent: false,
};

/// `GET /v1/connect/{project_id}/accounts/{account_id}`
pub static RETRIEVE_ACCOUNT: Operation = Operation {
    id: "retrieveAccount",
    method: "GET",
    path: "/v1/connect/{project_id}/accounts/{account_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `DELETE /v1/connect/{project_id}/accounts/{account_id}`
pub static DELETE_ACCOUNT: Operation = Operation {
    id: "deleteAccount",
    method: "DELETE",
    path: "/v1/connect/{project_id}/accounts/{account_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `DELETE /v1/connect/{project_id}/apps/{app_id}/accounts`
pub static DELETE_ACCOUNT_BY_APP: Operation = Operation {
    id: "deleteAccountByApp",
    method: "DELETE",
    path: "/v1/connect/{project_id}/apps/{app_id}/accounts",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `DELETE /v1/connect/{project_id}/users/{external_user_id}`
pub static DELETE_USER_EXTERNAL_USER: Operation = Operation {
    id: "deleteUserExternalUser",
    method: "DELETE",
    path: "/v1/connect/{project_id}/users/{external_user_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/components`
pub static LIST_COMPONENTS: Operation = Operation {
    id: "listComponents",
    method: "GET",
    path: "/v1/connect/{project_id}/components",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/components/{component_id}`
pub static RETRIEVE_COMPONENT: Operation = Operation {
    id: "retrieveComponent",
    method: "GET",
    path: "/v1/connect/{project_id}/components/{component_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/components/configure`
pub static CONFIGURE_COMPONENT_PROP: Operation = Operation {
    id: "configureComponentProp",
    method: "POST",
    path: "/v1/connect/{project_id}/components/configure",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/{project_id}/components/props`
pub static RELOAD_COMPONENT_PROPS: Operation = Operation {
    id: "reloadComponentProps",
    method: "POST",
    path: "/v1/connect/{project_id}/components/props",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/{project_id}/actions`
pub static LIST_ACTIONS: Operation = Operation {
    id: "listActions",
    method: "GET",
    path: "/v1/connect/{project_id}/actions",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/actions/{component_id}`
pub static RETRIEVE_ACTION: Operation = Operation {
    id: "retrieveAction",
    method: "GET",
    path: "/v1/connect/{project_id}/actions/{component_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/actions/configure`
pub static CONFIGURE_ACTION_PROP: Operation = Operation {
    id: "configureActionProp",
    method: "POST",
    path: "/v1/connect/{project_id}/actions/configure",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/{project_id}/actions/props`
pub static RELOAD_ACTION_PROPS: Operation = Operation {
    id: "reloadActionProps",
    method: "POST",
    path: "/v1/connect/{project_id}/actions/props",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/{project_id}/triggers`
pub static LIST_TRIGGERS: Operation = Operation {
    id: "listTriggers",
    method: "GET",
    path: "/v1/connect/{project_id}/triggers",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/triggers/{component_id}`
pub static RETRIEVE_TRIGGER: Operation = Operation {
    id: "retrieveTrigger",
    method: "GET",
    path: "/v1/connect/{project_id}/triggers/{component_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/triggers/configure`
pub static CONFIGURE_TRIGGER_PROP: Operation = Operation {
    id: "configureTriggerProp",
    method: "POST",
    path: "/v1/connect/{project_id}/triggers/configure",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/{project_id}/triggers/props`
pub static RELOAD_TRIGGER_PROPS: Operation = Operation {
    id: "reloadTriggerProps",
    method: "POST",
    path: "/v1/connect/{project_id}/triggers/props",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/{project_id}/actions/run`
pub static RUN_ACTION: Operation = Operation {
    id: "runAction",
    method: "POST",
    path: "/v1/connect/{project_id}/actions/run",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/{project_id}/triggers/deploy`
pub static DEPLOY_TRIGGER: Operation = Operation {
    id: "deployTrigger",
    method: "POST",
    path: "/v1/connect/{project_id}/triggers/deploy",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/{project_id}/deployed-triggers`
pub static LIST_DEPLOYED_TRIGGERS: Operation = Operation {
    id: "listDeployedTriggers",
    method: "GET",
    path: "/v1/connect/{project_id}/deployed-triggers",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}`
pub static RETRIEVE_DEPLOYED_TRIGGER: Operation = Operation {
    id: "retrieveDeployedTrigger",
    method: "GET",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PUT /v1/connect/{project_id}/deployed-triggers/{trigger_id}`
pub static UPDATE_DEPLOYED_TRIGGER: Operation = Operation {
    id: "updateDeployedTrigger",
    method: "PUT",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `DELETE /v1/connect/{project_id}/deployed-triggers/{trigger_id}`
pub static DELETE_DEPLOYED_TRIGGER: Operation = Operation {
    id: "deleteDeployedTrigger",
    method: "DELETE",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/events`
pub static LIST_DEPLOYED_TRIGGER_EVENTS: Operation = Operation {
    id: "listDeployedTriggerEvents",
    method: "GET",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/events",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines`
pub static LIST_DEPLOYED_TRIGGER_WORKFLOWS: Operation = Operation {
    id: "listDeployedTriggerWorkflows",
    method: "GET",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PUT /v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines`
pub static UPDATE_DEPLOYED_TRIGGER_WORKFLOWS: Operation = Operation {
    id: "updateDeployedTriggerWorkflows",
    method: "PUT",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks`
pub static LIST_DEPLOYED_TRIGGER_WEBHOOKS: Operation = Operation {
    id: "listDeployedTriggerWebhooks",
    method: "GET",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PUT /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks`
pub static UPDATE_DEPLOYED_TRIGGER_WEBHOOKS: Operation = Operation {
    id: "updateDeployedTriggerWebhooks",
    method: "PUT",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}`
pub static RETRIEVE_DEPLOYED_TRIGGER_WEBHOOK: Operation = Operation {
    id: "retrieveDeployedTriggerWebhook",
    method: "GET",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}/regenerate_signing_key`
pub static REGENERATE_DEPLOYED_TRIGGER_WEBHOOK_SIGNING_KEY: Operation = Operation {
    id: "regenerateDeployedTriggerWebhookSigningKey",
    method: "POST",
    path: "/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}/regenerate_signing_key",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/{project_id}/webhook`
pub static RETRIEVE_PROJECT_ENVIRONMENT_WEBHOOK: Operation = Operation {
    id: "retrieveProjectEnvironmentWebhook",
    method: "GET",
    path: "/v1/connect/{project_id}/webhook",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PUT /v1/connect/{project_id}/webhook`
pub static UPDATE_PROJECT_ENVIRONMENT_WEBHOOK: Operation = Operation {
    id: "updateProjectEnvironmentWebhook",
    method: "PUT",
    path: "/v1/connect/{project_id}/webhook",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `DELETE /v1/connect/{project_id}/webhook`
pub static DELETE_PROJECT_ENVIRONMENT_WEBHOOK: Operation = Operation {
    id: "deleteProjectEnvironmentWebhook",
    method: "DELETE",
    path: "/v1/connect/{project_id}/webhook",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/webhook/regenerate_signing_key`
pub static REGENERATE_PROJECT_ENVIRONMENT_WEBHOOK_SIGNING_KEY: Operation = Operation {
    id: "regenerateProjectEnvironmentWebhookSigningKey",
    method: "POST",
    path: "/v1/connect/{project_id}/webhook/regenerate_signing_key",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/projects`
pub static LIST_PROJECTS: Operation = Operation {
    id: "listProjects",
    method: "GET",
    path: "/v1/connect/projects",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/projects`
pub static CREATE_PROJECT: Operation = Operation {
    id: "createProject",
    method: "POST",
    path: "/v1/connect/projects",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/projects/{project_id}`
pub static RETRIEVE_PROJECT: Operation = Operation {
    id: "retrieveProject",
    method: "GET",
    path: "/v1/connect/projects/{project_id}",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `DELETE /v1/connect/projects/{project_id}`
pub static DELETE_PROJECT: Operation = Operation {
    id: "deleteProject",
    method: "DELETE",
    path: "/v1/connect/projects/{project_id}",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PATCH /v1/connect/projects/{project_id}`
pub static UPDATE_PROJECT: Operation = Operation {
    id: "updateProject",
    method: "PATCH",
    path: "/v1/connect/projects/{project_id}",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/projects/{project_id}/logo`
pub static UPDATE_PROJECT_LOGO: Operation = Operation {
    id: "updateProjectLogo",
    method: "POST",
    path: "/v1/connect/projects/{project_id}/logo",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/{project_id}/projects/info`
pub static RETRIEVE_PROJECT_INFO: Operation = Operation {
    id: "retrieveProjectInfo",
    method: "GET",
    path: "/v1/connect/{project_id}/projects/info",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/file_stash/download`
pub static DOWNLOAD_FILE_STASH_FILE: Operation = Operation {
    id: "downloadFileStashFile",
    method: "GET",
    path: "/v1/connect/{project_id}/file_stash/download",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/proxy/{url_64}`
pub static RETRIEVE_PROXY: Operation = Operation {
    id: "retrieveProxy",
    method: "GET",
    path: "/v1/connect/{project_id}/proxy/{url_64}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PUT /v1/connect/{project_id}/proxy/{url_64}`
pub static PUT_PROXY: Operation = Operation {
    id: "putProxy",
    method: "PUT",
    path: "/v1/connect/{project_id}/proxy/{url_64}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/connect/{project_id}/proxy/{url_64}`
pub static POST_PROXY: Operation = Operation {
    id: "postProxy",
    method: "POST",
    path: "/v1/connect/{project_id}/proxy/{url_64}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `DELETE /v1/connect/{project_id}/proxy/{url_64}`
pub static DELETE_PROXY: Operation = Operation {
    id: "deleteProxy",
    method: "DELETE",
    path: "/v1/connect/{project_id}/proxy/{url_64}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `PATCH /v1/connect/{project_id}/proxy/{url_64}`
pub static PATCH_PROXY: Operation = Operation {
    id: "patchProxy",
    method: "PATCH",
    path: "/v1/connect/{project_id}/proxy/{url_64}",
    security: &[&[&SCHEME_CONNECT_TOKEN], &[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `POST /v1/connect/{project_id}/tokens`
pub static CREATE_TOKEN: Operation = Operation {
    id: "createToken",
    method: "POST",
    path: "/v1/connect/{project_id}/tokens",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
};

/// `GET /v1/connect/tokens/{ctok}/validate`
pub static VALIDATE_TOKEN: Operation = Operation {
    id: "validateToken",
    method: "GET",
    path: "/v1/connect/tokens/{ctok}/validate",
    security: &[],
    idempotent: true,
};

/// `GET /v1/connect/usage`
pub static LIST_USAGES: Operation = Operation {
    id: "listUsages",
    method: "GET",
    path: "/v1/connect/usage",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `GET /v1/connect/{project_id}/users`
pub static LIST_USERS: Operation = Operation {
    id: "listUsers",
    method: "GET",
    path: "/v1/connect/{project_id}/users",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: true,
};

/// `POST /v1/oauth/token`
pub static CREATE_OAUTH_TOKEN: Operation = Operation {
    id: "createOauthToken",
    method: "POST",
    path: "/v1/oauth/token",
    security: &[],
    idempotent: false,
};
