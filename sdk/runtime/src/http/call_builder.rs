//! What the builders of calls have in common: values that must be there, and the options of the one call.

use crate::auth::credentials::Credentials;
use crate::error::Error;
use crate::http::operation::Operation;
use crate::http::options::CallOptions;
use crate::http::transport::Transport;

/// A value that a handle or a call has to give.
pub fn required_value<T>(
    name: &str,
    value: Option<T>,
    operation: &'static Operation,
) -> Result<T, Error> {
    value.ok_or_else(|| not_set(name, operation))
}

/// The failure of a call that lacks a value.
pub(crate) fn not_set(name: &str, operation: &'static Operation) -> Error {
    let why = format!("`{name}` is not set: call `.{name}(…)`, or use a handle that has one");
    Error::invalid_request(why).for_operation(operation)
}

/// A text that a handle or a call has to give, and that says something.
pub fn required_text<T: AsRef<str>>(
    name: &str,
    value: Option<T>,
    operation: &'static Operation,
) -> Result<T, Error> {
    required_value(name, optional_text(name, value, operation)?, operation)
}

/// A text that a handle or a call may give. A blank one is refused: where it narrows what is asked for, the service
/// could take it for no limit at all.
pub fn optional_text<T: AsRef<str>>(
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

/// Client of an API, as request builders use it.
pub trait ApiClient: Clone {
    /// The transport that sends the requests.
    fn transport(&self) -> &Transport;

    /// A client with other options.
    #[must_use]
    fn with_options(&self, options: CallOptions) -> Self;
}

/// What a handle passes on to its request builders: client, handle values, and the options of the request.
#[derive(Clone, Debug)]
pub struct Call<C, V> {
    /// The client that sends the request.
    pub client: C,
    /// The values that the handle fills in.
    pub variables: V,
    /// The options of the request.
    pub options: CallOptions,
}

impl<C: ApiClient, V> Call<C, V> {
    /// A call without options of its own.
    pub fn new(client: C, variables: V) -> Self {
        Self {
            client,
            variables,
            options: CallOptions::new(),
        }
    }

    /// Authenticates the request with a value of its own, unless its options have a credential.
    pub fn authenticate(&mut self, credentials: impl Credentials + 'static) {
        let options = CallOptions::new().credentials(credentials);
        self.client = self.client.with_options(options);
    }

    /// The client with the options of the request, and the handle values.
    pub fn begin(self) -> (C, V) {
        (self.client.with_options(self.options), self.variables)
    }

    /// The same, once the credential of the call is one that the operation accepts. A wrong credential is reported
    /// before a missing value that another credential would imply.
    pub fn begin_checked(self, operation: &'static Operation) -> Result<(C, V), Error> {
        let (client, variables) = self.begin();
        client.transport().check_credential(operation)?;
        Ok((client, variables))
    }
}

/// Implements what all request builders share, for builders with a field `call` and a method `send_raw` that returns a
/// reply of the type given: the options of the request, `set_if`, and `send`.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_call {
    ($builder:ident -> $output:ty $(,)?) => {
        impl $builder {
            /// Sends the request and returns the value of the response.
            pub async fn send(self) -> ::std::result::Result<$output, $crate::Error> {
                self.send_raw().await.map($crate::Response::into_value)
            }

            /// Calls a setter if there is a value: `set_if(app, Self::app)`.
            pub fn set_if<T>(
                self,
                value: ::std::option::Option<T>,
                set: impl ::std::ops::FnOnce(Self, T) -> Self,
            ) -> Self {
                match value {
                    ::std::option::Option::Some(value) => set(self, value),
                    ::std::option::Option::None => self,
                }
            }

            /// Replaces all options of this request.
            pub fn options(mut self, options: $crate::CallOptions) -> Self {
                self.call.options = options;
                self
            }

            /// Limits the total time of the request, including retries.
            pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.call.options = self.call.options.timeout(timeout);
                self
            }

            /// Limits the number of retries. 0 disables them.
            pub fn max_retries(mut self, max: u32) -> Self {
                self.call.options = self.call.options.max_retries(max);
                self
            }

            /// Sets a header of the request, in place of one of that name. A header that cannot be sent fails the
            /// request.
            pub fn header(mut self, name: &str, value: &str) -> Self {
                self.call.options = self.call.options.header_or_refuse(name, value);
                self
            }

            /// Authenticates the request with other credentials than the client's.
            pub fn credentials(mut self, credentials: impl $crate::Credentials + 'static) -> Self {
                self.call.options = self.call.options.credentials(credentials);
                self
            }

            /// Sets whether the request can be repeated even if it may have been carried out.
            pub fn idempotent(mut self, idempotent: bool) -> Self {
                self.call.options = self.call.options.idempotent(idempotent);
                self
            }
        }
    };
}

