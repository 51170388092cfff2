//! Header parameters and the chain that builds the request.
//!
//! progenitor adds an `api-version` header that no API asked for, and a header value with a line break in it becomes an
//! error that names nothing. Values go through the runtime, whose error names the parameter; the rest of the chain is
//! written plainly.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, Path, Stmt, parse_quote};

use super::segments::secret_arguments;
use super::{Method, arguments_of};
use crate::openapi::progenitor::types::Types;

/// One header parameter: its name and the argument that holds it.
struct Header {
    name: String,
    argument: syn::Ident,
    optional: bool,
}

/// Rewrites the headers and the chain of a method.
pub(super) fn check(method: &mut Method, types: &Types) -> Result<(), String> {
    let function = method.function.sig.ident.to_string();
    let secrets = secret_arguments(method, types);
    let statements = std::mem::take(&mut method.function.block.stmts);
    let mut kept = Vec::new();
    let mut headers = Vec::new();
    for statement in statements {
        let text = statement.to_token_stream().to_string();
        // What comes from `let info` on belongs to the tail, and the request uses the map it was given.
        if !text.contains("header_map")
            || text.contains("let mut request")
            || text.contains("let mut _request")
        {
            kept.push(statement);
        } else if !text.contains("let mut header_map") && !text.contains("\"api-version\"") {
            let header = read(&statement).ok_or_else(|| {
                format!("the method `{function}` adds a header in a form that is not known")
            })?;
            if header.name.is_empty() || !header.name.bytes().all(is_token) {
                return Err(format!(
                    "`{}` is not a name that a header can have",
                    header.name
                ));
            }
            headers.push(header);
        }
    }
    let value =
        |name: &str, argument: TokenStream, source: &str| match secrets.iter().any(|s| s == source)
        {
            true => quote!(header_value(#name, #argument.expose())?),
            false => quote!(header_value(#name, #argument)?),
        };
    let arguments = arguments_of(&method.function);
    let is_taken = arguments.iter().any(|(ident, _)| ident == "headers");
    let map = syn::Ident::new(
        if is_taken { "_headers" } else { "headers" },
        proc_macro2::Span::call_site(),
    );
    let all_required = headers.iter().all(|header| !header.optional);
    let mut adds: Vec<Stmt> = Vec::new();
    let mut chained: Vec<(String, Expr)> = Vec::new();
    for header in headers {
        let Header {
            name,
            argument,
            optional,
        } = header;
        let source = argument.to_string();
        if all_required {
            let value = value(&name, quote!(#argument), &source);
            chained.push((name, parse_quote!(#value)));
        } else if optional {
            let value = value(&name, quote!(value), &source);
            adds.push(parse_quote!(if let Some(value) = #argument { #map.append(#name, #value); }));
        } else {
            let value = value(&name, quote!(#argument), &source);
            adds.push(parse_quote!(#map.append(#name, #value);));
        }
    }
    let is_reference = arguments
        .into_iter()
        .any(|(ident, ty)| ident == "body" && matches!(ty, syn::Type::Reference(_)));
    let mut chain = Chain {
        headers: &chained,
        map: &map,
        all_required,
        body: match is_reference {
            true => parse_quote!(body),
            false => parse_quote!(&body),
        },
    };
    for statement in &mut kept {
        chain.visit_stmt_mut(statement);
    }
    if !adds.is_empty() {
        // Right before the request.
        let at = kept
            .iter()
            .position(|s| s.to_token_stream().to_string().contains("let mut"));
        let at = at.unwrap_or(kept.len());
        adds.insert(0, parse_quote!(let mut #map = HeaderMap::new();));
        kept.splice(at..at, adds);
    }
    method.function.block.stmts = kept;
    Ok(())
}

/// Whether a byte may stand in a header's name.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Reads `header_map.append("name", x.to_string().try_into()?);`, alone or within `if let Some(value) = x`.
fn read(statement: &Stmt) -> Option<Header> {
    let Stmt::Expr(expr, _) = statement else {
        return None;
    };
    match expr {
        Expr::MethodCall(append) => {
            let (name, argument) = appended(append)?;
            Some(Header {
                name,
                argument,
                optional: false,
            })
        }
        Expr::If(condition) => {
            let Expr::Let(binding) = &*condition.cond else {
                return None;
            };
            let Expr::Path(argument) = &*binding.expr else {
                return None;
            };
            let Some(Stmt::Expr(Expr::MethodCall(append), _)) = condition.then_branch.stmts.first()
            else {
                return None;
            };
            let (name, _) = appended(append)?;
            Some(Header {
                name,
                argument: argument.path.get_ident()?.clone(),
                optional: true,
            })
        }
        _ => None,
    }
}

fn appended(append: &ExprMethodCall) -> Option<(String, syn::Ident)> {
    let mut arguments = append.args.iter();
    let Some(Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(name),
        ..
    })) = arguments.next()
    else {
        return None;
    };
    let mut value = arguments.next()?;
    loop {
        value = match value {
            Expr::Try(inner) => &inner.expr,
            Expr::MethodCall(call) => &call.receiver,
            Expr::Path(path) => return Some((name.value(), path.path.get_ident()?.clone())),
            _ => return None,
        };
    }
}

/// Rewrites the calls that build the request.
struct Chain<'a> {
    headers: &'a [(String, Expr)],
    /// What the map of headers is called, where there is one.
    map: &'a syn::Ident,
    all_required: bool,
    /// The body as a reference.
    body: Expr,
}

impl VisitMut for Chain<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        syn::visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Field(field) if field.to_token_stream().to_string() == "self . client" => {
                *expr = parse_quote!(self.transport.http());
            }
            Expr::MethodCall(call) if call.method == "headers" => {
                let receiver = &call.receiver;
                *expr = match self.all_required {
                    true => {
                        let chain = self.headers.iter().fold(
                            quote!(#receiver),
                            |chain, (name, value)| quote!(#chain.header(#name, #value)),
                        );
                        parse_quote!(#chain)
                    }
                    false => {
                        let map = &self.map;
                        parse_quote!(#receiver.headers(#map))
                    }
                };
            }
            Expr::MethodCall(call) if call.method == "json" => {
                let receiver = &call.receiver;
                let body = &self.body;
                *expr = parse_quote!(#receiver.json(#body));
            }
            Expr::Try(attempt) => {
                if let Expr::MethodCall(call) = &*attempt.expr
                    && call.method == "form_urlencoded"
                {
                    let receiver = &call.receiver;
                    let body = &self.body;
                    *expr = parse_quote!(#receiver
                        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                        .body(form_body(#body)?));
                }
            }
            _ => {}
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let text = path.to_token_stream().to_string().replace(' ', "");
        let text = text.trim_start_matches("::");
        let is_header = text.starts_with("reqwest::header::");
        if let Some(rest) = text
            .strip_prefix("progenitor_client::")
            .filter(|rest| rest.starts_with("QueryParam::"))
        {
            if let Ok(shorter) = syn::parse_str(rest) {
                *path = shorter;
            }
        } else if is_header && let Ok(shorter) = syn::parse_str(&text["reqwest::header::".len()..])
        {
            *path = shorter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(body: syn::Block) -> Result<String, String> {
        let mut method = Method {
            operation: "x".into(),
            http: "GET".into(),
            path: "/x".into(),
            pointer: String::new(),
            function: parse_quote!(pub async fn x(&self, env: types::Env, note: Option<&str>, body: &types::Body) #body),
        };
        check(&mut method, &Types::default())?;
        Ok(method
            .function
            .block
            .to_token_stream()
            .to_string()
            .replace(' ', ""))
    }

    #[test]
    fn nobody_is_told_an_api_version() {
        let text = checked(parse_quote!({
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map.append(::reqwest::header::HeaderName::from_static("api-version"), v);
            let mut request = self.client.get(url).headers(header_map).build()?;
        }))
        .expect("known");
        assert_eq!(
            text,
            "{letmutrequest=self.transport.http().get(url).build()?;}"
        );
    }

    #[test]
    fn a_required_header_stands_in_the_chain() {
        let text = checked(parse_quote!({
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map.append("x-env", env.to_string().try_into()?);
            let mut request = self
                .client
                .get(url)
                .json(&body)
                .headers(header_map)
                .build()?;
        }))
        .expect("known");
        assert!(
            text.contains(r#".json(body).header("x-env",header_value("x-env",env)?).build()?"#),
            "{text}"
        );
    }

    #[test]
    fn an_optional_header_is_added_when_it_is_there() {
        let text = checked(parse_quote!({
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map.append("x-env", env.to_string().try_into()?);
            if let Some(value) = note {
                header_map.append("x-note", value.to_string().try_into()?);
            }
            let mut request = self.client.get(url).headers(header_map).build()?;
        }))
        .expect("known");
        assert!(
            text.contains(r#"headers.append("x-env",header_value("x-env",env)?);"#),
            "{text}"
        );
        assert!(
            text.contains(
                r#"ifletSome(value)=note{headers.append("x-note",header_value("x-note",value)?);}"#
            ),
            "{text}"
        );
        assert!(text.contains(".headers(headers)"), "{text}");
    }

    #[test]
    fn a_name_that_no_header_can_have_is_refused() {
        let result = checked(parse_quote!({
            header_map.append("x env", env.to_string().try_into()?);
            let mut request = self.client.get(url).headers(header_map).build()?;
        }));
        assert!(result.is_err());
    }
}
