//! What the builders of calls have in common: values that must be there, and the options of the one call.

use crate::error::Error;
use crate::http::operation::Operation;

/// A value that a handle or a call has to give.
pub fn filled<T>(name: &str, value: Option<T>, operation: &'static Operation) -> Result<T, Error> {
    value.ok_or_else(|| not_set(name, operation))
}

/// The failure of a call that lacks a value.
pub(crate) fn not_set(name: &str, operation: &'static Operation) -> Error {
    let why = format!("`{name}` is not set: call `.{name}(…)`, or use a handle that has one");
    Error::invalid_request(why).for_operation(operation)
}

/// A text that a handle or a call has to give, and that says something.
pub fn filled_text<T: AsRef<str>>(
    name: &str,
    value: Option<T>,
    operation: &'static Operation,
) -> Result<T, Error> {
    filled(name, given_text(name, value, operation)?, operation)
}

/// A text that a handle or a call may give. A blank one is refused: where it narrows what is asked for, the service
/// could take it for no limit at all.
pub fn given_text<T: AsRef<str>>(
    name: &str,
    value: Option<T>,
    operation: &'static Operation,
) -> Result<Option<T>, Error> {
    match &value {
        Some(text) if text.as_ref().trim().is_empty() => {
            Err(Error::invalid_argument(name, "it is blank").for_operation(operation))
        }
        _ => Ok(value),
    }
}

/// The methods by which a builder with a field `options` takes the options of its call.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_call_options {
    ($($builder:ident),* $(,)?) => {$(
        /// Options of this one call.
        impl $builder {
            /// All options at once, in place of those that were set before.
            pub fn options(mut self, options: $crate::CallOptions) -> Self {
                self.options = options;
                self
            }

            /// How long the call may take over all, with its retries.
            pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.options = self.options.timeout(timeout);
                self
            }

            /// How often the call is repeated at most; 0 for never.
            pub fn max_retries(mut self, max: u32) -> Self {
                self.options = self.options.max_retries(max);
                self
            }

            /// A header to send, in place of one of that name. One that cannot be sent fails the call.
            pub fn header(mut self, name: &str, value: &str) -> Self {
                self.options = self.options.header_or_refuse(name, value);
                self
            }

            /// Another source of credentials than the client's.
            pub fn credentials(
                mut self,
                credentials: impl $crate::Credentials + 'static,
            ) -> Self {
                self.options = self.options.credentials(credentials);
                self
            }

            /// Whether the call may be repeated although it may have been carried out.
            pub fn idempotent(mut self, idempotent: bool) -> Self {
                self.options = self.options.idempotent(idempotent);
                self
            }
        }
    )*};
}

#[cfg(test)]
// The macro is for builders that are public.
#[allow(unreachable_pub)]
mod tests {
    use super::*;
    use crate::{CallOptions, ErrorKind, FixedSecret};

    static OPERATION: Operation = Operation {
        id: "listThings",
        method: "GET",
        path: "/things",
        security: &[],
        idempotent: true,
        secrets: &[],
    };

    #[test]
    fn what_is_not_set_is_named_with_the_way_to_set_it() {
        let failure = filled::<()>("project_id", None, &OPERATION).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            failure.to_string(),
            "listThings: request not sent: `project_id` is not set: call `.project_id(…)`, or use a handle \
             that has one"
        );
    }

    #[test]
    fn a_blank_text_is_not_sent() {
        for blank in ["", " \t"] {
            for failure in [
                filled_text("user", Some(blank), &OPERATION).unwrap_err(),
                given_text("user", Some(blank), &OPERATION).unwrap_err(),
            ] {
                assert!(failure.to_string().contains("`user`"), "{failure}");
            }
        }
        assert_eq!(given_text("user", None::<&str>, &OPERATION).unwrap(), None);
        assert_eq!(filled_text("user", Some("u"), &OPERATION).unwrap(), "u");
    }

    #[derive(Debug)]
    struct Call {
        options: CallOptions,
    }
    crate::impl_call_options!(Call);

    #[test]
    fn options_of_a_call_add_up() {
        let call = Call {
            options: CallOptions::new(),
        };
        let call = call
            .max_retries(7)
            .timeout(std::time::Duration::from_secs(5))
            .header("x-a", "1")
            .idempotent(true)
            .credentials(FixedSecret::new(["Key"], "secret"));
        assert!(call.options.provider().is_some());
        assert_eq!(call.options.retries(), 7);
        assert_eq!(
            call.options.overall_limit(),
            Some(std::time::Duration::from_secs(5))
        );
        assert_eq!(call.options.extra_headers()["x-a"], "1");
        assert_eq!(call.options.idempotency(), Some(true));
        assert!(call.options.refusal().is_none());

        let call = call.header("x-b", "a\r\nb");
        assert!(
            call.options
                .refusal()
                .is_some_and(|why| why.contains("x-b"))
        );
        let call = call.options(CallOptions::new());
        assert!(call.options.refusal().is_none());
    }
}