/// Implements setters for the fields of a builder, or of a struct that it holds (`ListOrders.params { … }`).
///
/// Each entry has its documentation, the kind of the field and the type that the setter takes: `optional` for
/// `Option<T>`, `nullable(null_name)` for `Option<Option<T>>`, `plain` for `T`, and `optional_list`, `nullable_list` and
/// `plain_list` for lists of them. A field with another name than its setter stands in parentheses.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_setters {
    ($builder:ident $(.$place:ident)? { $(
        $(#[$doc:meta])*
        $kind:ident $(($null:ident))? $name:ident $(($field:ident))? : $ty:ty
    ),* $(,)? }) => {
        $crate::impl_setters! { @all $builder [$(.$place)?] $(
            [$(#[$doc])*] $kind [$($null)?] $name [$($field)? $name] [$ty]
        )* }
    };
    (@all $builder:ident $place:tt $($docs:tt $kind:ident $null:tt $name:ident $field:tt $ty:tt)*) => {
        impl $builder {
            $($crate::impl_setters! { @$kind $place $docs $null $name $field $ty })*
        }
    };
    (@optional [$($place:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            self $($place)* .$field = ::std::option::Option::Some($name.into());
            self
        }
    };
    (@optional_list [$($place:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: impl ::std::iter::IntoIterator<Item = $ty>) -> Self {
            let list = $name.into_iter().map(::std::convert::Into::into).collect();
            self $($place)* .$field = ::std::option::Option::Some(list);
            self
        }
    };
    (@plain [$($place:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            self $($place)* .$field = $name.into();
            self
        }
    };
    (@plain_list [$($place:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: impl ::std::iter::IntoIterator<Item = $ty>) -> Self {
            self $($place)* .$field = $name.into_iter().map(::std::convert::Into::into).collect();
            self
        }
    };
    (@nullable [$($place:tt)*] [$($doc:tt)*] [$null:ident] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            let value = ::std::option::Option::Some($name.into());
            self $($place)* .$field = ::std::option::Option::Some(value);
            self
        }

        $crate::impl_setters! { @null [$($place)*] $null $name $field }
    };
    (@nullable_list [$($place:tt)*] [$($doc:tt)*] [$null:ident] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: impl ::std::iter::IntoIterator<Item = $ty>) -> Self {
            let list = $name.into_iter().map(::std::convert::Into::into).collect();
            self $($place)* .$field = ::std::option::Option::Some(::std::option::Option::Some(list));
            self
        }

        $crate::impl_setters! { @null [$($place)*] $null $name $field }
    };
    (@null [$($place:tt)*] $null:ident $name:ident $field:ident) => {
        #[doc = ::std::concat!(
            "Sends `null` for [`", ::std::stringify!($name), "`](Self::", ::std::stringify!($name),
            "), which differs from leaving it out."
        )]
        pub fn $null(mut self) -> Self {
            self $($place)* .$field = ::std::option::Option::Some(::std::option::Option::None);
            self
        }
    };
}

#[cfg(test)]
// The macro is for builders that are public.
#[allow(unreachable_pub)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::{CredentialLocation, ErrorKind, FixedSecret, Response, Scheme};

    static SCHEME: Scheme = Scheme {
        name: "Key",
        place: CredentialLocation::Bearer,
    };
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
        let failure = required_value::<()>("project_id", None, &OPERATION).unwrap_err();
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
                required_text("user", Some(blank), &OPERATION).unwrap_err(),
                optional_text("user", Some(blank), &OPERATION).unwrap_err(),
            ] {
                assert!(failure.to_string().contains("`user`"), "{failure}");
            }
        }
        assert_eq!(
            optional_text("user", None::<&str>, &OPERATION).unwrap(),
            None
        );
        assert_eq!(required_text("user", Some("u"), &OPERATION).unwrap(), "u");
    }

    /// A client that keeps the options it is given last.
    #[derive(Clone, Debug)]
    struct Client(Transport);

    impl ApiClient for Client {
        fn transport(&self) -> &Transport {
            &self.0
        }

        fn with_options(&self, options: CallOptions) -> Self {
            Self(self.0.with_options(options))
        }
    }

    #[derive(Clone, Debug, Default)]
    struct Params {
        app: Option<String>,
        tags: Option<Vec<String>>,
    }

    #[derive(Clone, Debug, Default)]
    struct Body {
        type_: Option<Option<String>>,
        ids: Vec<i64>,
        parts: Option<Option<Vec<String>>>,
        on: bool,
    }

    #[derive(Clone, Debug)]
    struct Builder {
        call: Call<Client, ()>,
        own: Option<i64>,
        params: Params,
        body: Body,
    }
    impl_call!(Builder -> CallOptions);
    impl_setters!(Builder {
        /// A number.
        optional own: impl Into<i64>,
    });
    impl_setters!(Builder.params {
        /// Slug.
        optional app: impl Into<String>,
        /// Tags.
        optional_list tags: impl Into<String>,
    });
    impl_setters!(Builder.body {
        /// Kind.
        nullable(null_kind) kind(type_): impl Into<String>,
        plain_list ids: i64,
        nullable_list(null_parts) parts: impl Into<String>,
        plain on: bool,
    });

    impl Builder {
        /// Returns the options that are in force.
        async fn send_raw(self) -> Result<Response<CallOptions>, Error> {
            let (client, ()) = self.call.begin();
            let options = client.transport().options().clone();
            Ok(Response::new(
                options,
                StatusCode::OK,
                HeaderMap::new(),
                Bytes::new(),
            ))
        }
    }

    fn builder() -> Builder {
        let transport = Transport::builder("https://host").build().unwrap();
        Builder {
            call: Call::new(Client(transport), ()),
            own: None,
            params: Params::default(),
            body: Body::default(),
        }
    }

    #[test]
    fn a_setter_fills_its_field_where_it_stands() {
        let built = builder()
            .own(7)
            .app("slack")
            .tags(["a", "b"])
            .kind("k")
            .ids([1, 2])
            .parts(Vec::<String>::new())
            .on(true);
        assert_eq!(built.own, Some(7));
        assert_eq!(built.params.app.as_deref(), Some("slack"));
        assert_eq!(
            built.params.tags.as_deref(),
            Some(&["a".into(), "b".into()][..])
        );
        assert_eq!(built.body.type_, Some(Some("k".to_owned())));
        assert_eq!((built.body.ids, built.body.on), (vec![1, 2], true));
        assert_eq!(built.body.parts, Some(Some(Vec::new())));
        let null = builder().null_kind().null_parts();
        assert_eq!((null.body.type_, null.body.parts), (Some(None), Some(None)));
    }

    #[test]
    fn set_if_calls_a_setter_only_with_a_value() {
        let app: Option<String> = None;
        let built = builder()
            .app("slack")
            .set_if(app, Builder::app)
            .set_if(Some(3), Builder::own)
            .set_if(Some(["x"]), Builder::tags)
            .set_if(None::<bool>, Builder::on);
        assert_eq!(built.params.app.as_deref(), Some("slack"));
        assert_eq!(built.own, Some(3));
        assert_eq!(built.params.tags, Some(vec!["x".to_owned()]));
    }

    #[tokio::test]
    async fn options_of_a_call_add_up() {
        let call = builder()
            .max_retries(7)
            .timeout(std::time::Duration::from_secs(5))
            .header("x-a", "1")
            .idempotent(true)
            .credentials(FixedSecret::new(["Key"], "secret"));
        let options = call.clone().send().await.unwrap();
        assert!(options.provider().is_some());
        assert_eq!(options.retries(), 7);
        assert_eq!(
            options.overall_limit(),
            Some(std::time::Duration::from_secs(5))
        );
        assert_eq!(options.extra_headers()["x-a"], "1");
        assert_eq!(options.idempotency(), Some(true));
        assert!(options.refusal().is_none());

        let call = call.header("x-b", "a\r\nb");
        let options = call.clone().send().await.unwrap();
        assert!(options.refusal().is_some_and(|why| why.contains("x-b")));
        let options = call.options(CallOptions::new()).send().await.unwrap();
        assert!(options.refusal().is_none());
    }

    #[tokio::test]
    async fn a_value_of_the_request_authenticates_it_unless_its_options_do() {
        let secret = |call: Builder| async move {
            let options = call.send().await.unwrap();
            let source = options.provider().unwrap().clone();
            source
                .secret(&SCHEME, None)
                .await
                .unwrap()
                .expose()
                .to_owned()
        };
        let mut call = builder();
        call.call
            .authenticate(FixedSecret::new(["Key"], "of the request"));
        let other = call
            .clone()
            .credentials(FixedSecret::new(["Key"], "of the options"));
        assert_eq!(secret(call).await, "of the request");
        assert_eq!(secret(other).await, "of the options");
    }

    #[test]
    fn a_credential_that_the_operation_does_not_accept_stops_the_call() {
        static GUARDED: Operation = Operation {
            security: &[&[&SCHEME]],
            ..OPERATION
        };
        let failure = builder().call.begin_checked(&GUARDED).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Credential);
        assert!(builder().call.begin_checked(&OPERATION).is_ok());
    }
}
