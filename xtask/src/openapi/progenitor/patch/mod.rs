//! Turns what progenitor printed into the client this project promises: one file per change, each with its reason.
//!
//! The types are changed first, since the client's methods depend on what became of them, and the documentation last,
//! when everything it may point at has its final name.

mod client;
mod enums;
mod headers;
mod implied_parameters;
mod maps;
mod method_docs;
mod nullability;
mod nullable_accessors;
mod numbers;
mod schemas;
mod secrets;
mod segments;
mod send_and_decode;
mod servers;
mod shorten_paths;
mod string_newtypes;
mod structs;
mod type_docs;
mod unions;
mod variants;

use std::path::Path;

use serde_json::Value;
use syn::{ImplItemFn, Item};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::bare;
use crate::openapi::description::ApiDescription;
use crate::openapi::description::servers::Servers;
use crate::openapi::normalize::Notes;
use crate::openapi::progenitor::types::Types;

pub use implied_parameters::remark_on;
pub use schemas::{Schemas, arguments_of};

/// The document a client was generated from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its name, for diagnostics.
    pub file: &'a Path,
    /// The document as progenitor read it.
    pub document: &'a Value,
    /// What normalizing found out.
    pub notes: &'a Notes,
}

impl<'a> Source<'a> {
    pub(crate) fn api(&self) -> ApiDescription<'a> {
        ApiDescription::new(self.document)
    }

    fn error(&self, pointer: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::UnrecognizedClient, self.file, pointer, message).help(
            "this is a defect of the generator: it does not know this form of progenitor's output",
        )
    }
}

/// A client method and the operation it calls.
#[derive(Clone, Debug)]
pub struct Method {
    /// The `operationId`.
    pub operation: String,
    /// The HTTP method in capitals.
    pub http: String,
    /// The path template.
    pub path: String,
    /// JSON Pointer of the operation.
    pub pointer: String,
    /// The function itself.
    pub function: ImplItemFn,
}

/// The name of an operation's constant.
pub fn constant(method: &str) -> String {
    bare(method).to_uppercase()
}

/// A client after all mends: its types and its methods, ready to be printed and indexed.
#[derive(Clone, Debug)]
pub struct PatchedClient {
    pub types: Types,
    pub methods: Vec<Method>,
    /// Which schema each type was made from.
    pub schemas: Schemas,
}

/// Applies every mend to what progenitor made of a document.
pub fn patch(mut file: syn::File, source: Source<'_>) -> Result<PatchedClient, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    shorten_paths::shorten(&mut file);
    let (items, functions) = match client::take_apart(file) {
        Ok(parts) => parts,
        Err(message) => {
            diagnostics.push(source.error("", message));
            return Err(diagnostics);
        }
    };
    let mut types = Types::read(items);
    shorten_paths::drop_error_module(&mut types);
    let mut methods = client::match_operations(functions, source, &mut diagnostics);

    numbers::keep_digits(&mut types);
    maps::order(&mut types);
    variants::name(&mut types);
    let schemas = Schemas::pair(&types, &methods, source.api());
    let directions = schemas::Directions::of(&types, &methods);
    nullability::tell_apart(&mut types, &schemas, source.api());
    secrets::hide(&mut types, &schemas, source.api());
    string_newtypes::accept_any(&mut types);
    enums::open(&mut types, &schemas, &directions, source.api());
    unions::dispatch(&mut types, &schemas, &directions, source.api());
    nullable_accessors::read(&mut types, &directions);
    structs::evolve(&mut types, &directions);

    let operations = source.api().operations();
    let own_servers = Servers::of(source.api());
    for method in &mut methods {
        client::signature(method, &types);
        maps::order_in_signature(&mut method.function);
        numbers::keep_digits_in_signature(&mut method.function);
        let operation = operations
            .iter()
            .find(|o| o.id == Some(method.operation.as_str()));
        for result in [
            segments::guard(method, &types),
            headers::check(method, &types),
            send_and_decode::replace(method, source.notes),
            operation.map_or(Ok(()), |operation| {
                implied_parameters::leave_out(method, operation, source.api())
            }),
        ] {
            if let Err(message) = result {
                diagnostics.push(source.error(method.pointer.clone(), message));
            }
        }
        if let Some(operation) = operation {
            let sent = servers::redirect(method, operation, &own_servers, source.api());
            if let Err(message) = sent {
                diagnostics.push(source.error(method.pointer.clone(), message));
            }
            method_docs::write(method, operation, source.api());
        }
    }
    type_docs::write(&mut types);

    match diagnostics.has_errors() {
        true => Err(diagnostics),
        false => Ok(PatchedClient {
            types,
            methods,
            schemas,
        }),
    }
}

/// Whether an item is a module of this name.
fn is_module(item: &Item, name: &str) -> bool {
    matches!(item, Item::Mod(module) if module.ident == name)
}

#[cfg(test)]
mod tests;
