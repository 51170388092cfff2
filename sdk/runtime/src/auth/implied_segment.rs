//! Path variables that a credential may say by itself, so that paths can do without them.

use std::fmt::Display;

use http::header::{AUTHORIZATION, COOKIE};

use crate::auth::credentials::choose;
use crate::error::Error;
use crate::http::call_builder::not_set;
use crate::http::operation::{Operation, Place, Scheme};
use crate::http::segment::segment;
use crate::http::transport::Transport;

impl Transport {
    /// A path variable as the segment that it is, with the slash before it. Without a value: nothing, if the
    /// credential of this call is for one of the schemes `implied_by`, whose credentials say the value by themselves.
    ///
    /// Fails where neither is the case, and for a value that cannot be a segment: the empty text is a wrong value and
    /// not an absent one.
    pub fn variable_segment<T: Display>(
        &self,
        name: &'static str,
        value: Option<T>,
        implied_by: &[&'static Scheme],
        operation: &'static Operation,
    ) -> Result<String, Error> {
        if let Some(value) = value {
            return Ok(format!("/{}", segment(name, value)?));
        }
        let chosen = self.schemes_of(operation)?;
        match chosen.iter().any(|scheme| implied_by.contains(scheme)) {
            true => Ok(String::new()),
            false => Err(not_set(name, operation)),
        }
    }

    /// Whether the credential of this call is of a kind that the operation accepts: an error otherwise, which comes
    /// before those about values that only other credentials need.
    pub fn check_credential(&self, operation: &'static Operation) -> Result<(), Error> {
        self.schemes_of(operation).map(drop)
    }

    /// The schemes of which the source of credentials will be asked for one. A credential that the options bring as a
    /// header or parameter may be of any scheme, so that nothing is known of it.
    fn schemes_of(&self, operation: &'static Operation) -> Result<Vec<&'static Scheme>, Error> {
        let options = self.options();
        let source = options.provider().map(|source| &**source);
        let carried = |scheme: &Scheme| match scheme.place {
            Place::Bearer | Place::Basic => options.extra_headers().contains_key(AUTHORIZATION),
            Place::Header(name) => options.extra_headers().contains_key(name),
            Place::Cookie(_) => options.extra_headers().contains_key(COOKIE),
            Place::Query(name) => options.extra_query().iter().any(|(key, _)| key == name),
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
        place: Place::Bearer,
    };
    static TOKEN: Scheme = Scheme {
        name: "Token",
        place: Place::Bearer,
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

    fn absent(transport: &Transport, operation: &'static Operation) -> Result<String, Error> {
        transport.variable_segment("project_id", None::<&str>, &[&TOKEN], operation)
    }

    #[test]
    fn only_a_credential_that_says_it_makes_room_for_an_absent_value() {
        assert_eq!(absent(&of("Token"), &EITHER).unwrap(), "");
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
        assert!(error.to_string().contains("it takes Server"), "{error}");
    }

    #[test]
    fn an_empty_value_is_wrong_whatever_the_credential_is() {
        for transport in [of("Token"), of("Server")] {
            for wrong in ["", ".", ".."] {
                let segment =
                    transport.variable_segment("project_id", Some(wrong), &[&TOKEN], &EITHER);
                assert_eq!(segment.unwrap_err().kind(), ErrorKind::InvalidRequest);
            }
            let segment = transport.variable_segment("project_id", Some("a/b"), &[&TOKEN], &EITHER);
            assert_eq!(segment.unwrap(), "/a%2Fb");
        }
    }

    #[test]
    fn a_credential_of_the_wrong_kind_is_found_out_before_anything_else() {
        assert!(of("Server").check_credential(&SERVER_ONLY).is_ok());
        let error = of("Token").check_credential(&SERVER_ONLY).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert!(error.to_string().starts_with("listThings: "), "{error}");
        let none = with(CallOptions::new().header("x-mine", "1").unwrap());
        assert!(none.check_credential(&SERVER_ONLY).is_err());
        // A credential that the call itself brings is not judged.
        let own = CallOptions::new()
            .header("authorization", "Bearer x")
            .unwrap();
        assert!(with(own).check_credential(&SERVER_ONLY).is_ok());
    }
}
