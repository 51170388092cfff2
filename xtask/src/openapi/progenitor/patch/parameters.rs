//! Patch of operations with many parameters: one struct for the optional parameters.
//!
//! A call with a series of `None`s is hard to read. An optional parameter added by a new version of the document
//! would also break every call. If an operation has more than [`MAX_ARGUMENTS`] parameters, the required ones stay
//! arguments and the optional ones become fields of a struct with `Default`.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::{FnArg, ItemImpl, ItemStruct, Pat, Type, parse_quote};

use super::type_docs::attributes;
use super::{Method, schemas};
use crate::names::{Scope, bare};
use crate::openapi::description::{ApiDescription, Operation, Parameter};
use crate::openapi::extensions::SECRET;
use crate::openapi::progenitor::arguments::ByArgument;
use crate::openapi::progenitor::types::{type_argument, type_name};
use crate::rustdoc;

/// Maximum number of arguments, above which optional parameters become a struct.
const MAX_ARGUMENTS: usize = 3;

/// Struct of the optional parameters of a method.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The argument that receives the struct.
    pub argument: Ident,
    pub definition: ItemStruct,
    /// `Debug` implementation of a struct with secrets.
    pub debug: Option<ItemImpl>,
}

impl Parameters {
    /// Returns the name of the struct.
    pub fn name(&self) -> String {
        self.definition.ident.to_string()
    }

    /// Returns the fields, with the types inside their `Option`s.
    pub fn fields(&self) -> Vec<(String, Type)> {
        let fields = self.definition.fields.iter().filter_map(|field| {
            let ty = type_argument(&field.ty, "Option")?;
            Some((field.ident.as_ref()?.to_string(), ty.clone()))
        });
        fields.collect()
    }
}

