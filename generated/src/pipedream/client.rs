//! The client: one method per operation.

use ::pipedream_sdk_runtime::{
    ByteStream, CallOptions, Failure, Outcome, QueryParam, Reply, Transport, decode,
    header_value, segment,
};
use reqwest::header::{ACCEPT, HeaderValue};

use super::{operations, types};

/// The client of Pipedream API 2026-05-22: a method for each of its 61 operations.
///
/// A clone is cheap and shares everything with its original.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// The address that the document names.
    pub const BASE_URL: &'static str = "https://api.pipedream.com";

    /// A client that sends its requests through this transport.
    pub fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// What sends the requests.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// A client whose calls are made with other options.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            transport: self.transport.with_options(options),
        }
    }

    /// Enumerate catalogue categories (unprefixed path).
    ///
    /// Same as `listAppCategories`, under the path without `/connect`. Prefer the other one.
    ///
    /// `GET /v1/app_categories`
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-app-categories>
    pub async fn list_app_categories_base(
        &self,
    ) -> Result<Reply<types::ListAppCategoriesResponse>, Failure> {
        let url = format!("{}/v1/app_categories", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::LIST_APP_CATEGORIES_BASE)
            .await?;
        decode::json(response).await
    }

    /// Enumerate the catalogue's categories.
    ///
    /// Returns every category in one answer, for instance to build a filter. Their ids go into
    /// `category_ids` when apps are listed.
    ///
    /// `GET /v1/connect/app_categories`
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-app-categories>
    pub async fn list_app_categories(
        &self,
    ) -> Result<Reply<types::ListAppCategoriesResponse>, Failure> {
        let url = format!("{}/v1/connect/app_categories", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::LIST_APP_CATEGORIES)
            .await?;
        decode::json(response).await
    }

    /// Look up one catalogue category (unprefixed path).
    ///
    /// Same as `retrieveAppCategory`, under the path without `/connect`. Prefer the other one.
    ///
    /// `GET /v1/app_categories/{id}`
    ///
    /// # Arguments
    ///
    /// - `id`: Id of the wanted category, as `listAppCategories` returns it.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-app-category>
    pub async fn retrieve_app_category_base(
        &self,
        id: &str,
    ) -> Result<Reply<types::GetAppCategoryResponse>, Failure> {
        let id = segment("id", id)?;
        let url = format!("{}/v1/app_categories/{id}", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_APP_CATEGORY_BASE)
            .await?;
        decode::json(response).await
    }

    /// Look up one catalogue category.
    ///
    /// Returns name and description of the category with that id.
    ///
    /// `GET /v1/connect/app_categories/{id}`
    ///
    /// # Arguments
    ///
    /// - `id`: Id of the wanted category, as `listAppCategories` returns it.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-app-category>
    pub async fn retrieve_app_category(
        &self,
        id: &str,
    ) -> Result<Reply<types::GetAppCategoryResponse>, Failure> {
        let id = segment("id", id)?;
        let url = format!(
            "{}/v1/connect/app_categories/{id}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_APP_CATEGORY)
            .await?;
        decode::json(response).await
    }

    /// Browse the app catalogue (unprefixed path).
    ///
    /// Same as `listApps`, under the path without `/connect`. Prefer the other one.
    ///
    /// `GET /v1/apps`
    ///
    /// # Arguments
    ///
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `category_ids`: Keep only apps under one of these categories. Repeat the parameter to give
    ///   several.
    /// - `has_actions`: Keep only apps for which the registry has an action.
    /// - `has_components`: Keep only apps for which the registry has an action or a trigger.
    /// - `has_triggers`: Keep only apps for which the registry has a trigger.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text to look for in the catalogue.
    /// - `sort_direction`: Upwards (`asc`) or downwards (`desc`).
    /// - `sort_key`: What to sort by: the name for people, the slug, or prominence.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-apps>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_apps_base(
        &self,
        after: Option<&str>,
        before: Option<&str>,
        category_ids: Option<&Vec<types::CategoryId>>,
        has_actions: Option<bool>,
        has_components: Option<bool>,
        has_triggers: Option<bool>,
        limit: Option<i64>,
        q: Option<&str>,
        sort_direction: Option<types::SortDirection>,
        sort_key: Option<types::SortKey>,
    ) -> Result<Reply<types::ListAppsResponse>, Failure> {
        let url = format!("{}/v1/apps", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("category_ids", &category_ids))
            .query(&QueryParam::new("has_actions", &has_actions))
            .query(&QueryParam::new("has_components", &has_components))
            .query(&QueryParam::new("has_triggers", &has_triggers))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .query(&QueryParam::new("sort_direction", &sort_direction))
            .query(&QueryParam::new("sort_key", &sort_key))
            .build()?;
        let response = self.transport.send(request, &operations::LIST_APPS_BASE).await?;
        decode::json(response).await
    }

    /// Browse the app catalogue.
    ///
    /// Finds third-party services by text, category or by what components they offer, one page at a time.
    /// Use it to let end users choose what to connect.
    ///
    /// `GET /v1/connect/apps`
    ///
    /// # Arguments
    ///
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `category_ids`: Keep only apps under one of these categories. Repeat the parameter to give
    ///   several.
    /// - `has_actions`: Keep only apps for which the registry has an action.
    /// - `has_components`: Keep only apps for which the registry has an action or a trigger.
    /// - `has_triggers`: Keep only apps for which the registry has a trigger.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text to look for in the catalogue.
    /// - `sort_direction`: Upwards (`asc`) or downwards (`desc`).
    /// - `sort_key`: What to sort by: the name for people, the slug, or prominence.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-apps>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_apps(
        &self,
        after: Option<&str>,
        before: Option<&str>,
        category_ids: Option<&Vec<types::CategoryId>>,
        has_actions: Option<bool>,
        has_components: Option<bool>,
        has_triggers: Option<bool>,
        limit: Option<i64>,
        q: Option<&str>,
        sort_direction: Option<types::SortDirection>,
        sort_key: Option<types::SortKey>,
    ) -> Result<Reply<types::ListAppsResponse>, Failure> {
        let url = format!("{}/v1/connect/apps", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("category_ids", &category_ids))
            .query(&QueryParam::new("has_actions", &has_actions))
            .query(&QueryParam::new("has_components", &has_components))
            .query(&QueryParam::new("has_triggers", &has_triggers))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .query(&QueryParam::new("sort_direction", &sort_direction))
            .query(&QueryParam::new("sort_key", &sort_key))
            .build()?;
        let response = self.transport.send(request, &operations::LIST_APPS).await?;
        decode::json(response).await
    }

    /// Look up one app (unprefixed path).
    ///
    /// Same as `retrieveApp`, under the path without `/connect`. Prefer the other one.
    ///
    /// `GET /v1/apps/{app_id}`
    ///
    /// # Arguments
    ///
    /// - `app_id`: The app in question, by slug (`github`) or by catalogue id.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-app>
    pub async fn retrieve_app_base(
        &self,
        app_id: &str,
    ) -> Result<Reply<types::GetAppResponse>, Failure> {
        let app_id = segment("app_id", app_id)?;
        let url = format!("{}/v1/apps/{app_id}", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_APP_BASE)
            .await?;
        decode::json(response).await
    }

    /// Look up one app.
    ///
    /// Returns the catalogue's entry, with the fields that an end user has to fill in and the kind of
    /// authentication.
    ///
    /// `GET /v1/connect/apps/{app_id}`
    ///
    /// # Arguments
    ///
    /// - `app_id`: The app in question, by slug (`github`) or by catalogue id.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-app>
    pub async fn retrieve_app(
        &self,
        app_id: &str,
    ) -> Result<Reply<types::GetAppResponse>, Failure> {
        let app_id = segment("app_id", app_id)?;
        let url = format!("{}/v1/connect/apps/{app_id}", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self.transport.send(request, &operations::RETRIEVE_APP).await?;
        decode::json(response).await
    }

    /// Page through connected accounts.
    ///
    /// Returns the accounts of the project's environment, all of them or those of one end user, one app or
    /// one OAuth client.
    ///
    /// `GET /v1/connect/{project_id}/accounts`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `app`: Keep only accounts at this app, given by slug or catalogue id.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `external_user_id`: Keep only accounts of this end user, given by your own identifier.
    /// - `include_credentials`: Send the secrets along. Off unless asked for; the answer then belongs in no
    ///   log.
    /// - `limit`: How many entries a page may have.
    /// - `oauth_app_id`: Keep only accounts that were connected through this OAuth client of yours, an id
    ///   beginning with `oa_`.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-accounts>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_accounts(
        &self,
        project_id: &types::ProjectId,
        after: Option<&str>,
        app: Option<&str>,
        before: Option<&str>,
        external_user_id: Option<&str>,
        include_credentials: Option<bool>,
        limit: Option<i64>,
        oauth_app_id: Option<&types::OauthAppId>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::ListAccountsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/accounts", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("app", &app))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .query(&QueryParam::new("include_credentials", &include_credentials))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("oauth_app_id", &oauth_app_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::LIST_ACCOUNTS).await?;
        decode::json(response).await
    }

    /// Connect an account with given credentials.
    ///
    /// Stores credentials that your product has collected itself, without the hosted dialog, for apps that
    /// authenticate with keys. It must be called with the Connect token of the end user; an OAuth access
    /// token is refused.
    ///
    /// `POST /v1/connect/{project_id}/accounts`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `external_user_id`: Keep only accounts of this end user, given by your own identifier.
    /// - `oauth_app_id`: Keep only accounts that were connected through this OAuth client of yours, an id
    ///   beginning with `oa_`.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The credentials and the token that says whose they are.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/create-account>
    pub async fn create_account(
        &self,
        project_id: &types::ProjectId,
        external_user_id: Option<&str>,
        oauth_app_id: Option<&types::OauthAppId>,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::CreateAccountOpts,
    ) -> Result<Reply<types::Account>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/accounts", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .query(&QueryParam::new("oauth_app_id", &oauth_app_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::CREATE_ACCOUNT).await?;
        decode::json(response).await
    }

    /// Look up one connected account.
    ///
    /// Returns the account and its health. With `include_credentials` the secrets come along, where the app
    /// permits it.
    ///
    /// `GET /v1/connect/{project_id}/accounts/{account_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `account_id`: The account, by an id beginning with `apn_`.
    /// - `include_credentials`: Send the secrets along. Off unless asked for; the answer then belongs in no
    ///   log.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-account>
    pub async fn retrieve_account(
        &self,
        project_id: &types::ProjectId,
        account_id: &types::AccountId,
        include_credentials: Option<bool>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::Account>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let account_id = segment("account_id", account_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/accounts/{account_id}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("include_credentials", &include_credentials))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_ACCOUNT)
            .await?;
        decode::json(response).await
    }

    /// Disconnect one account.
    ///
    /// Removes the account and forgets its credentials. It cannot be undone; the end user would have to
    /// connect anew.
    ///
    /// `DELETE /v1/connect/{project_id}/accounts/{account_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `account_id`: The account, by an id beginning with `apn_`.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/delete-account>
    pub async fn delete_account(
        &self,
        project_id: &types::ProjectId,
        account_id: &types::AccountId,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let account_id = segment("account_id", account_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/accounts/{account_id}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .delete(url)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::DELETE_ACCOUNT).await?;
        decode::empty(response).await
    }

    /// Disconnect every account of an app.
    ///
    /// Removes the accounts that ANY end user of the environment has connected for this app. There is no
    /// way to limit it to one user.
    ///
    /// `DELETE /v1/connect/{project_id}/apps/{app_id}/accounts`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `app_id`: The app in question, by slug (`github`) or by catalogue id.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/delete-accounts-by-app>
    pub async fn delete_account_by_app(
        &self,
        project_id: &types::ProjectId,
        app_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let app_id = segment("app_id", app_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/apps/{app_id}/accounts", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .delete(url)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::DELETE_ACCOUNT_BY_APP)
            .await?;
        decode::empty(response).await
    }

    /// Erase an end user.
    ///
    /// Removes the user with all accounts and deployed triggers that belong to them. Meant for
    /// off-boarding; it cannot be undone.
    ///
    /// `DELETE /v1/connect/{project_id}/users/{external_user_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `external_user_id`: The end user to erase, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/delete-external-user>
    pub async fn delete_user_external_user(
        &self,
        project_id: &types::ProjectId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let external_user_id = segment("external_user_id", external_user_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/users/{external_user_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .delete(url)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::DELETE_USER_EXTERNAL_USER)
            .await?;
        decode::empty(response).await
    }

    /// Page through the registry.
    ///
    /// Returns actions and triggers alike. To see one kind only, set `component_type` or use `listActions`
    /// or `listTriggers`.
    ///
    /// `GET /v1/connect/{project_id}/components`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `app`: Keep only entries for this app, given by slug or catalogue id.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `component_type`: Keep only actions or only triggers.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text to look for in names and descriptions.
    /// - `registry`: Where to look: among the `public` components, the `private` ones of your workspace, or
    ///   (the default) in both with `all`.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-components>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_components(
        &self,
        project_id: &types::ProjectId,
        after: Option<&str>,
        app: Option<&str>,
        before: Option<&str>,
        component_type: Option<types::ComponentType>,
        limit: Option<i64>,
        q: Option<&str>,
        registry: Option<types::Registry>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetComponentsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/components", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("app", &app))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("component_type", &component_type))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .query(&QueryParam::new("registry", &registry))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::LIST_COMPONENTS).await?;
        decode::json(response).await
    }

    /// Look up one registry entry.
    ///
    /// Returns an action or a trigger with its props, which is what a configuration form is built from.
    ///
    /// `GET /v1/connect/{project_id}/components/{component_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `component_id`: Registry key of the wanted entry, such as `slack-send-message`.
    /// - `version`: Exact version to look at; the newest when left out.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-component>
    pub async fn retrieve_component(
        &self,
        project_id: &types::ProjectId,
        component_id: &str,
        version: Option<&str>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetComponentResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let component_id = segment("component_id", component_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/components/{component_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("version", &version))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_COMPONENT)
            .await?;
        decode::json(response).await
    }

    /// Fetch the choices for a prop.
    ///
    /// Asks the third party, with the end user's account, what can be chosen for a prop that has
    /// `remoteOptions`, such as the channels of a workspace. Props that the choices depend on have to be
    /// configured first.
    ///
    /// `POST /v1/connect/{project_id}/components/configure`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The prop to look up and what is configured so far.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/configure-component-prop>
    pub async fn configure_component_prop(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::ConfigurePropOpts,
    ) -> Result<Reply<Outcome<types::ConfigurePropResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/components/configure", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::CONFIGURE_COMPONENT_PROP)
            .await?;
        decode::maybe_accepted(response).await
    }

    /// Work out a component's further inputs.
    ///
    /// Returns the props that follow from what is configured so far. Needed each time a prop with
    /// `reloadProps` has got a value; keep the id of the result for later requests.
    ///
    /// `POST /v1/connect/{project_id}/components/props`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The component and what is configured so far.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/reload-component-props>
    pub async fn reload_component_props(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::ReloadPropsOpts,
    ) -> Result<Reply<Outcome<types::ReloadPropsResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/components/props", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RELOAD_COMPONENT_PROPS)
            .await?;
        decode::maybe_accepted(response).await
    }

    /// Page through actions.
    ///
    /// Returns the actions of the registry, usually narrowed to one app.
    ///
    /// `GET /v1/connect/{project_id}/actions`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `app`: Keep only entries for this app, given by slug or catalogue id.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text to look for in names and descriptions.
    /// - `registry`: Where to look: among the `public` components, the `private` ones of your workspace, or
    ///   (the default) in both with `all`.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-actions>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_actions(
        &self,
        project_id: &types::ProjectId,
        after: Option<&str>,
        app: Option<&str>,
        before: Option<&str>,
        limit: Option<i64>,
        q: Option<&str>,
        registry: Option<types::Registry>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetComponentsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/actions", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("app", &app))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .query(&QueryParam::new("registry", &registry))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::LIST_ACTIONS).await?;
        decode::json(response).await
    }

    /// Look up one action.
    ///
    /// Returns the action with the props that a run needs.
    ///
    /// `GET /v1/connect/{project_id}/actions/{component_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `component_id`: Registry key of the wanted entry, such as `slack-send-message`.
    /// - `version`: Exact version to look at; the newest when left out.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-action>
    pub async fn retrieve_action(
        &self,
        project_id: &types::ProjectId,
        component_id: &str,
        version: Option<&str>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetComponentResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let component_id = segment("component_id", component_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/actions/{component_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("version", &version))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::RETRIEVE_ACTION).await?;
        decode::json(response).await
    }

    /// Fetch the choices for an action's prop.
    ///
    /// Asks the third party, with the end user's account, which values an input of the action can take,
    /// such as the repositories that an issue can be opened in. For inputs that have `remoteOptions`.
    ///
    /// `POST /v1/connect/{project_id}/actions/configure`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The prop to look up and what is configured so far.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/configure-action-prop>
    pub async fn configure_action_prop(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::ConfigurePropOpts,
    ) -> Result<Reply<Outcome<types::ConfigurePropResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/actions/configure", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::CONFIGURE_ACTION_PROP)
            .await?;
        decode::maybe_accepted(response).await
    }

    /// Work out an action's further inputs.
    ///
    /// Returns the inputs of the action that follow from what is configured so far. Needed each time an
    /// input with `reloadProps` has got a value; keep the id of the result for the run.
    ///
    /// `POST /v1/connect/{project_id}/actions/props`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The component and what is configured so far.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/reload-action-props>
    pub async fn reload_action_props(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::ReloadPropsOpts,
    ) -> Result<Reply<Outcome<types::ReloadPropsResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/actions/props", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RELOAD_ACTION_PROPS)
            .await?;
        decode::maybe_accepted(response).await
    }

    /// Page through the triggers on offer.
    ///
    /// Returns the triggers of the registry, usually narrowed to one app. For those that are running see
    /// `listDeployedTriggers`.
    ///
    /// `GET /v1/connect/{project_id}/triggers`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `app`: Keep only entries for this app, given by slug or catalogue id.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text to look for in names and descriptions.
    /// - `registry`: Where to look: among the `public` components, the `private` ones of your workspace, or
    ///   (the default) in both with `all`.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-triggers>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_triggers(
        &self,
        project_id: &types::ProjectId,
        after: Option<&str>,
        app: Option<&str>,
        before: Option<&str>,
        limit: Option<i64>,
        q: Option<&str>,
        registry: Option<types::Registry>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetComponentsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/triggers", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("app", &app))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .query(&QueryParam::new("registry", &registry))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::LIST_TRIGGERS).await?;
        decode::json(response).await
    }

    /// Look up one trigger on offer.
    ///
    /// Returns the trigger with the props that its deployment needs.
    ///
    /// `GET /v1/connect/{project_id}/triggers/{component_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `component_id`: Registry key of the wanted entry, such as `slack-send-message`.
    /// - `version`: Exact version to look at; the newest when left out.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-trigger>
    pub async fn retrieve_trigger(
        &self,
        project_id: &types::ProjectId,
        component_id: &str,
        version: Option<&str>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetComponentResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let component_id = segment("component_id", component_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/triggers/{component_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("version", &version))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_TRIGGER)
            .await?;
        decode::json(response).await
    }

    /// Fetch the choices for a trigger's prop.
    ///
    /// Asks the third party, with the end user's account, which values an input of the trigger can take,
    /// such as the calendars that can be watched. For inputs that have `remoteOptions`.
    ///
    /// `POST /v1/connect/{project_id}/triggers/configure`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The prop to look up and what is configured so far.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/configure-trigger-prop>
    pub async fn configure_trigger_prop(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::ConfigurePropOpts,
    ) -> Result<Reply<Outcome<types::ConfigurePropResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/triggers/configure", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::CONFIGURE_TRIGGER_PROP)
            .await?;
        decode::maybe_accepted(response).await
    }

    /// Work out a trigger's further inputs.
    ///
    /// Returns the inputs of the trigger that follow from what is configured so far. Needed each time an
    /// input with `reloadProps` has got a value; keep the id of the result for the deployment.
    ///
    /// `POST /v1/connect/{project_id}/triggers/props`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The component and what is configured so far.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/reload-trigger-props>
    pub async fn reload_trigger_props(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::ReloadPropsOpts,
    ) -> Result<Reply<Outcome<types::ReloadPropsResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/triggers/props", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RELOAD_TRIGGER_PROPS)
            .await?;
        decode::maybe_accepted(response).await
    }

    /// Run an action for an end user.
    ///
    /// Carries out the action with the given props and normally waits for its result. Running it twice does
    /// the work twice. Errors inside the action arrive with status 200, in the log entries of the answer.
    ///
    /// `POST /v1/connect/{project_id}/actions/run`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The action and its inputs.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/run-action>
    pub async fn run_action(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::RunActionOpts,
    ) -> Result<Reply<Outcome<types::RunActionResponse>>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/actions/run", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::RUN_ACTION).await?;
        decode::maybe_accepted(response).await
    }

    /// Start a trigger for an end user.
    ///
    /// Sets the trigger up at the third party and starts it. Its events are kept for reading back and, if a
    /// webhook or workflow is given, delivered there.
    ///
    /// `POST /v1/connect/{project_id}/triggers/deploy`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The trigger, its inputs and its receivers.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/deploy-trigger>
    pub async fn deploy_trigger(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::DeployTriggerOpts,
    ) -> Result<Reply<types::DeployTriggerResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/triggers/deploy", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::DEPLOY_TRIGGER).await?;
        decode::json(response).await
    }

    /// Page through an end user's running triggers.
    ///
    /// Returns what was deployed for one end user, paused triggers included.
    ///
    /// `GET /v1/connect/{project_id}/deployed-triggers`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `emitter_type`: Which kind of emitter to list; `source`, the trigger components, when left out.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `limit`: How many entries a page may have.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-deployed-triggers>
    #[allow(clippy::too_many_arguments)]
    pub async fn list_deployed_triggers(
        &self,
        project_id: &types::ProjectId,
        after: Option<&str>,
        before: Option<&str>,
        emitter_type: Option<types::EmitterType>,
        external_user_id: &str,
        limit: Option<i64>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetTriggersResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("emitter_type", &emitter_type))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .query(&QueryParam::new("limit", &limit))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::LIST_DEPLOYED_TRIGGERS)
            .await?;
        decode::json(response).await
    }

    /// Look up one running trigger.
    ///
    /// Returns the trigger with its state and configuration.
    ///
    /// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/get-deployed-trigger>
    pub async fn retrieve_deployed_trigger(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetTriggerResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_DEPLOYED_TRIGGER)
            .await?;
        decode::json(response).await
    }

    /// Reconfigure, pause or wake a trigger.
    ///
    /// Changes only what the body contains. Pausing keeps the configuration.
    ///
    /// `PUT /v1/connect/{project_id}/deployed-triggers/{trigger_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The changes.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/update-deployed-trigger>
    pub async fn update_deployed_trigger(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::UpdateTriggerOpts,
    ) -> Result<Reply<types::GetTriggerResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .put(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::UPDATE_DEPLOYED_TRIGGER)
            .await?;
        decode::json(response).await
    }

    /// Take a trigger down.
    ///
    /// Unsubscribes from the third party and removes the trigger. If the unsubscribing fails the trigger
    /// stays, unless `ignore_hook_errors` says otherwise.
    ///
    /// `DELETE /v1/connect/{project_id}/deployed-triggers/{trigger_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `ignore_hook_errors`: Remove the trigger although unsubscribing at the third party fails.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/delete-deployed-trigger>
    pub async fn delete_deployed_trigger(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        ignore_hook_errors: Option<bool>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .delete(url)
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .query(&QueryParam::new("ignore_hook_errors", &ignore_hook_errors))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::DELETE_DEPLOYED_TRIGGER)
            .await?;
        decode::empty(response).await
    }

    /// Read a trigger's latest events.
    ///
    /// Returns events that the platform still keeps, whether or not they were delivered anywhere. A way to
    /// work without a webhook.
    ///
    /// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/events`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `n`: How many events to return at most; 20 when left out.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-trigger-events>
    pub async fn list_deployed_trigger_events(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        n: Option<i64>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetTriggerEventsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/events", self
            .transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .query(&QueryParam::new("n", &n))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::LIST_DEPLOYED_TRIGGER_EVENTS)
            .await?;
        decode::json(response).await
    }

    /// Show which workflows a trigger feeds.
    ///
    /// Returns the ids of the Pipedream workflows that receive the trigger's events.
    ///
    /// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-trigger-workflows>
    pub async fn list_deployed_trigger_workflows(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetTriggerWorkflowsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines", self
            .transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::LIST_DEPLOYED_TRIGGER_WORKFLOWS)
            .await?;
        decode::json(response).await
    }

    /// Choose which workflows a trigger feeds.
    ///
    /// Replaces the list of receiving workflows by the one in the body.
    ///
    /// `PUT /v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The new list of workflows.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/update-trigger-workflows>
    pub async fn update_deployed_trigger_workflows(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::UpdateTriggerWorkflowsOpts,
    ) -> Result<Reply<types::GetTriggerWorkflowsResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/pipelines", self
            .transport.base_url()
        );
        let request = self
            .transport
            .http()
            .put(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::UPDATE_DEPLOYED_TRIGGER_WORKFLOWS)
            .await?;
        decode::json(response).await
    }

    /// Show where a trigger delivers.
    ///
    /// Returns the addresses that receive the trigger's events, and with OAuth their keys.
    ///
    /// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-trigger-webhooks>
    pub async fn list_deployed_trigger_webhooks(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetTriggerWebhooksResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks", self
            .transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::LIST_DEPLOYED_TRIGGER_WEBHOOKS)
            .await?;
        decode::json(response).await
    }

    /// Choose where a trigger delivers.
    ///
    /// Replaces the list of receiving addresses by the one in the body. Keys of the receivers are in the
    /// answer only if you authenticate with OAuth.
    ///
    /// `PUT /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The new list of addresses.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/update-trigger-webhooks>
    pub async fn update_deployed_trigger_webhooks(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::UpdateTriggerWebhooksOpts,
    ) -> Result<Reply<types::GetTriggerWebhooksResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks", self
            .transport.base_url()
        );
        let request = self
            .transport
            .http()
            .put(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::UPDATE_DEPLOYED_TRIGGER_WEBHOOKS)
            .await?;
        decode::json(response).await
    }

    /// Look up one receiver of a trigger, with its key.
    ///
    /// Returns address and signing key of the receiver, for checking deliveries.
    ///
    /// `GET /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `webhook_id`: The receiver, by the id in the trigger's list of webhooks.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/webhooks>
    pub async fn retrieve_deployed_trigger_webhook(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        webhook_id: &str,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetWebhookWithSigningKeyResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let webhook_id = segment("webhook_id", webhook_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}",
            self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_DEPLOYED_TRIGGER_WEBHOOK)
            .await?;
        decode::json(response).await
    }

    /// Replace the key of a trigger's receiver.
    ///
    /// Makes a new signing key and returns it. Accept old and new for a while, since deliveries signed with
    /// the former may be under way.
    ///
    /// `POST /v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}/regenerate_signing_key`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `trigger_id`: The trigger, by the id that its deployment returned.
    /// - `webhook_id`: The receiver, by the id in the trigger's list of webhooks.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/webhooks>
    pub async fn regenerate_deployed_trigger_webhook_signing_key(
        &self,
        project_id: &types::ProjectId,
        trigger_id: &types::TriggerId,
        webhook_id: &str,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetWebhookWithSigningKeyResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let trigger_id = segment("trigger_id", trigger_id)?;
        let webhook_id = segment("webhook_id", webhook_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/deployed-triggers/{trigger_id}/webhooks/{webhook_id}/regenerate_signing_key",
            self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::REGENERATE_DEPLOYED_TRIGGER_WEBHOOK_SIGNING_KEY)
            .await?;
        decode::json(response).await
    }

    /// Look up the environment's webhook.
    ///
    /// Returns the webhook that holds for the whole environment of the project, without its key; `data` is
    /// null if there is none.
    ///
    /// `GET /v1/connect/{project_id}/webhook`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/webhooks>
    pub async fn retrieve_project_environment_webhook(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetWebhookResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/webhook", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_PROJECT_ENVIRONMENT_WEBHOOK)
            .await?;
        decode::json(response).await
    }

    /// Point the environment's webhook somewhere.
    ///
    /// Sets the webhook up, or moves it if there is one. The signing key is in the answer in the first case
    /// only.
    ///
    /// `PUT /v1/connect/{project_id}/webhook`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The address to deliver to.
    ///
    /// More: <https://pipedream.com/docs/connect/webhooks>
    pub async fn update_project_environment_webhook(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::SetWebhookOpts,
    ) -> Result<Reply<types::SetWebhookResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/webhook", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .put(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::UPDATE_PROJECT_ENVIRONMENT_WEBHOOK)
            .await?;
        decode::json(response).await
    }

    /// Stop deliveries to the environment's webhook.
    ///
    /// Deletes the webhook with its key. Receivers of single triggers are not touched.
    ///
    /// `DELETE /v1/connect/{project_id}/webhook`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/webhooks>
    pub async fn delete_project_environment_webhook(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/webhook", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .delete(url)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::DELETE_PROJECT_ENVIRONMENT_WEBHOOK)
            .await?;
        decode::empty(response).await
    }

    /// Replace the key of the environment's webhook.
    ///
    /// Makes a new signing key and returns it. Accept old and new for a while, since deliveries signed with
    /// the former may be under way.
    ///
    /// `POST /v1/connect/{project_id}/webhook/regenerate_signing_key`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/webhooks>
    pub async fn regenerate_project_environment_webhook_signing_key(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetWebhookWithSigningKeyResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/webhook/regenerate_signing_key", self.transport
            .base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(
                request,
                &operations::REGENERATE_PROJECT_ENVIRONMENT_WEBHOOK_SIGNING_KEY,
            )
            .await?;
        decode::json(response).await
    }

    /// Page through the workspace's projects.
    ///
    /// Returns the projects that the OAuth client can reach.
    ///
    /// `GET /v1/connect/projects`
    ///
    /// # Arguments
    ///
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text to look for in project names.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-projects>
    pub async fn list_projects(
        &self,
        after: Option<&str>,
        before: Option<&str>,
        limit: Option<i64>,
        q: Option<&str>,
    ) -> Result<Reply<types::ListProjectsResponse>, Failure> {
        let url = format!("{}/v1/connect/projects", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .build()?;
        let response = self.transport.send(request, &operations::LIST_PROJECTS).await?;
        decode::json(response).await
    }

    /// Open a new project.
    ///
    /// Adds an empty project to the workspace. Note the status: 201.
    ///
    /// `POST /v1/connect/projects`
    ///
    /// # Arguments
    ///
    /// - `body`: The settings of the new project.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/create-project>
    pub async fn create_project(
        &self,
        body: &types::CreateProjectOpts,
    ) -> Result<Reply<types::Project>, Failure> {
        let url = format!("{}/v1/connect/projects", self.transport.base_url());
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .build()?;
        let response = self.transport.send(request, &operations::CREATE_PROJECT).await?;
        decode::json(response).await
    }

    /// Look up one project.
    ///
    /// Returns the settings of the project.
    ///
    /// `GET /v1/connect/projects/{project_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project that the request is about, seen from the workspace.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/retrieve-project>
    pub async fn retrieve_project(
        &self,
        project_id: &types::ProjectId,
    ) -> Result<Reply<types::Project>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/projects/{project_id}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_PROJECT)
            .await?;
        decode::json(response).await
    }

    /// Remove a project for good.
    ///
    /// Removes the project and what belongs to it. It cannot be undone.
    ///
    /// `DELETE /v1/connect/projects/{project_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project that the request is about, seen from the workspace.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/delete-project>
    pub async fn delete_project(
        &self,
        project_id: &types::ProjectId,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/projects/{project_id}", self.transport.base_url()
        );
        let request = self.transport.http().delete(url).build()?;
        let response = self.transport.send(request, &operations::DELETE_PROJECT).await?;
        decode::empty(response).await
    }

    /// Change a project's settings.
    ///
    /// Changes only the settings that the body contains.
    ///
    /// `PATCH /v1/connect/projects/{project_id}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project that the request is about, seen from the workspace.
    /// - `body`: The settings to change.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/update-project>
    pub async fn update_project(
        &self,
        project_id: &types::ProjectId,
        body: &types::UpdateProjectOpts,
    ) -> Result<Reply<types::Project>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/projects/{project_id}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .patch(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .build()?;
        let response = self.transport.send(request, &operations::UPDATE_PROJECT).await?;
        decode::json(response).await
    }

    /// Give a project a logo.
    ///
    /// Sets the picture that end users see while they connect, in place of the former one.
    ///
    /// `POST /v1/connect/projects/{project_id}/logo`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project that the request is about, seen from the workspace.
    /// - `body`: The picture.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/update-project-logo>
    pub async fn update_project_logo(
        &self,
        project_id: &types::ProjectId,
        body: &types::UpdateProjectLogoOpts,
    ) -> Result<Reply<()>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/projects/{project_id}/logo", self.transport.base_url()
        );
        let request = self.transport.http().post(url).json(body).build()?;
        let response = self
            .transport
            .send(request, &operations::UPDATE_PROJECT_LOGO)
            .await?;
        decode::empty(response).await
    }

    /// Look up a project's apps.
    ///
    /// Returns which apps the project is set up for. The vendor has deprecated it.
    ///
    /// `GET /v1/connect/{project_id}/projects/info`
    ///
    /// Deprecated: the service may stop offering it.
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/get-project-info>
    pub async fn retrieve_project_info(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::ProjectInfoResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/projects/info", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self
            .transport
            .send(request, &operations::RETRIEVE_PROJECT_INFO)
            .await?;
        decode::json(response).await
    }

    /// Download a file that an action left.
    ///
    /// Sends the content, or redirects to a presigned address that has it; follow that without the
    /// `Authorization` header.
    ///
    /// `GET /v1/connect/{project_id}/file_stash/download`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `s3_key`: Storage key of the file, as the action's result names it.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/download-file>
    pub async fn download_file_stash_file(
        &self,
        project_id: &types::ProjectId,
        s3_key: &types::DownloadFileStashFileS3Key,
    ) -> Result<Reply<ByteStream>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/file_stash/download", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .query(&QueryParam::new("s3_key", &s3_key))
            .build()?;
        let response = self
            .transport
            .send(request, &operations::DOWNLOAD_FILE_STASH_FILE)
            .await?;
        decode::stream(response).await
    }

    /// Send a GET through the proxy.
    ///
    /// Sends the request to the third party with the account's credentials added and returns what it
    /// answers. Own headers get through if their names begin with `x-pd-proxy-`; an answer has to come
    /// within 30 seconds.
    ///
    /// `GET /v1/connect/{project_id}/proxy/{url_64}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `url_64`: Where the request shall go: the target address in base64, best the URL-safe alphabet
    ///   without padding. For apps whose host depends on the account, a path beginning with `/`.
    /// - `account_id`: Account whose credentials are put into the request.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-proxy>
    pub async fn retrieve_proxy(
        &self,
        project_id: &types::ProjectId,
        url_64: &str,
        account_id: &types::AccountId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<ByteStream>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url_64 = segment("url_64", url_64)?;
        let url = format!(
            "{}/v1/connect/{project_id}/proxy/{url_64}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .query(&QueryParam::new("account_id", &account_id))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::RETRIEVE_PROXY).await?;
        decode::stream(response).await
    }

    /// Send a PUT through the proxy.
    ///
    /// Passes the JSON body on to the third party with the account's credentials added, usually to replace
    /// something there, and returns what it answers. Own headers get through if their names begin with
    /// `x-pd-proxy-`; an answer has to come within 30 seconds.
    ///
    /// `PUT /v1/connect/{project_id}/proxy/{url_64}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `url_64`: Where the request shall go: the target address in base64, best the URL-safe alphabet
    ///   without padding. For apps whose host depends on the account, a path beginning with `/`.
    /// - `account_id`: Account whose credentials are put into the request.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: JSON to pass on to the third party.
    ///
    /// More: <https://pipedream.com/docs/connect/api-proxy>
    pub async fn put_proxy(
        &self,
        project_id: &types::ProjectId,
        url_64: &str,
        account_id: &types::AccountId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
        body: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Reply<ByteStream>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url_64 = segment("url_64", url_64)?;
        let url = format!(
            "{}/v1/connect/{project_id}/proxy/{url_64}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .put(url)
            .json(body)
            .query(&QueryParam::new("account_id", &account_id))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::PUT_PROXY).await?;
        decode::stream(response).await
    }

    /// Send a POST through the proxy.
    ///
    /// Passes the JSON body on to the third party with the account's credentials added, usually to create
    /// something there, and returns what it answers. Own headers get through if their names begin with
    /// `x-pd-proxy-`; an answer has to come within 30 seconds.
    ///
    /// `POST /v1/connect/{project_id}/proxy/{url_64}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `url_64`: Where the request shall go: the target address in base64, best the URL-safe alphabet
    ///   without padding. For apps whose host depends on the account, a path beginning with `/`.
    /// - `account_id`: Account whose credentials are put into the request.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: JSON to pass on to the third party.
    ///
    /// More: <https://pipedream.com/docs/connect/api-proxy>
    pub async fn post_proxy(
        &self,
        project_id: &types::ProjectId,
        url_64: &str,
        account_id: &types::AccountId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
        body: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Reply<ByteStream>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url_64 = segment("url_64", url_64)?;
        let url = format!(
            "{}/v1/connect/{project_id}/proxy/{url_64}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .json(body)
            .query(&QueryParam::new("account_id", &account_id))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::POST_PROXY).await?;
        decode::stream(response).await
    }

    /// Send a DELETE through the proxy.
    ///
    /// Sends the request to the third party with the account's credentials added, usually to remove
    /// something there. Own headers get through if their names begin with `x-pd-proxy-`.
    ///
    /// `DELETE /v1/connect/{project_id}/proxy/{url_64}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `url_64`: Where the request shall go: the target address in base64, best the URL-safe alphabet
    ///   without padding. For apps whose host depends on the account, a path beginning with `/`.
    /// - `account_id`: Account whose credentials are put into the request.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-proxy>
    pub async fn delete_proxy(
        &self,
        project_id: &types::ProjectId,
        url_64: &str,
        account_id: &types::AccountId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<ByteStream>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url_64 = segment("url_64", url_64)?;
        let url = format!(
            "{}/v1/connect/{project_id}/proxy/{url_64}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .delete(url)
            .query(&QueryParam::new("account_id", &account_id))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::DELETE_PROXY).await?;
        decode::stream(response).await
    }

    /// Send a PATCH through the proxy.
    ///
    /// Passes the JSON body on to the third party with the account's credentials added, usually to change a
    /// part of something there, and returns what it answers. Own headers get through if their names begin
    /// with `x-pd-proxy-`; an answer has to come within 30 seconds.
    ///
    /// `PATCH /v1/connect/{project_id}/proxy/{url_64}`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `url_64`: Where the request shall go: the target address in base64, best the URL-safe alphabet
    ///   without padding. For apps whose host depends on the account, a path beginning with `/`.
    /// - `account_id`: Account whose credentials are put into the request.
    /// - `external_user_id`: End user on whose behalf the request is made, by your own identifier.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: JSON to pass on to the third party.
    ///
    /// More: <https://pipedream.com/docs/connect/api-proxy>
    pub async fn patch_proxy(
        &self,
        project_id: &types::ProjectId,
        url_64: &str,
        account_id: &types::AccountId,
        external_user_id: &str,
        x_pd_environment: types::ProjectEnvironment,
        body: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Reply<ByteStream>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url_64 = segment("url_64", url_64)?;
        let url = format!(
            "{}/v1/connect/{project_id}/proxy/{url_64}", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .patch(url)
            .json(body)
            .query(&QueryParam::new("account_id", &account_id))
            .query(&QueryParam::new("external_user_id", &external_user_id))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::PATCH_PROXY).await?;
        decode::stream(response).await
    }

    /// Mint a Connect token for an end user.
    ///
    /// The first step of connecting an account: your server gets a token for the user and passes it, or the
    /// link that contains it, to the browser. At most 100 a minute for one user.
    ///
    /// `POST /v1/connect/{project_id}/tokens`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    /// - `body`: The end user and what the token may do.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/create-connect-token>
    pub async fn create_token(
        &self,
        project_id: &types::ProjectId,
        x_pd_environment: types::ProjectEnvironment,
        body: &types::CreateTokenOpts,
    ) -> Result<Reply<types::CreateTokenResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!(
            "{}/v1/connect/{project_id}/tokens", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::CREATE_TOKEN).await?;
        decode::json(response).await
    }

    /// Check what a Connect token is good for.
    ///
    /// Tells whether the token can be used for an app, and how the project presents itself. No credential
    /// is needed, the token is in the path. A bad token gives `success: false` with status 200.
    ///
    /// `GET /v1/connect/tokens/{ctok}/validate`
    ///
    /// # Arguments
    ///
    /// - `ctok`: The Connect token to check.
    /// - `account_id`: Account that shall be connected again, if it is not to be a new one. It has to be of
    ///   that same app.
    /// - `app_id`: The app that the token shall be used for, by slug or catalogue id.
    /// - `oauth_app_id`: OAuth client of yours through which the end user will connect, if the app uses
    ///   one.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/validate-connect-token>
    pub async fn validate_token(
        &self,
        ctok: &types::ConnectToken,
        account_id: Option<&types::AccountId>,
        app_id: &str,
        oauth_app_id: Option<&str>,
    ) -> Result<Reply<types::ValidateTokenResponse>, Failure> {
        let ctok = segment("ctok", ctok.expose())?;
        let url = format!(
            "{}/v1/connect/tokens/{ctok}/validate", self.transport.base_url()
        );
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("account_id", &account_id))
            .query(&QueryParam::new("app_id", &app_id))
            .query(&QueryParam::new("oauth_app_id", &oauth_app_id))
            .build()?;
        let response = self.transport.send(request, &operations::VALIDATE_TOKEN).await?;
        decode::json(response).await
    }

    /// Read consumption records.
    ///
    /// Returns credits spent between two points in time, for the workspace as a whole.
    ///
    /// `GET /v1/connect/usage`
    ///
    /// # Arguments
    ///
    /// - `end_ts`: End of the span to report on, in Unix seconds.
    /// - `start_ts`: Begin of the span to report on, in Unix seconds.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-usage-records>
    pub async fn list_usages(
        &self,
        end_ts: i64,
        start_ts: i64,
    ) -> Result<Reply<types::ConnectUsageResponse>, Failure> {
        let url = format!("{}/v1/connect/usage", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("end_ts", &end_ts))
            .query(&QueryParam::new("start_ts", &start_ts))
            .build()?;
        let response = self.transport.send(request, &operations::LIST_USAGES).await?;
        decode::json(response).await
    }

    /// Page through a project's end users.
    ///
    /// Returns the end users that the environment knows, with your identifiers for them. The access token
    /// needs the scope `connect:users:read`.
    ///
    /// `GET /v1/connect/{project_id}/users`
    ///
    /// # Arguments
    ///
    /// - `project_id`: Project within which the request takes place. Copy the id from the project's
    ///   settings.
    /// - `after`: Continue behind this place: the `end_cursor` of the page before.
    /// - `before`: Go back from this place: the `start_cursor` of the page after.
    /// - `limit`: How many entries a page may have.
    /// - `q`: Text that your identifier of the user has to contain.
    /// - `x_pd_environment`: Which of the project's two worlds the request concerns: `development` or
    ///   `production`.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/list-users>
    pub async fn list_users(
        &self,
        project_id: &types::ProjectId,
        after: Option<&str>,
        before: Option<&str>,
        limit: Option<i64>,
        q: Option<&str>,
        x_pd_environment: types::ProjectEnvironment,
    ) -> Result<Reply<types::GetUsersResponse>, Failure> {
        let project_id = segment("project_id", project_id)?;
        let url = format!("{}/v1/connect/{project_id}/users", self.transport.base_url());
        let request = self
            .transport
            .http()
            .get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .query(&QueryParam::new("after", &after))
            .query(&QueryParam::new("before", &before))
            .query(&QueryParam::new("limit", &limit))
            .query(&QueryParam::new("q", &q))
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", x_pd_environment)?,
            )
            .build()?;
        let response = self.transport.send(request, &operations::LIST_USERS).await?;
        decode::json(response).await
    }

    /// Get an access token for your server.
    ///
    /// Exchanges client id and secret for a bearer token. It is the only operation besides `validateToken`
    /// that needs no credential in a header.
    ///
    /// `POST /v1/oauth/token`
    ///
    /// # Arguments
    ///
    /// - `body`: The client credentials.
    ///
    /// More: <https://pipedream.com/docs/connect/api-reference/create-oauth-token>
    pub async fn create_oauth_token(
        &self,
        body: &types::CreateOAuthTokenOpts,
    ) -> Result<Reply<types::CreateOAuthTokenResponse>, Failure> {
        let url = format!("{}/v1/oauth/token", self.transport.base_url());
        let request = self
            .transport
            .http()
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .json(body)
            .build()?;
        let response = self
            .transport
            .send(request, &operations::CREATE_OAUTH_TOKEN)
            .await?;
        decode::json(response).await
    }
}
