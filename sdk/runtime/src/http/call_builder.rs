//! Shared code of request builders: checks of required values, and the macros of builder methods.

use crate::auth::credentials::Credentials;
use crate::error::Error;
use crate::http::operation::Operation;
use crate::http::options::CallOptions;
use crate::http::transport::Transport;

/// Returns a required value, or an error that names the parameter.
pub fn required_value<T>(
    name: &str,
    value: Option<T>,
    operation: &'static Operation,
) -> Result<T, Error> {
    value.ok_or_else(|| not_set(name, operation))
}

/// Creates the error for a required value that is not set.
pub(crate) fn not_set(name: &str, operation: &'static Operation) -> Error {
    let message = format!("`{name}` is not set: call `.{name}(…)`, or use a handle that has one");
    Error::invalid_request(message).for_operation(operation)
}

/// Returns a required string, or an error if it is not set or blank.
pub fn required_text<T: AsRef<str>>(
    name: &str,
    value: Option<T>,
    operation: &'static Operation,
) -> Result<T, Error> {
    required_value(name, optional_text(name, value, operation)?, operation)
}

/// Returns an optional string, or an error if it is blank.
///
/// Blank strings are errors because a service may ignore a blank filter and return all objects.
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

/// The client of an API, as used by request builders.
pub trait ApiClient: Clone {
    /// Returns the transport that sends the requests.
    fn transport(&self) -> &Transport;

    /// Returns a client with these options on top of its own.
    #[must_use]
    fn with_options(&self, options: CallOptions) -> Self;
}

/// State that a handle passes to its request builders: client, handle values and request options.
#[derive(Clone, Debug)]
pub struct Call<C, V> {
    /// The client that sends the request.
    pub client: C,
    /// Parameter values of the handle.
    pub variables: V,
    /// Options of the request.
    pub options: CallOptions,
}

impl<C: ApiClient, V> Call<C, V> {
    /// Creates a call without options.
    pub fn new(client: C, variables: V) -> Self {
        Self {
            client,
            variables,
            options: CallOptions::new(),
        }
    }

    /// Sets credentials for this request. Credentials in its options take precedence.
    pub fn authenticate(&mut self, credentials: impl Credentials + 'static) {
        let options = CallOptions::new().credentials(credentials);
        self.client = self.client.with_options(options);
    }

    /// Returns the client with the options of the request, and the handle values.
    pub fn begin(self) -> (C, V) {
        (
            self.client.with_options(self.options.for_call()),
            self.variables,
        )
    }

    /// Like [`begin`](Self::begin), but returns an error if the operation does not accept the credential.
    ///
    /// Checked first, so that a wrong credential is reported before a missing value that another credential
    /// implies.
    pub fn begin_checked(self, operation: &'static Operation) -> Result<(C, V), Error> {
        let (client, variables) = self.begin();
        client.transport().check_credential(operation)?;
        Ok((client, variables))
    }
}

/// Implements the common methods of request builders: the options of the request, `set_if` and `send`.
///
/// The builder has a field `call` and a method `send_raw` that returns a reply of the specified type.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_call {
    ($builder:ident -> $output:ty $(,)?) => {
        /// Sends the request, as [`send`](Self::send) does.
        impl ::core::future::IntoFuture for $builder {
            type Output = ::std::result::Result<$output, $crate::Error>;
            type IntoFuture = ::core::pin::Pin<
                ::std::boxed::Box<
                    dyn ::core::future::Future<Output = Self::Output> + ::core::marker::Send,
                >,
            >;

            // Inlined, so that programs compile the calls that they make: boxing one instantiates all of it.
            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }

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

            /// Sets a header of the request, replacing one of the same name.
            ///
            /// [`send`](Self::send) returns an error if the header is invalid.
            pub fn header(mut self, name: &str, value: &str) -> Self {
                self.call.options = self.call.options.try_header(name, value);
                self
            }

            /// Sets credentials for this request, in place of those of the client.
            pub fn credentials(mut self, credentials: impl $crate::Credentials + 'static) -> Self {
                self.call.options = self.call.options.credentials(credentials);
                self
            }

            /// Allows or disables retries of a request that may already have been carried out.
            pub fn idempotent(mut self, idempotent: bool) -> Self {
                self.call.options = self.call.options.idempotent(idempotent);
                self
            }
        }
    };
}

