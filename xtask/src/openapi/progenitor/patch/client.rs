//! Patch of the client struct: only its methods are kept.
//!
//! progenitor's client holds a base URL and an HTTP client, and sets a fixed timeout. Its hooks cannot read the
//! body of an error response. The patched client sends every request through the runtime's `Transport`.

use std::collections::{BTreeMap, BTreeSet};

use syn::{FnArg, ImplItem, ImplItemFn, Item, ReturnType, Type, parse_quote};

use super::{Method, Source, is_module};
use crate::diagnostic::Diagnostics;
use crate::openapi::description::Operation;
use crate::openapi::normalize::Notes;
use crate::openapi::progenitor::arguments;
use crate::openapi::progenitor::types::{TypeKind, Types, trait_name, type_argument, type_name};

/// Returns the types and methods of a generated client; all other items are dropped.
pub(super) fn split(file: syn::File) -> Result<(Vec<Item>, Vec<ImplItemFn>), String> {
    let mut types = None;
    let mut methods = Vec::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = module.content.map(|c| c.1),
            Item::Impl(block)
                if trait_name(&block).is_none()
                    && type_name(&block.self_ty).as_deref() == Some("Client") =>
            {
                methods.extend(block.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(function) if function.sig.asyncness.is_some() => Some(function),
                    _ => None,
                }));
            }
            other if is_module(&other, "prelude") => {}
            _ => {}
        }
    }
    let types = types.ok_or("the generated client has no `types` module")?;
    Ok((types, methods))
}

/// Methods of every client. The method of an operation with such a name gets a trailing underscore.
const CLIENT_METHODS: [&str; 3] = ["new", "transport", "with_options"];

/// Finds the operation of each method.
///
/// The documentation of a method contains the HTTP method and path, which are unique in a document. The name of a
/// method is only derived from the `operationId`.
pub(super) fn match_operations(
    functions: Vec<ImplItemFn>,
    source: Source<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Method> {
    let operations = source.api().operations();
    let paths: BTreeMap<String, usize> = operations
        .iter()
        .enumerate()
        .map(|(number, operation)| (arguments::path(operation, source.api(), number), number))
        .collect();
    let mut methods: Vec<Method> = Vec::new();
    for mut function in functions {
        if CLIENT_METHODS
            .iter()
            .any(|reserved| function.sig.ident == reserved)
        {
            let name = format!("{}_", function.sig.ident);
            function.sig.ident = syn::Ident::new(&name, function.sig.ident.span());
        }
        let docs = documentation(&function);
        let path = docs.lines().find_map(|line| {
            let request = line.trim().strip_prefix("Sends a `")?;
            let (_, path) = request.split_once("` request to `")?;
            path.strip_suffix('`')
        });
        let operation = path.and_then(|path| operations.get(*paths.get(path)?));
        match operation.and_then(|operation| Some((operation.id?, operation))) {
            Some((id, operation)) => methods.push(Method {
                operation: id.to_owned(),
                http: operation.method.to_ascii_uppercase(),
                path: operation.path.to_owned(),
                pointer: pointer(operation, source.notes),
                function,
                parameters: None,
            }),
            None => diagnostics.push(source.error(
                "/paths",
                format!(
                    "cannot find the operation of the generated method `{}`",
                    function.sig.ident
                ),
            )),
        }
    }
    let found: BTreeSet<String> = methods.iter().map(|it| it.operation.clone()).collect();
    for operation in &operations {
        let id = operation.id.unwrap_or_default();
        if !found.contains(id) {
            diagnostics.push(source.error(
                operation.part.pointer.clone(),
                format!("the generated client has no method for `{id}`"),
            ));
        }
    }
    methods
}

/// Returns the JSON Pointer of an operation in the document as written.
fn pointer(operation: &Operation<'_>, notes: &Notes) -> String {
    let noted = operation.id.and_then(|id| notes.operations.get(id));
    let noted = noted.map(|notes| notes.pointer.clone());
    noted.unwrap_or_else(|| operation.part.pointer.clone())
}

/// Returns the documentation of a function.
pub(super) fn documentation(function: &ImplItemFn) -> String {
    let mut text = String::new();
    for attribute in &function.attrs {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let syn::Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(line) = &literal.lit
        {
            text.push_str(&line.value());
            text.push('\n');
        }
    }
    text
}

/// Simplifies the signature of a method: elides lifetimes, and takes values that are not `Copy` by reference.
pub(super) fn signature(method: &mut Method, types: &Types) {
    let signature = &mut method.function.sig;
    let type_parameters = std::mem::take(&mut signature.generics.params).into_iter();
    signature.generics.params = type_parameters
        .filter(|parameter| matches!(parameter, syn::GenericParam::Type(_)))
        .collect();
    if signature.generics.params.is_empty() {
        signature.generics = syn::Generics::default();
    }
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(_) => *input = parse_quote!(&self),
            FnArg::Typed(argument) => {
                drop_lifetimes(&mut argument.ty);
                by_reference(&mut argument.ty, types);
            }
        }
    }
}

