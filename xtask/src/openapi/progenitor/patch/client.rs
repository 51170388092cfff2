//! The client itself: a struct over the runtime's transport in place of progenitor's own.
//!
//! progenitor's client holds a base URL and an HTTP client, sets a timeout nobody chose and calls hooks that cannot
//! see a failure's body. Here every request goes through `Transport::send`, so only the methods are kept.

use syn::{FnArg, ImplItem, ImplItemFn, Item, ReturnType, Type, parse_quote};

use super::{Method, Source, is_module};
use crate::diagnostic::Diagnostics;
use crate::openapi::progenitor::types::{Kind, Types, inside, named, trait_name};

/// Separates the types from the methods and lets go of everything else.
pub(super) fn take_apart(file: syn::File) -> Result<(Vec<Item>, Vec<ImplItemFn>), String> {
    let mut types = None;
    let mut methods = Vec::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = module.content.map(|c| c.1),
            Item::Impl(block)
                if trait_name(&block).is_none()
                    && named(&block.self_ty).as_deref() == Some("Client") =>
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
    let types = types.ok_or("the generated client has no module of types")?;
    Ok((types, methods))
}

/// What a client can do beside its operations; an operation of such a name gets an underscore.
const OWN: [&str; 3] = ["new", "transport", "with_options"];

/// Finds the operation of each method by the line of its documentation that names HTTP method and path, which are
/// unique in a document, while the name of a method is only made from its `operationId`.
pub(super) fn match_operations(
    functions: Vec<ImplItemFn>,
    source: Source<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Method> {
    let operations = source.api().operations();
    let mut methods = Vec::new();
    for mut function in functions {
        if OWN.iter().any(|own| function.sig.ident == own) {
            let name = format!("{}_", function.sig.ident);
            function.sig.ident = syn::Ident::new(&name, function.sig.ident.span());
        }
        let docs = documentation(&function);
        let sent = docs.lines().find_map(|line| {
            let (http, path) = line
                .trim()
                .strip_prefix("Sends a `")?
                .split_once("` request to `")?;
            Some((http.to_owned(), path.strip_suffix('`')?.to_owned()))
        });
        let operation = sent.as_ref().and_then(|(http, path)| {
            let mut all = operations.iter();
            all.find(|it| it.method.eq_ignore_ascii_case(http) && it.path == path)
        });
        match operation.and_then(|operation| Some((operation.id?, operation))) {
            Some((id, operation)) => methods.push(Method {
                operation: id.to_owned(),
                http: operation.method.to_ascii_uppercase(),
                path: operation.path.to_owned(),
                pointer: operation.part.pointer.clone(),
                function,
            }),
            None => diagnostics.push(source.error(
                "/paths",
                format!(
                    "no operation was found for the method `{}`",
                    function.sig.ident
                ),
            )),
        }
    }
    for operation in &operations {
        let id = operation.id.unwrap_or_default();
        if !methods.iter().any(|method| method.operation == id) {
            diagnostics.push(source.error(
                operation.part.pointer.clone(),
                format!("the generated client has no method for `{id}`"),
            ));
        }
    }
    methods
}

/// The text of a function's documentation.
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

/// Writes the signature as a person would: no lifetimes that the compiler finds itself, and what is not `Copy` by
/// reference.
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
    if signature.inputs.len() > 7 {
        method
            .function
            .attrs
            .push(parse_quote!(#[allow(clippy::too_many_arguments)]));
    }
}

fn drop_lifetimes(ty: &mut Type) {
    struct Drop;
    impl syn::visit_mut::VisitMut for Drop {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = None;
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }
    }
    syn::visit_mut::VisitMut::visit_type_mut(&mut Drop, ty);
}

/// An enumeration that became open is no longer `Copy`.
fn by_reference(ty: &mut Type, types: &Types) {
    if let Some(inner) = inside(ty, "Option") {
        let mut inner = inner.clone();
        by_reference(&mut inner, types);
        *ty = parse_quote!(Option<#inner>);
        return;
    }
    let is_open = named(ty)
        .and_then(|name| types.items.get(&name))
        .is_some_and(|item| matches!(&item.kind, Kind::Enum(values) if values.unknown.is_some()));
    if is_open && !matches!(ty, Type::Reference(_)) {
        *ty = parse_quote!(&#ty);
    }
}

/// The `T` of `Result<ResponseValue<T>, Error<E>>`.
pub(super) fn answer(function: &ImplItemFn) -> Option<Type> {
    let ReturnType::Type(_, ty) = &function.sig.output else {
        return None;
    };
    inside(inside(ty, "Result")?, "ResponseValue").cloned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_signature_keeps_the_type_of_a_raw_body_and_loses_its_lifetimes() {
        use quote::ToTokens;
        let mut method = Method {
            operation: "x".into(),
            http: "POST".into(),
            path: "/".into(),
            pointer: String::new(),
            function: parse_quote!(
                pub async fn x<'a, B: Into<reqwest::Body>>(&'a self, q: Option<&'a str>, body: B) {}
            ),
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
    fn a_method_finds_its_operation_by_method_and_path_and_a_missing_one_is_told() {
        let document = json!({ "paths": {
            "/a": { "get": { "operationId": "readA" }, "put": { "operationId": "writeA" } },
        } });
        let source = Source {
            file: Path::new("x.yml"),
            document: &document,
            notes: &crate::openapi::normalize::Notes::default(),
        };
        let function = parse_quote! {
            #[doc = "Reads\n\nSends a `GET` request to `/a`\n"]
            pub async fn transport<'a>(&'a self) -> Result<ResponseValue<()>, Error<()>> {}
        };
        let mut diagnostics = Diagnostics::new();
        let methods = match_operations(vec![function], source, &mut diagnostics);
        assert_eq!(methods[0].operation, "readA");
        assert_eq!(methods[0].function.sig.ident, "transport_");
        let told: Vec<_> = diagnostics.iter().map(|d| d.pointer.as_str()).collect();
        assert_eq!(told, ["/paths/~1a/put"]);
    }
}
