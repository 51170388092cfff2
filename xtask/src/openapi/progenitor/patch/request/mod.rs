//! Patch of method bodies: each sends one request through the runtime.
//!
//! progenitor's bodies have four defects:
//!
//! - A path value of `..` reaches another resource.
//! - A header value with a line break becomes an error that does not name the header.
//! - Every request has an `api-version` header, which no API declares.
//! - The status of a response that cannot be decoded is lost.
//!
//! A body is read ([`read`]), which fails on unknown forms, and rewritten ([`write`]).

mod read;
mod write;

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::{FnArg, GenericParam, Pat, Type, parse_quote};

use super::{Method, Purpose};
use crate::names::Scope;
use crate::openapi::description::servers::{self, Servers};
use crate::openapi::description::{ApiDescription, Location, Operation};
use crate::openapi::normalize::Notes;
use crate::openapi::progenitor::arguments;
use crate::openapi::progenitor::types::{TypeKind, Types, type_name};

/// Request that the body of a method sends.
#[derive(Debug, Default)]
struct Request {
    /// Path parameters in the order of the template: name and argument.
    path: Vec<(String, Ident)>,
    query: Vec<(String, Ident)>,
    headers: Vec<Header>,
    body: Option<Body>,
}

/// Header parameter.
#[derive(Debug)]
struct Header {
    name: String,
    argument: Ident,
    optional: bool,
}

/// Request body, by its argument.
#[derive(Debug)]
enum Body {
    Json(Ident),
    Form(Ident),
    /// A raw body with its media type.
    Raw(String, Ident),
}

/// Data that is the same for all methods of a client.
pub(super) struct ClientContext<'a> {
    pub types: &'a Types,
    pub notes: &'a Notes,
    pub api: ApiDescription<'a>,
    pub servers: Servers,
    /// Constants of the security schemes.
    pub schemes: BTreeMap<&'a str, Ident>,
    /// Constants of the operations by `operationId`.
    pub constants: BTreeMap<String, Ident>,
    pub purpose: Purpose,
}

/// Rewrites the body and return type of a method, and moves optional arguments into a struct if there are many.
pub(super) fn rewrite(
    method: &mut Method,
    operation: &Operation<'_>,
    client: &ClientContext<'_>,
    structs: &mut Scope,
) -> Result<(), String> {
    let passed = arguments::passed(operation, client.api);
    let in_path = |name: &str| {
        let mut passed = passed.iter();
        !passed.any(|passed| passed.parameter.is(name, Location::Path) && passed.is_replaced)
    };
    let request = read::read(method, in_path)?;
    if let Some(Body::Raw(_, body)) = &request.body
        && client.notes.parts(&method.operation).is_some()
    {
        take_parts(method, body);
    }
    let implied = implied(method, &request, operation, client);
    let secrets = secret_arguments(method, client.types);
    for (ident, _) in request
        .path
        .iter()
        .filter_map(|(name, ident)| Some((ident, implied.get(name)?)))
    {
        accept_none(method, ident);
    }
    let has_optional_body = match &request.body {
        Some(Body::Json(body) | Body::Form(body)) => {
            let declared = client.api.request_body_object(operation);
            let required = declared.is_some_and(|body| body.is_true("required"));
            !required && take_optional(method, body)
        }
        _ => false,
    };
    super::parameters::group(method, operation, client.api, structs);
    allow_many(method);
    let server = servers::own(client.api, operation);
    let server = server.and_then(|server| client.servers.constant(&server));
    let id = operation.variant_of().unwrap_or(&method.operation);
    let constant = client.constants.get(id);
    let constant = constant.ok_or_else(|| format!("the operation `{id}` has no method"))?;
    write::write(
        method,
        request,
        write::RequestContext {
            constant,
            has_optional_body,
            implied: &implied,
            secrets: &secrets,
            server,
            passed: &passed,
            notes: client.notes,
            types: client.types,
            purpose: client.purpose,
        },
    )
}

