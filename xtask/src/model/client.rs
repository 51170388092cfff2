//! A client as it is printed, beside its methods and types: what the transport has to know of each operation.

use proc_macro2::Ident;

/// A generated client.
#[derive(Clone, Debug)]
pub struct Client {
    /// The name of its module.
    pub module: String,
    /// The title and version of the document.
    pub title: String,
    pub description: Option<String>,
    /// The address of the document's first server.
    pub base_url: String,
    /// In the order of the methods.
    pub operations: Vec<Operation>,
    /// The security schemes that operations ask for.
    pub schemes: Vec<Scheme>,
    /// The servers that operations have for themselves.
    pub servers: Vec<Server>,
}

/// The constant of an operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub name: Ident,
    pub id: String,
    /// The HTTP method in capitals.
    pub http: Ident,
    pub path: String,
    /// The alternatives of which one has to be satisfied, by the constants of their schemes.
    pub security: Vec<Vec<Ident>>,
    pub idempotent: bool,
    /// The names of the secret parameters, and of the secret properties at the top of the body.
    pub secrets: Vec<String>,
}

/// The constant of a security scheme.
#[derive(Clone, Debug)]
pub struct Scheme {
    pub constant: Ident,
    pub name: String,
    pub place: CredentialLocation,
}

/// Where a credential goes.
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
