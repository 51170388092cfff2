//! Scenarios of Connect tokens.

use super::responses::usual;

super::scenarios! {
    token_create_full [] usual, |it| {
        let create = it.user("user-abc").tokens().create().allow_progressive_scopes(true);
        let create = create.allowed_origins(["https://a.example", "http://localhost:3000"]);
        let create = create.error_redirect_uri("https://a.example/e?x=1&y=2").expires_in(900);
        let create = create.scope("connect:accounts:read connect:accounts:write");
        let create = create.success_redirect_uri("https://a.example/s");
        let create = create.webhook_uri("https://a.example/w").app_id("app_1");
        let _ = create.oauth_app_id("oa_1").send().await;
    }

    token_create_min [] usual, |it| {
        let _ = it.user("user-abc").tokens().create().send().await;
    }

    token_validate [
        TypeScript: NoUnneededCredential, Python: NoUnneededCredential
    ] usual, |it| {
        let tokens = it.pipedream().tokens();
        let validate = tokens.validate("ctok_00000000000000000000000000000000", "app_1");
        let _ = validate.account_id("apn_1").oauth_app_id("oa_1").send().await;
    }
}
