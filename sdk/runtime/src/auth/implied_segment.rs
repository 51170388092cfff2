//! Path parameters that a credential implies, so that their path segments can be omitted.

use http::header::{AUTHORIZATION, COOKIE};

use crate::auth::credentials::choose;
use crate::error::Error;
use crate::http::call_builder::not_set;
use crate::http::operation::{CredentialLocation, Operation, Scheme};
use crate::http::transport::Transport;

impl Transport {
    /// Checks that the credential of this call is for one of the schemes `implied_by`, which imply a path
    /// parameter.
    pub(crate) fn check_implied(
        &self,
        name: &'static str,
        implied_by: &[&'static Scheme],
        operation: &'static Operation,
    ) -> Result<(), Error> {
        let chosen = self.schemes_of(operation)?;
        match chosen.iter().any(|scheme| implied_by.contains(scheme)) {
            true => Ok(()),
            false => Err(not_set(name, operation)),
        }
    }

    /// Checks that the operation accepts the credential of this call.
    ///
    /// Call it before checking values that only other credentials require.
    pub fn check_credential(&self, operation: &'static Operation) -> Result<(), Error> {
        self.schemes_of(operation).map(drop)
    }

    /// Returns the schemes for which the source of credentials has to supply a secret.
    ///
    /// A header or parameter in the options may be a credential of any scheme, so its scheme is unknown.
    fn schemes_of(&self, operation: &'static Operation) -> Result<Vec<&'static Scheme>, Error> {
        let options = self.options();
        let source = options.provider().map(|source| &**source);
        let carried = |scheme: &Scheme| match scheme.place {
            CredentialLocation::Bearer | CredentialLocation::Basic => {
                options.extra_headers().contains_key(AUTHORIZATION)
            }
            CredentialLocation::Header(name) => options.extra_headers().contains_key(name),
            CredentialLocation::Cookie(_) => options.extra_headers().contains_key(COOKIE),
            CredentialLocation::Query(name) => {
                options.extra_query().iter().any(|(key, _)| key == name)
            }
        };
        choose(operation, source, carried).map_err(|error| error.for_operation(operation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::credentials::FixedSecret;
    use crate::error::ErrorKind;
    use crate::http::options::CallOptions;

    static SERVER: Scheme = Scheme {
        name: "Server",
        place: CredentialLocation::Bearer,
    };
    static TOKEN: Scheme = Scheme {
        name: "Token",
        place: CredentialLocation::Bearer,
    };
    static EITHER: Operation = Operation {
        id: "listThings",
        method: "GET",
        path: "/{project_id}/things",
        security: &[&[&TOKEN], &[&SERVER]],
        idempotent: true,
        secrets: &[],
    };
    static SERVER_ONLY: Operation = Operation {
        security: &[&[&SERVER]],
        ..EITHER
    };

    fn with(options: CallOptions) -> Transport {
        let transport = Transport::builder("https://host").options(options);
        transport.build().unwrap()
    }

    fn of(scheme: &str) -> Transport {
        with(CallOptions::new().credentials(FixedSecret::new([scheme], "secret")))
    }

    fn absent(transport: &Transport, operation: &'static Operation) -> Result<(), Error> {
        transport.check_implied("project_id", &[&TOKEN], operation)
    }

    #[test]
    fn allows_an_absent_value_only_if_the_credential_implies_it() {
        absent(&of("Token"), &EITHER).unwrap();
        for transport in [
            of("Server"),
            with(
                CallOptions::new()
                    .header("authorization", "Bearer x")
                    .unwrap(),
            ),
        ] {
            let error = absent(&transport, &EITHER).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(
                error.to_string().contains("`project_id` is not set"),
                "{error}"
            );
        }
        let error = absent(&with(CallOptions::new()), &EITHER).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        let error = absent(&of("Token"), &SERVER_ONLY).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert!(
            error.to_string().contains("the operation accepts Server"),
            "{error}"
        );
    }

    #[test]
    fn rejects_a_credential_that_the_operation_does_not_accept() {
        assert!(of("Server").check_credential(&SERVER_ONLY).is_ok());
        let error = of("Token").check_credential(&SERVER_ONLY).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert!(error.to_string().starts_with("listThings: "), "{error}");
        let none = with(CallOptions::new().header("x-mine", "1").unwrap());
        assert!(none.check_credential(&SERVER_ONLY).is_err());
        // A credential in the headers of the call is not checked.
        let own = CallOptions::new()
            .header("authorization", "Bearer x")
            .unwrap();
        assert!(with(own).check_credential(&SERVER_ONLY).is_ok());
    }
}
