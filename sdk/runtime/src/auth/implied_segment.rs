//! Path parameters whose value a credential contains, so that the path can leave them out.

use http::header::{AUTHORIZATION, COOKIE};

use crate::auth::credentials::choose;
use crate::error::Error;
use crate::http::call_builder::not_set;
use crate::http::operation::{CredentialLocation, Operation, Scheme};
use crate::http::transport::Transport;

impl Transport {
    /// Checks that the credential of this call implies the value of a path parameter: it is for one of the schemes
    /// `implied_by`.
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

    /// Checks that the operation accepts the credential of this call. The error comes before those about values that
    /// only other credentials need.
    pub fn check_credential(&self, operation: &'static Operation) -> Result<(), Error> {
        self.schemes_of(operation).map(drop)
    }

    /// The schemes of which the source of credentials will be asked for one. A credential that the options bring as a
    /// header or parameter may be of any scheme, so that nothing is known of it.
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
        choose(operation, source, carried).map_err(|failure| failure.for_operation(operation))
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
    fn only_a_credential_that_says_it_makes_room_for_an_absent_value() {
        absent(&of("Token"), &EITHER).unwrap();
        for transport in [
            of("Server"),
            with(
                CallOptions::new()
                    .header("authorization", "Bearer x")
                    .unwrap(),
            ),
        ] {
            let failure = absent(&transport, &EITHER).unwrap_err();
            assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
            assert!(
                failure.to_string().contains("`project_id` is not set"),
                "{failure}"
            );
        }
        let failure = absent(&with(CallOptions::new()), &EITHER).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Credential);
        let failure = absent(&of("Token"), &SERVER_ONLY).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Credential);
        assert!(failure.to_string().contains("it takes Server"), "{failure}");
    }

    #[test]
    fn a_credential_of_the_wrong_kind_is_found_out_before_anything_else() {
        assert!(of("Server").check_credential(&SERVER_ONLY).is_ok());
        let failure = of("Token").check_credential(&SERVER_ONLY).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Credential);
        assert!(failure.to_string().starts_with("listThings: "), "{failure}");
        let none = with(CallOptions::new().header("x-mine", "1").unwrap());
        assert!(none.check_credential(&SERVER_ONLY).is_err());
        // A credential that the call itself brings is not judged.
        let own = CallOptions::new()
            .header("authorization", "Bearer x")
            .unwrap();
        assert!(with(own).check_credential(&SERVER_ONLY).is_ok());
    }
}
