//! The body of each method: one request of the runtime, from the arguments to the typed response.
//!
//! In progenitor's own bodies a path value of `..` reaches another resource, a header value with a line break becomes
//! an error that names nothing, every request has an `api-version` header that no API asked for, and the status of a
//! response that does not decode is lost. So a body is read ([`read`]), which fails on any form that is not known, and
//! written anew ([`write`]).

mod read;
mod write;

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::{FnArg, Pat, Type, parse_quote};

use super::Method;
use crate::names::Scope;
use crate::openapi::description::servers::{self, Servers};
use crate::openapi::description::{ApiDescription, Operation};
use crate::openapi::normalize::Notes;
use crate::openapi::progenitor::types::{Kind, Types, named};

/// What a method sends, as its body states it.
#[derive(Debug, Default)]
struct Request {
    /// The path parameters in the order of the template: name and argument.
    path: Vec<(String, Ident)>,
    query: Vec<(String, Ident)>,
    headers: Vec<Header>,
    body: Option<Body>,
}

/// A header parameter.
#[derive(Debug)]
struct Header {
    name: String,
    argument: Ident,
    optional: bool,
}

/// The body, by its argument.
#[derive(Debug)]
enum Body {
    Json(Ident),
    Form(Ident),
    /// A body that is sent as it is, with its media type.
    Raw(String, Ident),
}

/// The parts of a document that all methods share.
pub(super) struct Shared<'a> {
    pub types: &'a Types,
    pub notes: &'a Notes,
    pub api: ApiDescription<'a>,
    pub servers: Servers,
    /// The constants of the security schemes.
    pub schemes: BTreeMap<&'a str, Ident>,
}

/// Rewrites the body and the return type of a method, and moves optional arguments into a struct where there are many.
pub(super) fn rewrite(
    method: &mut Method,
    operation: &Operation<'_>,
    shared: &Shared<'_>,
    structs: &mut Scope,
) -> Result<(), String> {
    let request = read::read(method)?;
    let implied = implied(method, &request, operation, shared);
    let secrets = secret_arguments(method, shared.types);
    for (ident, _) in request
        .path
        .iter()
        .filter_map(|(name, ident)| Some((ident, implied.get(name)?)))
    {
        accept_none(method, ident);
    }
    super::parameters::group(method, operation, shared.api, structs);
    allow_many(method);
    let server = servers::own(shared.api, operation);
    let server = server.and_then(|server| shared.servers.constant(&server));
    write::write(
        method,
        request,
        write::Context {
            implied: &implied,
            secrets: &secrets,
            server,
            notes: shared.notes,
        },
    )
}

/// The path parameters that a credential can imply, with the constants of the schemes of such credentials. One that
/// shares its segment with others, or is a secret, always has to be given.
fn implied<'s>(
    method: &Method,
    request: &Request,
    operation: &Operation<'_>,
    shared: &'s Shared<'s>,
) -> BTreeMap<String, Vec<&'s Ident>> {
    let secrets = secret_arguments(method, shared.types);
    let mut found = BTreeMap::new();
    for (name, schemes) in shared.api.implied_parameters(operation) {
        let placeholder = format!("{{{name}}}");
        let is_alone = method.path.split('/').any(|part| part == placeholder);
        let argument = request.path.iter().find(|(known, _)| known == name);
        let is_secret = argument.is_none_or(|(_, ident)| secrets.contains(&ident.to_string()));
        if is_alone && !is_secret {
            let constants = schemes
                .iter()
                .filter_map(|name| shared.schemes.get::<str>(name));
            found.insert(name.to_owned(), constants.collect());
        }
    }
    found
}

/// Lets an argument be left out.
fn accept_none(method: &mut Method, name: &Ident) {
    for input in &mut method.function.sig.inputs {
        if let FnArg::Typed(argument) = input
            && matches!(&*argument.pat, Pat::Ident(pat) if pat.ident == *name)
        {
            let required: &Type = &argument.ty;
            *argument.ty = parse_quote!(impl Into<Option<#required>>);
        }
    }
}

/// Tells Clippy that the number of arguments is the document's.
fn allow_many(method: &mut Method) {
    if method.function.sig.inputs.len() > 7 {
        let allow = parse_quote!(#[allow(clippy::too_many_arguments)]);
        method.function.attrs.push(allow);
    }
}

/// The arguments whose text has to be exposed.
pub(super) fn secret_arguments(method: &Method, types: &Types) -> Vec<String> {
    let mut found = Vec::new();
    for input in &method.function.sig.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        let is_secret = types.mentioned(&argument.ty).iter().any(|name| {
            matches!(types.items.get(name).map(|item| &item.kind), Some(Kind::Text(text)) if text.secret)
        }) || named(&argument.ty).as_deref() == Some("SecretString");
        if is_secret && let Pat::Ident(pat) = &*argument.pat {
            found.push(pat.ident.to_string());
        }
    }
    found
}

/// States that credentials of these schemes imply the value of an argument.
pub fn remark_on<S: AsRef<str>>(schemes: &[S]) -> String {
    let names: Vec<String> = schemes
        .iter()
        .map(|scheme| format!("`{}`", scheme.as_ref()))
        .collect();
    format!("Implied by a {}.", names.join(" or a "))
}

#[cfg(test)]
mod tests;
