//! Connect tokens.

use super::answers::usual;

super::scenarios! {
    token_create_min [] usual, |it| {
        let _ = it.user("user-abc").tokens().create().send().await;
    }

    token_validate [
        TypeScript: NoCredentialWhereNoneIsTaken, Python: NoCredentialWhereNoneIsTaken
    ] usual, |it| {
        let tokens = it.pipedream().tokens();
        let validate = tokens.validate("ctok_00000000000000000000000000000000", "app_1");
        let _ = validate.account_id("apn_1").oauth_app_id("oa_1").send().await;
    }
}