fn drop_lifetimes(ty: &mut Type) {
    struct DropLifetimes;
    impl syn::visit_mut::VisitMut for DropLifetimes {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = None;
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }
    }
    syn::visit_mut::VisitMut::visit_type_mut(&mut DropLifetimes, ty);
}

/// Makes an open enum a reference, since it is not `Copy`.
fn by_reference(ty: &mut Type, types: &Types) {
    if let Some(inner) = type_argument(ty, "Option") {
        let mut inner = inner.clone();
        by_reference(&mut inner, types);
        *ty = parse_quote!(Option<#inner>);
        return;
    }
    let is_open = type_name(ty)
        .and_then(|name| types.items.get(&name))
        .is_some_and(
            |item| matches!(&item.kind, TypeKind::Enum(values) if values.unknown.is_some()),
        );
    if is_open && !matches!(ty, Type::Reference(_)) {
        *ty = parse_quote!(&#ty);
    }
}

/// Returns the `T` of `Result<ResponseValue<T>, Error<E>>`.
pub(super) fn response_type(function: &ImplItemFn) -> Option<Type> {
    let ReturnType::Type(_, ty) = &function.sig.output else {
        return None;
    };
    type_argument(type_argument(ty, "Result")?, "ResponseValue").cloned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    #[test]
    fn signature_keeps_body_generics_and_elides_lifetimes() {
        use quote::ToTokens;
        let mut method = Method {
            operation: "x".into(),
            http: "POST".into(),
            path: "/".into(),
            pointer: String::new(),
            function: parse_quote!(
                pub async fn x<'a, B: Into<reqwest::Body>>(&'a self, q: Option<&'a str>, body: B) {}
            ),
            parameters: None,
        };
        signature(&mut method, &Types::default());
        let text = method
            .function
            .sig
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        assert_eq!(
            text,
            "asyncfnx<B:Into<reqwest::Body>>(&self,q:Option<&str>,body:B)"
        );
    }

    #[test]
    fn matches_methods_by_path_and_reports_missing_ones() {
        let document = json!({ "paths": {
            "/a": { "get": { "operationId": "readA" }, "put": { "operationId": "writeA" } },
        } });
        let source = Source {
            file: Path::new("x.yml"),
            document: &document,
            notes: &crate::openapi::normalize::Notes::default(),
        };
        let function = parse_quote! {
            #[doc = "Reads\n\nSends a `GET` request to `/0`\n"]
            pub async fn transport<'a>(&'a self) -> Result<ResponseValue<()>, Error<()>> {}
        };
        let mut diagnostics = Diagnostics::new();
        let methods = match_operations(vec![function], source, &mut diagnostics);
        assert_eq!(methods[0].operation, "readA");
        assert_eq!(methods[0].function.sig.ident, "transport_");
        let reported: Vec<_> = diagnostics.iter().map(|d| d.pointer.as_str()).collect();
        assert_eq!(reported, ["/paths/~1a/put"]);
    }
}