/// Implements setters for the fields of a builder, or of a struct in one of its fields (`ListOrders.params { … }`).
///
/// An entry consists of the documentation, the kind and name of the field, and the type that the setter takes. The
/// kinds are `optional` for `Option<T>`, `nullable(null_name)` for `Option<Option<T>>`, and `plain` for `T`. For
/// lists they are `optional_list`, `nullable_list` and `plain_list`, and for lengths of time `optional_seconds`,
/// `nullable_seconds` and `plain_seconds`. If the field has another name than its setter,
/// the name of the field follows in parentheses.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_setters {
    ($builder:ident $(.$target:ident)? { $(
        $(#[$doc:meta])*
        $kind:ident $(($null:ident))? $name:ident $(($field:ident))? : $ty:ty
    ),* $(,)? }) => {
        $crate::impl_setters! { @all $builder [$(.$target)?] $(
            [$(#[$doc])*] $kind [$($null)?] $name [$($field)? $name] [$ty]
        )* }
    };
    (@all $builder:ident $target:tt $($docs:tt $kind:ident $null:tt $name:ident $field:tt $ty:tt)*) => {
        impl $builder {
            $($crate::impl_setters! { @$kind $target $docs $null $name $field $ty })*
        }
    };
    (@optional [$($target:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            self $($target)* .$field = ::std::option::Option::Some($name.into());
            self
        }
    };
    (@optional_list [$($target:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: impl ::std::iter::IntoIterator<Item = $ty>) -> Self {
            let list = $name.into_iter().map(::std::convert::Into::into).collect();
            self $($target)* .$field = ::std::option::Option::Some(list);
            self
        }
    };
    (@optional_seconds [$($target:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            let seconds: $crate::Seconds = $name.into();
            self $($target)* .$field = ::std::option::Option::Some(seconds.into());
            self
        }
    };
    (@plain_seconds [$($target:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            let seconds: $crate::Seconds = $name.into();
            self $($target)* .$field = seconds.into();
            self
        }
    };
    (@nullable_seconds [$($target:tt)*] [$($doc:tt)*] [$null:ident] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            let seconds: $crate::Seconds = $name.into();
            let value = ::std::option::Option::Some(seconds.into());
            self $($target)* .$field = ::std::option::Option::Some(value);
            self
        }

        $crate::impl_setters! { @null [$($target)*] $null $name $field }
    };
    (@plain [$($target:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            self $($target)* .$field = $name.into();
            self
        }
    };
    (@plain_list [$($target:tt)*] [$($doc:tt)*] [] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: impl ::std::iter::IntoIterator<Item = $ty>) -> Self {
            self $($target)* .$field = $name.into_iter().map(::std::convert::Into::into).collect();
            self
        }
    };
    (@nullable [$($target:tt)*] [$($doc:tt)*] [$null:ident] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: $ty) -> Self {
            let value = ::std::option::Option::Some($name.into());
            self $($target)* .$field = ::std::option::Option::Some(value);
            self
        }

        $crate::impl_setters! { @null [$($target)*] $null $name $field }
    };
    (@nullable_list [$($target:tt)*] [$($doc:tt)*] [$null:ident] $name:ident [$field:ident $($_:ident)?] [$ty:ty]) => {
        $($doc)*
        pub fn $name(mut self, $name: impl ::std::iter::IntoIterator<Item = $ty>) -> Self {
            let list = $name.into_iter().map(::std::convert::Into::into).collect();
            self $($target)* .$field = ::std::option::Option::Some(::std::option::Option::Some(list));
            self
        }

        $crate::impl_setters! { @null [$($target)*] $null $name $field }
    };
    (@null [$($target:tt)*] $null:ident $name:ident $field:ident) => {
        #[doc = ::std::concat!(
            "Sends `null` for [`", ::std::stringify!($name), "`](Self::", ::std::stringify!($name),
            "), which differs from leaving it out."
        )]
        pub fn $null(mut self) -> Self {
            self $($target)* .$field = ::std::option::Option::Some(::std::option::Option::None);
            self
        }
    };
}

#[cfg(test)]
// The macro expects public builders.
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
    fn names_a_missing_value_and_its_setter() {
        let error = required_value::<()>("project_id", None, &OPERATION).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            error.to_string(),
            "listThings: request not sent: `project_id` is not set: call `.project_id(…)`, or use a handle \
             that has one"
        );
    }

    #[test]
    fn rejects_a_blank_string() {
        for blank in ["", " \t"] {
            for error in [
                required_text("user", Some(blank), &OPERATION).unwrap_err(),
                optional_text("user", Some(blank), &OPERATION).unwrap_err(),
            ] {
                assert!(error.to_string().contains("`user`"), "{error}");
            }
        }
        assert_eq!(
            optional_text("user", None::<&str>, &OPERATION).unwrap(),
            None
        );
        assert_eq!(required_text("user", Some("u"), &OPERATION).unwrap(), "u");
    }

    /// A client that consists of a transport.
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
        lifetime: Option<i64>,
    }

    #[derive(Clone, Debug, Default)]
    struct Body {
        type_: Option<Option<String>>,
        ids: Vec<i64>,
        parts: Option<Option<Vec<String>>>,
        on: bool,
        pause: Option<Option<i64>>,
        window: i64,
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
        /// Lifetime.
        optional_seconds lifetime: impl Into<crate::Seconds>,
    });
    impl_setters!(Builder.body {
        /// Kind.
        nullable(null_kind) kind(type_): impl Into<String>,
        plain_list ids: i64,
        nullable_list(null_parts) parts: impl Into<String>,
        plain on: bool,
        /// Pause.
        nullable_seconds(null_pause) pause: impl Into<crate::Seconds>,
        /// Window.
        plain_seconds window: impl Into<crate::Seconds>,
    });

    impl Builder {
        /// Returns the effective options.
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
    fn setters_set_their_fields() {
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
        let timed = builder()
            .lifetime(std::time::Duration::from_secs(60))
            .pause(2)
            .window(3);
        assert_eq!(timed.params.lifetime, Some(60));
        assert_eq!((timed.body.pause, timed.body.window), (Some(Some(2)), 3));
        assert_eq!(builder().pause(2).null_pause().body.pause, Some(None));
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
    async fn combines_the_options_of_a_call() {
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
            options.total_limit(),
            Some(std::time::Duration::from_secs(5))
        );
        assert_eq!(options.extra_headers()["x-a"], "1");
        assert_eq!(options.idempotency(), Some(true));
        assert!(options.rejection().is_none());

        let call = call.header("x-b", "a\r\nb");
        let options = call.clone().send().await.unwrap();
        assert!(
            options
                .rejection()
                .is_some_and(|reason| reason.contains("x-b"))
        );
        let options = call.options(CallOptions::new()).send().await.unwrap();
        assert!(options.rejection().is_none());
    }

    #[tokio::test]
    async fn credentials_in_the_options_override_those_of_the_request() {
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
        call.call.authenticate(FixedSecret::new(["Key"], "request"));
        let other = call
            .clone()
            .credentials(FixedSecret::new(["Key"], "options"));
        assert_eq!(secret(call).await, "request");
        assert_eq!(secret(other).await, "options");
    }

    #[test]
    fn rejects_a_credential_that_the_operation_does_not_accept() {
        static GUARDED: Operation = Operation {
            security: &[&[&SCHEME]],
            ..OPERATION
        };
        let error = builder().call.begin_checked(&GUARDED).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert!(builder().call.begin_checked(&OPERATION).is_ok());
    }
}
