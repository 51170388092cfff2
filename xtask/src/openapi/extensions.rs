//! The specification extensions (`x-…` fields) that the generator reads, of OpenAPI and of Arazzo documents.
//!
//! `openapi/README.md` and `arazzo/README.md` describe them for authors of documents.

/// Returns `true` if a field name is the name of an extension.
pub fn is_extension(name: &str) -> bool {
    name.starts_with("x-")
}

// OpenAPI: facts that this project adds.

/// On a document: the Cargo feature that its client requires.
pub const CARGO_FEATURE: &str = "x-cargo-feature";
/// On a string schema: `$ref`s of the string schemas whose values are values of this one too.
pub const CONVERTS_FROM: &str = "x-converts-from";
/// On a property of a request body: the security scheme whose credential the property carries.
pub const CREDENTIAL_FOR: &str = "x-credential-for";
/// On a security scheme: the variables that its credentials imply.
pub const IMPLIED_VARIABLES: &str = "x-implied-variables";
/// On operations, parameters and schemas: the source of a fact that the publisher's document lacks.
pub const ORIGIN: &str = "x-origin";
/// On schemas and parameters: `true` to keep the value out of `Debug`, logs and errors.
pub const SECRET: &str = "x-secret";
/// On an integer: its unit. `seconds` makes setters accept a `Duration` too.
pub const UNIT: &str = "x-unit";
/// On a server: its name, as `name` in OpenAPI 3.2.
pub const SERVER_NAME: &str = "x-name";

// OpenAPI: extensions of SDK generators.

/// On an enumeration: names and descriptions of its values.
pub const ENUM: &str = "x-fern-enum";
/// On an operation: `true` to exclude it from the resources.
pub const IGNORE: &str = "x-fern-ignore";
/// On an operation: the resource that it belongs to.
pub const GROUP_NAME: &str = "x-fern-sdk-group-name";
/// On an operation: the name of its method on the resource.
pub const METHOD_NAME: &str = "x-fern-sdk-method-name";
/// On a list operation: parameters and properties of its pagination.
pub const PAGINATION: &str = "x-fern-pagination";
/// On an operation: the property of the response that its method returns.
pub const RETURN_VALUE: &str = "x-fern-sdk-return-value";
/// On parameters and properties: the handle variable that provides the value.
pub const VARIABLE: &str = "x-fern-sdk-variable";
/// On an operation: `true` if its requests can be retried. The first of these names that is present applies.
pub const IDEMPOTENT: [&str; 2] = ["x-idempotent", "x-fern-idempotent"];

// OpenAPI: extensions that only a comparison of documents reads.

/// On an enumeration that may grow: its current values.
pub const EXTENSIBLE_ENUM: &str = "x-extensible-enum";
/// On a deprecated part: the date of its removal.
pub const SUNSET: &str = "x-sunset";

// OpenAPI: added by normalize passes for later stages.

/// The files that the document refers to.
pub const FILES: &str = "x-files";
/// On the union of an operation's successes: the status codes of each member.
pub const STATUSES: &str = "x-statuses";
/// On an operation: its error responses, by status.
pub const ERRORS: &str = "x-error-responses";
/// On an operation: the operation that it sends with another media type (`operationId`), and its `path`.
pub const VARIANT_OF: &str = "x-variant-of";
/// On a union: `true` if a value may fit several alternatives, as in `anyOf`.
pub const ANY_OF: &str = "x-any-of";
/// On a schema: its only value, if it is a number or a boolean.
pub const CONSTANT: &str = "x-constant";
/// The default of a property whose `default` was removed.
pub const DEFAULT: &str = "x-default";

// Arazzo.

/// On a step: the output that contains the expiry of the step's outputs.
pub const EXPIRES: &str = "x-expires";
/// On a workflow: it is left out because of its errors. Added by the generator.
pub const LEFT_OUT: &str = "x-left-out";
/// On a step: credentials for its request.
pub const SECURITY: &str = "x-security";

/// Extensions for code samples and documentation sites. A comparison of documents ignores them.
pub const PROSE: [&str; 3] = ["x-codeSamples", "x-code-samples", "x-readme"];
