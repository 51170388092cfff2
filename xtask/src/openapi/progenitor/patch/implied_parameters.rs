//! Path variables that a credential can imply: the argument may be left out, and its segment with it.
//!
//! A token that was issued for one project says which project that is. Its holder need not know, and addresses
//! `/accounts` where others address `/{project_id}/accounts`. The argument becomes one that also takes `None`, and the
//! runtime leaves the segment out only where the call's credential is of such a scheme; an empty value remains an error.

use std::collections::BTreeMap;

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{FnArg, Ident, LitStr, Pat, Stmt, Type, parse_quote};

use super::{Method, constant};
use crate::openapi::description::{ApiDescription, Operation};

/// Rewrites the arguments and the URL of a method whose segments have been guarded.
pub(super) fn leave_out(
    method: &mut Method,
    operation: &Operation<'_>,
    api: ApiDescription<'_>,
) -> Result<(), String> {
    let constants = api.scheme_constants();
    for (parameter, schemes) in api.implied_parameters(operation) {
        let schemes: Vec<&Ident> = schemes
            .iter()
            .filter_map(|scheme| constants.get(scheme))
            .collect();
        argument(method, parameter, &schemes)?;
    }
    Ok(())
}

fn argument(method: &mut Method, parameter: &str, schemes: &[&Ident]) -> Result<(), String> {
    let name = method.function.sig.ident.to_string();
    let unknown = |what: &str| format!("the method `{name}` {what} of `{parameter}`");
    let operation = Ident::new(&constant(&name), Span::call_site());

    let statements = &mut method.function.block.stmts;
    // One that shares its segment with others, or is a secret, stays as it is.
    let guarded = statements.iter_mut().find_map(|statement| {
        let ident = bound(statement)?;
        let plain: Stmt = parse_quote!(let #ident = segment(#parameter, #ident)?;);
        (*statement == plain).then_some((statement, ident))
    });
    let Some((statement, ident)) = guarded else {
        return Ok(());
    };
    *statement = parse_quote! {
        let #ident = self.transport.variable_segment(
            #parameter, #ident.into(), &[#(&operations::#schemes),*], &operations::#operation,
        )?;
    };
    let url = statements
        .iter_mut()
        .find(|statement| bound(statement).is_some_and(|bound| bound == "url"))
        .and_then(super::segments::url_macro)
        .ok_or_else(|| unknown("has no URL"))?;
    let literal: LitStr = url
        .tokens
        .clone()
        .into_iter()
        .next()
        .and_then(|first| syn::parse2(first.into_token_stream()).ok())
        .ok_or_else(|| unknown("has no template"))?;
    // The value has the slash before it.
    let format = literal
        .value()
        .replacen(&format!("/{{{ident}}}"), &format!("{{{ident}}}"), 1);
    let format = LitStr::new(&format, literal.span());
    url.tokens = quote!(#format, self.transport.base_url());

    let ty = method
        .function
        .sig
        .inputs
        .iter_mut()
        .find_map(|input| match input {
            FnArg::Typed(argument) if matches!(&*argument.pat, Pat::Ident(pat) if pat.ident == ident) => {
                Some(&mut argument.ty)
            }
            _ => None,
        })
        .ok_or_else(|| unknown("has no argument"))?;
    let required: &Type = ty;
    **ty = parse_quote!(impl Into<Option<#required>>);
    Ok(())
}

/// The name that a statement binds.
fn bound(statement: &Stmt) -> Option<Ident> {
    match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(pat) => Some(pat.ident.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// What is said of an argument that may be left out.
pub(super) fn remark(implied: &BTreeMap<&str, Vec<&str>>, parameter: &str) -> Option<String> {
    let schemes = implied.get(parameter)?;
    Some(remark_on(schemes))
}

/// That credentials of these schemes say by themselves what the argument would say.
pub fn remark_on<S: AsRef<str>>(schemes: &[S]) -> String {
    let names: Vec<String> = schemes
        .iter()
        .map(|scheme| format!("`{}`", scheme.as_ref()))
        .collect();
    format!(
        "It can be left out where the credential is a {}, which says it by itself.",
        names.join(" or a ")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mended(guard: Stmt) -> String {
        let document = json!({
            "paths": { "/shops/{shop_id}/orders": { "get": {
                "operationId": "listOrders", "security": [{ "ShopToken": [] }],
                "parameters": [{ "name": "shop_id", "in": "path", "required": true, "x-fern-sdk-variable": "shop" }],
            } } },
            "components": { "securitySchemes": {
                "ShopToken": { "type": "http", "scheme": "bearer", "x-implied-variables": ["shop"] },
            } },
        });
        let api = ApiDescription::new(&document);
        let operations = api.operations();
        let operation = operations.first().expect("declared");
        let mut method = Method {
            operation: "listOrders".into(),
            http: "GET".into(),
            path: "/shops/{shop_id}/orders".into(),
            pointer: String::new(),
            function: parse_quote! {
                pub async fn list_orders(&self, shop_id: &types::ShopId, q: Option<&str>) {
                    #guard
                    let url = format!("{}/shops/{shop_id}/orders", self.transport.base_url());
                }
            },
        };
        leave_out(&mut method, operation, api).expect("known");
        method
            .function
            .to_token_stream()
            .to_string()
            .replace(' ', "")
    }

    #[test]
    fn the_argument_takes_none_and_the_segment_brings_its_slash() {
        let text = mended(parse_quote!(let shop_id = segment("shop_id", shop_id)?;));
        for part in [
            "shop_id:implInto<Option<&types::ShopId>>,q:Option<&str>",
            r#"letshop_id=self.transport.variable_segment("shop_id",shop_id.into(),&[&operations::SCHEME_SHOP_TOKEN],&operations::LIST_ORDERS,)?;"#,
            r#"format!("{}/shops{shop_id}/orders",self.transport.base_url())"#,
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_segment_of_several_parts_stays_as_it_is() {
        let text = mended(
            parse_quote!(let shop_id = whole_segment("shop_id", format!("s-{}", encode(shop_id)))?;),
        );
        assert!(text.contains("shop_id:&types::ShopId"), "{text}");
        assert!(text.contains("/shops/{shop_id}/orders"), "{text}");
    }
}
