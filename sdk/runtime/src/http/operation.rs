//! Operations and security schemes of an API description, as far as the transport depends on them.

/// An operation of an API description: what the transport needs to know to send it well.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId` of the description.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template. It is what logs and spans show: a real path may hold a token.
    pub path: &'static str,
    /// The alternatives of which one has to be satisfied; an alternative needs all its schemes.
    /// Empty where the operation takes no credential.
    pub security: &'static [&'static [&'static Scheme]],
    /// Whether sending the request twice does no more than sending it once.
    pub idempotent: bool,
    /// The parameters, and the properties at the top of the body, that are secret. Should an answer repeat one of
    /// them, errors do not show it.
    pub secrets: &'static [&'static str],
}

/// A security scheme of an API description.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The name under which the description declares it.
    pub name: &'static str,
    /// Where its secret goes.
    pub place: CredentialLocation,
}

/// The place in a request where a credential goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialLocation {
    /// `Authorization: Bearer …`; OAuth 2 and OpenID Connect too.
    Bearer,
    /// `Authorization: Basic …`; the secret is `user:password`, not yet encoded.
    Basic,
    /// A header of this name.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
}

impl Operation {
    /// The credentials this operation accepts, in words: `OAuth2 or ConnectToken`.
    pub(crate) fn accepted(&self) -> String {
        let alternatives: Vec<String> = self
            .security
            .iter()
            .map(|schemes| {
                let names: Vec<&str> = schemes.iter().map(|scheme| scheme.name).collect();
                names.join(" with ")
            })
            .collect();
        alternatives.join(" or ")
    }
}

/// Declares the operations of an API: the constant, the `operationId`, method and path, the alternatives of the security
/// requirements, `idempotent` or `once`, and the names of secrets.
#[macro_export]
#[doc(hidden)]
macro_rules! operations {
    ($(
        $name:ident: $id:literal, $method:ident $path:literal, [$([$($scheme:ident),*]),*],
        $idempotent:ident $(, secrets [$($secret:literal),*])?;
    )*) => {$(
        #[doc = ::std::concat!("`", ::std::stringify!($method), " ", $path, "`")]
        pub static $name: $crate::Operation = $crate::Operation {
            id: $id,
            method: ::std::stringify!($method),
            path: $path,
            security: &[$(&[$(&$scheme),*]),*],
            idempotent: $crate::operations!(@is $idempotent),
            secrets: &[$($($secret),*)?],
        };
    )*};
    (@is idempotent) => { true };
    (@is once) => { false };
}

#[cfg(test)]
// The macro is for modules that are public.
#[allow(unreachable_pub)]
mod tests {
    use super::*;

    static KEY: Scheme = Scheme {
        name: "Key",
        place: CredentialLocation::Bearer,
    };

    crate::operations! {
        READ: "readThing", GET "/things/{id}", [[], [KEY], [KEY, KEY]], idempotent;
        ADD: "addThing", POST "/things", [], once, secrets ["token", "key"];
    }

    #[test]
    fn a_declared_operation_has_all_that_is_said_of_it() {
        assert_eq!(
            (READ.id, READ.method, READ.path),
            ("readThing", "GET", "/things/{id}")
        );
        assert_eq!(READ.security, [&[][..], &[&KEY], &[&KEY, &KEY]]);
        assert!(READ.idempotent && READ.secrets.is_empty());
        assert!(!ADD.idempotent && ADD.security.is_empty());
        assert_eq!(ADD.secrets, ["token", "key"]);
    }
}
