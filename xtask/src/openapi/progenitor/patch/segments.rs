//! Path parameters: every value becomes exactly the segment it was meant for.
//!
//! progenitor escapes `/`, `%`, `?` and `#` and leaves `.`, `..`, the empty text and the backslash, each of which leads to
//! another resource than the one that was named. The runtime encodes all that is not unreserved and refuses the three
//! texts that no encoding can hold; where a segment of the template has several parts it looks at the whole.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{Expr, FnArg, Ident, LitStr, Macro, Stmt, parse_quote};

use super::Method;
use crate::openapi::progenitor::types::{Kind, Types, named};

/// Rewrites the statement that builds the URL.
pub(super) fn guard(method: &mut Method, types: &Types) -> Result<(), String> {
    let name = method.function.sig.ident.to_string();
    let secrets = secret_arguments(method, types);
    let first = method.function.block.stmts.first_mut();
    let url = first
        .and_then(url_macro)
        .ok_or_else(|| format!("the method `{name}` does not start with its URL"))?;

    let names = parameter_names(&method.path);
    let mut parts = url
        .parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated)
        .map_err(|error| format!("the URL of `{name}` cannot be read: {error}"))?
        .into_iter();
    let template = match parts.next() {
        Some(Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(template),
            ..
        })) => template.value(),
        _ => return Err(format!("the URL of `{name}` has no template")),
    };
    // The first argument is the base URL; the others stand in the order of the template.
    let arguments: Vec<Ident> = parts
        .skip(1)
        .map(|argument| encoded(&argument))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("the URL of `{name}` holds a value in a form that is not known"))?;
    if arguments.len() != names.len() {
        return Err(format!(
            "the URL of `{name}` has {} values for {} parameters",
            arguments.len(),
            names.len()
        ));
    }

    let path = template
        .strip_prefix("{}")
        .ok_or_else(|| format!("the URL of `{name}` does not start with the base URL"))?;
    let mut values = arguments.iter().zip(&names).map(|(argument, name)| {
        let text = match secrets.contains(&argument.to_string()) {
            true => quote!(#argument.expose()),
            false => quote!(#argument),
        };
        (argument, name.as_str(), text)
    });
    // Each segment gets the name of its argument, and the template names it in turn.
    let mut format = String::from("{}");
    let mut guarded: Vec<Stmt> = Vec::new();
    for (i, segment) in path.split('/').enumerate() {
        if i > 0 {
            format.push('/');
        }
        let parts: Vec<_> = values
            .by_ref()
            .take(segment.matches("{}").count())
            .collect();
        let Some((ident, parameter, value)) = parts.first() else {
            format.push_str(segment);
            continue;
        };
        format.push_str(&format!("{{{ident}}}"));
        if segment == "{}" {
            guarded.push(parse_quote!(let #ident = segment(#parameter, #value)?;));
        } else {
            let all: Vec<&str> = parts.iter().map(|(_, name, _)| *name).collect();
            let all = all.join(", ");
            let encoded = parts.iter().map(|(_, _, value)| quote!(encode(#value)));
            let literal = LitStr::new(segment, Span::call_site());
            guarded.push(parse_quote! {
                let #ident = whole_segment(#all, format!(#literal, #(#encoded),*))?;
            });
        }
    }
    let format = LitStr::new(&format, Span::call_site());
    url.tokens = quote!(#format, self.transport.base_url());
    method.function.block.stmts.splice(0..0, guarded);
    Ok(())
}

/// The names between the braces of a path template, in its order.
fn parameter_names(path: &str) -> Vec<String> {
    let parts = path.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
        .collect()
}

pub(super) fn url_macro(statement: &mut Stmt) -> Option<&mut Macro> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    match &mut *local.init.as_mut()?.expr {
        Expr::Macro(expr) if expr.mac.path.is_ident("format") => Some(&mut expr.mac),
        _ => None,
    }
}

/// The `x` of `encode_path(&x.to_string())`.
fn encoded(argument: &Expr) -> Option<Ident> {
    let Expr::Call(call) = argument else {
        return None;
    };
    let Expr::Reference(reference) = call.args.first()? else {
        return None;
    };
    let Expr::MethodCall(to_string) = &*reference.expr else {
        return None;
    };
    match (
        call.func.to_token_stream().to_string().as_str(),
        &*to_string.receiver,
    ) {
        ("encode_path", Expr::Path(path)) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// The arguments whose text has to be asked for.
pub(super) fn secret_arguments(method: &Method, types: &Types) -> Vec<String> {
    let mut found = Vec::new();
    for input in &method.function.sig.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        let is_secret = types.mentioned(&argument.ty).iter().any(|name| {
            matches!(types.items.get(name).map(|item| &item.kind), Some(Kind::Text(text)) if text.secret)
        }) || named(&argument.ty).as_deref() == Some("SecretString");
        if is_secret && let syn::Pat::Ident(pat) = &*argument.pat {
            found.push(pat.ident.to_string());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(path: &str, url: Stmt) -> Result<String, String> {
        let mut method = Method {
            operation: "x".into(),
            http: "GET".into(),
            path: path.into(),
            pointer: String::new(),
            function: parse_quote!(pub async fn x(&self, a: &str, token: &types::Token) { #url }),
        };
        let types: Types = {
            let items = syn::parse_file("pub struct Token(String);")
                .expect("parses")
                .items;
            let mut types = Types::read(items);
            if let Some(item) = types.items.get_mut("Token") {
                item.kind = Kind::Text(crate::openapi::progenitor::types::Text {
                    secret: true,
                    ..Default::default()
                });
            }
            types
        };
        guard(&mut method, &types)?;
        Ok(method
            .function
            .block
            .to_token_stream()
            .to_string()
            .replace(' ', ""))
    }

    #[test]
    fn a_whole_segment_is_guarded_by_its_parameters_name() {
        let url = parse_quote!(let url = format!("{}/a/{}/b", self.baseurl, encode_path(&a.to_string()),););
        let text = guarded("/a/{a-id}/b", url).expect("known");
        assert!(
            text.contains(
                r#"leta=segment("a-id",a)?;leturl=format!("{}/a/{a}/b",self.transport.base_url());"#
            ),
            "{text}"
        );
    }

    #[test]
    fn a_segment_of_several_parts_is_looked_at_as_a_whole() {
        let url = parse_quote!(let url = format!(
            "{}/x-{}.{}:run", self.baseurl, encode_path(&a.to_string()), encode_path(&token.to_string()),
        ););
        let text = guarded("/x-{a}.{token}:run", url).expect("known");
        assert!(
            text.contains(
                r#"leta=whole_segment("a,token",format!("x-{}.{}:run",encode(a),encode(token.expose())))?;"#
            ),
            "{text}"
        );
        assert!(
            text.contains(r#"format!("{}/{a}",self.transport.base_url())"#),
            "{text}"
        );
    }

    #[test]
    fn a_value_in_another_form_is_refused() {
        let url = parse_quote!(let url = format!("{}/{}", self.baseurl, a););
        assert!(guarded("/{a}", url).is_err());
    }
}
