//! Operations and security schemes of an API description, with the properties that the transport uses.

/// An operation of an API description.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// The path template. Logs and spans contain the template, because an actual path may contain a token.
    pub path: &'static str,
    /// Alternative security requirements, each with the schemes that it requires.
    ///
    /// Empty if the operation takes no credential.
    pub security: &'static [&'static [&'static Scheme]],
    /// `true` if sending the request twice has the same effect as sending it once.
    pub idempotent: bool,
    /// Names of secret parameters and of secret top-level properties of the body.
    ///
    /// Their values are redacted in errors.
    pub secrets: &'static [&'static str],
}

/// A security scheme of an API description.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The name in the API description.
    pub name: &'static str,
    /// Location of the secret in the request.
    pub place: CredentialLocation,
}

/// Location of a credential in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialLocation {
    /// `Authorization: Bearer …`. Also used for OAuth 2 and OpenID Connect.
    Bearer,
    /// `Authorization: Basic …`. The secret is `user:password`, not encoded.
    Basic,
    /// Header with this name.
    Header(&'static str),
    /// Query parameter with this name.
    Query(&'static str),
    /// Cookie with this name.
    Cookie(&'static str),
}

impl Operation {
    /// Describes the accepted credentials: `OAuth2 or ConnectToken`.
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

/// Declares the operations of an API.
///
/// An entry consists of the constant, the `operationId`, method and path, the alternative security requirements,
/// `idempotent` or `once`, and the names of secrets.
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
    )*
        /// Every operation.
        #[doc(hidden)]
        #[allow(dead_code)]
        pub static __ALL: &[&$crate::Operation] = &[$(&$name),*];
    };
    (@is idempotent) => { true };
    (@is once) => { false };
}

#[cfg(test)]
// The macro expects public modules.
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
    fn declares_operations_with_all_properties() {
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