/// Returns the path parameters that a credential can imply, with the constants of the credentials' schemes.
///
/// Excludes secrets and parameters that share their path segment, which callers must always set.
fn implied<'s>(
    method: &Method,
    request: &Request,
    operation: &Operation<'_>,
    client: &'s ClientContext<'s>,
) -> BTreeMap<String, Vec<&'s Ident>> {
    let secrets = secret_arguments(method, client.types);
    let mut found = BTreeMap::new();
    for (name, schemes) in client.api.implied_parameters(operation) {
        let placeholder = format!("{{{name}}}");
        let is_alone = method.path.split('/').any(|part| part == placeholder);
        let argument = request.path.iter().find(|(known, _)| known == name);
        let is_secret = argument.is_none_or(|(_, ident)| secrets.contains(&ident.to_string()));
        if is_alone && !is_secret {
            let constants = schemes
                .iter()
                .filter_map(|name| client.schemes.get::<str>(name));
            found.insert(name.to_owned(), constants.collect());
        }
    }
    found
}

/// Replaces the type parameter of a raw body by the type of a multipart body.
fn take_parts(method: &mut Method, body: &Ident) {
    let signature = &mut method.function.sig;
    for input in &mut signature.inputs {
        if let FnArg::Typed(argument) = input
            && matches!(&*argument.pat, Pat::Ident(pat) if pat.ident == *body)
        {
            let parameter = type_name(&argument.ty);
            *argument.ty = parse_quote!(Multipart);
            let generics = std::mem::take(&mut signature.generics.params);
            let kept = generics.into_iter().filter(|generic| match generic {
                GenericParam::Type(generic) => Some(generic.ident.to_string()) != parameter,
                _ => true,
            });
            signature.generics.params = kept.collect();
        }
    }
}

/// Makes a borrowed body optional. Returns `false` for a body that is not borrowed.
fn take_optional(method: &mut Method, body: &Ident) -> bool {
    let lifetime: syn::Lifetime = parse_quote!('a);
    let mut found = false;
    for input in &mut method.function.sig.inputs {
        if let FnArg::Typed(argument) = input
            && matches!(&*argument.pat, Pat::Ident(pat) if pat.ident == *body)
            && let Type::Reference(reference) = &*argument.ty
        {
            let ty = &reference.elem;
            let borrowed: Type = parse_quote!(impl Into<Option<&#lifetime #ty>>);
            *argument.ty = borrowed;
            found = true;
        }
    }
    if found {
        let generics = &mut method.function.sig.generics.params;
        generics.insert(0, parse_quote!(#lifetime));
    }
    found
}

/// Makes an argument optional.
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

/// Allows many arguments, since the document determines their number.
fn allow_many(method: &mut Method) {
    if method.function.sig.inputs.len() > 7 {
        let allow = parse_quote!(#[allow(clippy::too_many_arguments)]);
        method.function.attrs.push(allow);
    }
}

/// Returns the arguments that must be read with `expose()`.
pub(super) fn secret_arguments(method: &Method, types: &Types) -> Vec<String> {
    let mut found = Vec::new();
    for input in &method.function.sig.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        let is_secret = types.mentioned(&argument.ty).iter().any(|name| {
            matches!(types.items.get(name).map(|item| &item.kind), Some(TypeKind::StringNewtype(constraints)) if constraints.secret)
        }) || type_name(&argument.ty).as_deref() == Some("SecretString");
        if is_secret && let Pat::Ident(pat) = &*argument.pat {
            found.push(pat.ident.to_string());
        }
    }
    found
}

/// Returns the documentation of an argument that credentials of these schemes imply.
pub fn remark_on<S: AsRef<str>>(schemes: &[S]) -> String {
    let names: Vec<String> = schemes
        .iter()
        .map(|scheme| format!("`{}`", scheme.as_ref()))
        .collect();
    format!("Implied by a {}.", names.join(" or a "))
}

#[cfg(test)]
mod tests;
