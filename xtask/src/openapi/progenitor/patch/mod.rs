//! Patches of the client that progenitor generated; one file per patch, with its reason.
//!
//! Types are patched first, since the client's methods depend on them. Documentation is patched last, when every
//! item it can link to has its final name.

mod client;
mod enums;
mod errors;
mod field_order;
mod inline_unions;
mod json_fields;
mod maps;
mod method_docs;
mod nullability;
mod nullable_accessors;
mod numbers;
mod overlapping_unions;
mod parameters;
mod renamed;
mod request;
mod schemas;
mod secrets;
mod shared_properties;
mod shorten_paths;
mod string_newtypes;
mod structs;
mod type_docs;
mod unions;
mod variants;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use proc_macro2::Span;
use serde_json::Value;
use syn::{Ident, ImplItemFn, Item};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{Scope, bare};
use crate::openapi::description::servers::Servers;
use crate::openapi::description::{ApiDescription, Operation};
use crate::openapi::normalize::Notes;
use crate::openapi::progenitor::types::Types;

pub use parameters::Parameters;
pub use renamed::renamed_property;
pub use request::remark_on;
pub use schemas::{Schemas, arguments_of};

/// Document that a client is generated from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// File name for diagnostics.
    pub file: &'a Path,
    /// The normalized document, as passed to progenitor.
    pub document: &'a Value,
    /// Facts collected by the normalize passes.
    pub notes: &'a Notes,
}

impl<'a> Source<'a> {
    pub(crate) fn api(&self) -> ApiDescription<'a> {
        ApiDescription::new(self.document)
    }

    fn error(&self, pointer: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::UnrecognizedClient, self.file, pointer, message).help(
            "this is a bug in the generator, which does not support this form of progenitor's output: report it",
        )
    }
}

/// Client method and the operation that it calls.
#[derive(Clone, Debug)]
pub struct Method {
    /// The `operationId`.
    pub operation: String,
    /// The HTTP method in upper case.
    pub http: String,
    /// The path template.
    pub path: String,
    /// JSON Pointer of the operation.
    pub pointer: String,
    /// The generated function.
    pub function: ImplItemFn,
    /// The struct of optional parameters, if the operation has many parameters.
    pub parameters: Option<Parameters>,
}

/// Returns the constants of the operations by `operationId`. Variants of an operation share its constant.
pub fn constants(methods: &[Method], api: ApiDescription<'_>) -> BTreeMap<String, Ident> {
    let declared = api.operations();
    let variants: BTreeMap<&str, &str> = declared
        .iter()
        .filter_map(|operation| Some((operation.id?, operation.variant_of()?)))
        .collect();
    let own = methods.iter().map(|method| {
        let name = bare(method.function.sig.ident.to_string()).to_uppercase();
        (&method.operation, Ident::new(&name, Span::call_site()))
    });
    let own: BTreeMap<&String, Ident> = own.collect();
    let all = own.iter().filter_map(|(id, constant)| {
        let constant = match variants.get(id.as_str()) {
            Some(base) => own.get(&(*base).to_owned())?,
            None => constant,
        };
        Some(((*id).clone(), constant.clone()))
    });
    all.collect()
}

/// Client after all patches, ready to be printed and indexed.
#[derive(Clone, Debug)]
pub struct PatchedClient {
    pub types: Rc<Types>,
    pub methods: Vec<Method>,
    /// Schemas that the types are generated from.
    pub schemas: Schemas,
}

/// Applies every patch to a generated client.
pub fn patch(file: syn::File, source: Source<'_>) -> Result<PatchedClient, Diagnostics> {
    patch_with(file, source, Purpose::Print)
}

/// Purpose of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Print,
    /// Only types and signatures are needed. The client has no documentation, its methods have no bodies, and its types
    /// no implementations, whose patches report nothing.
    Check,
}

/// Applies the patches that a purpose needs to a generated client.
pub fn patch_with(
    mut file: syn::File,
    source: Source<'_>,
    purpose: Purpose,
) -> Result<PatchedClient, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    shorten_paths::shorten(&mut file);
    let (items, functions) = match client::split(file) {
        Ok(parts) => parts,
        Err(message) => {
            diagnostics.push(source.error("", message));
            return Err(diagnostics);
        }
    };
    let mut types = Types::read(items);
    shorten_paths::drop_error_module(&mut types);
    renamed::restore(&mut types);
    let mut methods = client::match_operations(functions, source, &mut diagnostics);

    nullability::box_values(&mut types);
    numbers::keep_digits(&mut types);
    maps::preserve_order(&mut types);
    variants::rename_numbered(&mut types);
    let schemas = Schemas::pair(&types, &methods, source.api());
    field_order::restore(&mut types, &methods, &schemas, source.api());
    let errors = errors::ErrorBodies::of(&schemas, source.api());
    let directions = schemas::Directions::with_errors(&types, &methods, &errors);
    nullability::distinguish_null(&mut types, &schemas, source.api());
    json_fields::check(&mut types, &methods, &schemas, source.api());
    secrets::hide(&mut types, &schemas, source.api());
    string_newtypes::accept_any(&mut types);
    for (pointer, reference) in string_newtypes::convert(&mut types, &schemas, source.api()) {
        let message = format!("{reference} is not the schema of another string type");
        let error = Diagnostic::new(Code::DanglingReference, source.file, pointer, message);
        let help = "name schemas with `type: string` that are secret only if this one is";
        diagnostics.push(error.help(help));
    }
    enums::open(&mut types, &schemas, &directions, source.api());
    unions::dispatch(&mut types, &schemas, &directions, source.api(), purpose);
    inline_unions::open(&mut types, &directions);
    if purpose == Purpose::Print {
        nullable_accessors::add(&mut types, &directions);
    }
    structs::make_extensible(&mut types, &directions);

    let api = source.api();
    let operations = api.operations();
    let operations: BTreeMap<&str, &Operation<'_>> = operations
        .iter()
        .filter_map(|operation| Some((operation.id?, operation)))
        .collect();
    let context = request::ClientContext {
        types: &types,
        notes: source.notes,
        api,
        servers: Servers::of(api),
        schemes: api.scheme_constants(),
        constants: constants(&methods, api),
        purpose,
    };
    let mut structs = Scope::new();
    for method in &mut methods {
        client::signature(method, &types);
        maps::preserve_order_in_signature(&mut method.function);
        numbers::keep_digits_in_signature(&mut method.function);
        let Some(operation) = operations.get(method.operation.as_str()) else {
            continue;
        };
        let rewritten = request::rewrite(method, operation, &context, &mut structs);
        if let Err(message) = rewritten {
            diagnostics.push(source.error(method.pointer.clone(), message));
        }
        if purpose == Purpose::Print {
            let error_bodies = errors.sentence(&method.operation);
            method_docs::write(method, operation, api, error_bodies);
        }
    }
    if purpose == Purpose::Print {
        type_docs::write(&mut types);
        errors.document(&mut types, &methods);
    }

    match diagnostics.has_errors() {
        true => Err(diagnostics),
        false => Ok(PatchedClient {
            types: Rc::new(types),
            methods,
            schemas,
        }),
    }
}

/// Returns `true` if an item is a module of this name.
fn is_module(item: &Item, name: &str) -> bool {
    matches!(item, Item::Mod(module) if module.ident == name)
}

#[cfg(test)]
mod tests;
