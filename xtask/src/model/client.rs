//! Description of a generated client: its operations, security schemes and servers, as the transport needs them.

use proc_macro2::Ident;

/// A generated client.
#[derive(Clone, Debug)]
pub struct Client {
    /// The name of its module.
    pub module: String,
    /// The title and version of the document.
    pub title: String,
    pub description: Option<String>,
    /// The URL of the document's first server.
    pub base_url: String,
    /// In the order of the client's methods.
    pub operations: Vec<Operation>,
    /// The security schemes that operations require.
    pub schemes: Vec<Scheme>,
    /// The servers that single operations declare.
    pub servers: Vec<Server>,
}

/// The constant of an operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub name: Ident,
    pub id: String,
    /// The HTTP method, in upper case.
    pub http: Ident,
    pub path: String,
    /// Alternative security requirements, as the constants of their schemes; one of them must be satisfied.
    pub security: Vec<Vec<Ident>>,
    pub idempotent: bool,
    /// The names of the secret parameters, and of the secret top-level properties of the body.
    pub secrets: Vec<String>,
}

/// The constant of a security scheme.
#[derive(Clone, Debug)]
pub struct Scheme {
    pub constant: Ident,
    pub name: String,
    pub location: CredentialLocation,
}

/// The part of a request that a credential is sent in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialLocation {
    Bearer,
    Basic,
    Header(String),
    Query(String),
    Cookie(String),
}

/// The constant of a server.
#[derive(Clone, Debug)]
pub struct Server {
    pub constant: Ident,
    pub name: String,
    pub url: String,
}