/// Moves the optional arguments of a method into a struct, if it has many arguments.
///
/// `structs` holds the names that are already in use.
pub(super) fn group(
    method: &mut Method,
    operation: &Operation<'_>,
    api: ApiDescription<'_>,
    structs: &mut Scope,
) {
    let arguments = schemas::arguments_of(&method.function);
    let optional: Vec<(String, Type)> = arguments
        .iter()
        .filter_map(|(ident, ty)| Some((ident.clone(), type_argument(ty, "Option")?.clone())))
        .collect();
    if arguments.len() <= MAX_ARGUMENTS || optional.is_empty() {
        return;
    }
    let argument = free_name("params", &arguments);
    let function = method.function.sig.ident.to_string();
    let name = structs.pascal(&format!("{}_params", bare(&function)));
    let declared = ByArgument::of(operation, api);
    let mut fields = Vec::new();
    let mut hidden = BTreeSet::new();
    for (ident, ty) in &optional {
        let field = Ident::new(ident, Span::call_site());
        let owned = owned(ty);
        let parameter = declared.get(ident);
        let docs = attributes(&documentation(ident, parameter, api));
        if parameter.is_some_and(|parameter| is_secret(parameter, api)) {
            hidden.insert(ident.clone());
        }
        fields.push(quote!(#(#docs)* pub #field: Option<#owned>));
    }
    let docs =
        format!(" Optional parameters of [`Client::{function}`](super::Client::{function}).");
    let derived = match hidden.is_empty() {
        true => quote!(Clone, Debug, Default, PartialEq),
        false => quote!(Clone, Default, PartialEq),
    };
    let definition = parse_quote! {
        #[doc = #docs]
        #[derive(#derived)]
        pub struct #name { #(#fields,)* }
    };
    let debug = (!hidden.is_empty()).then(|| debug(&name, &optional, &hidden));

    let is_optional = |input: &FnArg| match input {
        FnArg::Typed(argument) => type_argument(&argument.ty, "Option").is_some(),
        FnArg::Receiver(_) => false,
    };
    let is_body = |input: &FnArg| {
        matches!(input, FnArg::Typed(argument)
            if matches!(&*argument.pat, Pat::Ident(pat) if pat.ident == "body"))
    };
    let inputs = std::mem::take(&mut method.function.sig.inputs);
    let (body, required): (Vec<FnArg>, Vec<FnArg>) = inputs
        .into_iter()
        .filter(|input| !is_optional(input))
        .partition(is_body);
    let params: FnArg = parse_quote!(#argument: &params::#name);
    method.function.sig.inputs = required.into_iter().chain([params]).chain(body).collect();
    method.parameters = Some(Parameters {
        argument,
        definition,
        debug,
    });
}

/// Returns a name that no argument has.
fn free_name(preferred: &str, arguments: &[(String, Type)]) -> Ident {
    let mut name = preferred.to_owned();
    while arguments.iter().any(|(ident, _)| *ident == name) {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

/// Returns the owned type for the type of an argument.
fn owned(ty: &Type) -> Type {
    match ty {
        Type::Reference(_) if type_name(ty).as_deref() == Some("str") => parse_quote!(String),
        Type::Reference(reference) => (*reference.elem).clone(),
        own => own.clone(),
    }
}

fn documentation(
    ident: &str,
    parameter: Option<&Parameter<'_>>,
    api: ApiDescription<'_>,
) -> Vec<String> {
    let schema = parameter.and_then(|parameter| parameter.schema());
    let of_schema = schema.and_then(|schema| api.schema(schema).text("description"));
    let own = parameter.and_then(|parameter| parameter.part.text("description"));
    match own.or(of_schema) {
        Some(text) => rustdoc::lines(text),
        None => {
            let name = parameter.map_or(ident, |parameter| parameter.name);
            vec![format!("The parameter `{name}`.")]
        }
    }
}

fn is_secret(parameter: &Parameter<'_>, api: ApiDescription<'_>) -> bool {
    let schema = parameter.schema().map(|schema| api.schema(schema));
    parameter.part.is_true(SECRET) || schema.is_some_and(|schema| schema.is_true(SECRET))
}

fn debug(name: &Ident, fields: &[(String, Type)], hidden: &BTreeSet<String>) -> ItemImpl {
    let text = name.to_string();
    let fields = fields.iter().map(|(field, _)| {
        let ident = Ident::new(field, Span::call_site());
        match hidden.contains(field) {
            true => quote!(.field(#field, &runtime::Redacted)),
            false => quote!(.field(#field, &self.#ident)),
        }
    });
    parse_quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#text) #(#fields)* .finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    fn grouped(signature: &str) -> Method {
        let document = json!({ "paths": { "/a/{id}": { "get": {
            "operationId": "listA",
            "parameters": [
                { "name": "after", "in": "query", "description": "Cursor.", "schema": { "type": "string" } },
                { "name": "key", "in": "query", "x-secret": true, "schema": { "type": "string" } },
                { "name": "kinds", "in": "query", "schema": { "type": "array", "description": "Kinds." } },
            ],
        } } } });
        let api = ApiDescription::new(&document);
        let operations = api.operations();
        let mut method = Method {
            operation: "listA".into(),
            http: "GET".into(),
            path: "/a/{id}".into(),
            pointer: String::new(),
            function: syn::parse_str(signature).expect("parses"),
            parameters: None,
        };
        group(&mut method, &operations[0], api, &mut Scope::new());
        method
    }

    fn signature(method: &Method) -> String {
        let signature = method.function.sig.to_token_stream();
        signature.to_string().replace(' ', "")
    }

    #[test]
    fn moves_optional_arguments_into_a_struct_of_owned_values() {
        let method = grouped(
            "pub async fn list_a(&self, id: &str, after: Option<&str>, kinds: Option<&Vec<types::Kind>>, n: Option<i64>,
                env: types::Env, body: &types::Body) {}",
        );
        assert_eq!(
            signature(&method),
            "asyncfnlist_a(&self,id:&str,env:types::Env,params:&params::ListAParams,body:&types::Body)"
        );
        let parameters = method.parameters.expect("a struct");
        let text = parameters.definition.to_token_stream().to_string();
        for part in [
            "Optional parameters of [`Client::list_a`](super::Client::list_a).",
            "# [doc = \"Cursor.\"] pub after : Option < String >",
            "# [doc = \"Kinds.\"] pub kinds : Option < Vec < types :: Kind > >",
            "# [doc = \"The parameter `n`.\"] pub n : Option < i64 >",
            "# [derive (Clone , Debug , Default , PartialEq)]",
        ] {
            assert!(
                text.replace("\" ", "\"")
                    .contains(&part.replace("\" ", "\"")),
                "{part} in {text}"
            );
        }
        assert!(parameters.debug.is_none());
    }

    #[test]
    fn keeps_few_arguments_and_required_arguments() {
        for unchanged in [
            "pub async fn list_a(&self, id: &str, after: Option<&str>, n: Option<i64>) {}",
            "pub async fn list_a(&self, id: &str, a: &str, b: &str, c: &str) {}",
        ] {
            assert!(grouped(unchanged).parameters.is_none(), "{unchanged}");
        }
    }

    #[test]
    fn redacts_secret_parameters_and_avoids_name_collisions() {
        let method = grouped(
            "pub async fn list_a(&self, id: &str, key: Option<&str>, n: Option<i64>, params: i64) {}",
        );
        assert!(signature(&method).ends_with("params:i64,params_:&params::ListAParams)"));
        let parameters = method.parameters.expect("a struct");
        let debug = parameters.debug.to_token_stream().to_string();
        assert!(debug.contains("\"key\" , & runtime :: Redacted"), "{debug}");
        assert!(debug.contains("\"n\" , & self . n"), "{debug}");
    }
}
