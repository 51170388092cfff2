//! Parser for the method bodies that progenitor generates.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ExprMethodCall, Lit, Local, Pat, Stmt, Token};

use super::{Body, Header, Request};
use crate::openapi::progenitor::arguments;
use crate::openapi::progenitor::patch::Method;

/// Reads the request that a method builds in its last statement. `in_path` returns `true` for the names of the path that
/// are parameters of the URL.
///
/// # Errors
///
/// If a statement has an unknown form.
pub(super) fn read(method: &Method, in_path: impl Fn(&str) -> bool) -> Result<Request, String> {
    let name = method.function.sig.ident.to_string();
    let unknown = |problem: &str| format!("the method `{name}` {problem}");
    let statements = &method.function.block.stmts;
    let Some(([url, headers @ ..], chain)) =
        statements.split_last().map(|(last, rest)| (rest, last))
    else {
        return Err(unknown("does not start with the URL"));
    };
    let mut request = Request {
        path: path(method, url, in_path).map_err(|reason| unknown(&reason))?,
        ..Request::default()
    };
    for statement in headers {
        if is_of_every_request(statement) {
            continue;
        }
        let header =
            header(statement).ok_or_else(|| unknown("adds a header in an unknown form"))?;
        if header.name.is_empty() || !header.name.bytes().all(is_token) {
            let problem = format!("has an invalid header name `{}`", header.name);
            return Err(unknown(&problem));
        }
        request.headers.push(header);
    }
    let built = match chain {
        Stmt::Local(local) => value(local),
        _ => None,
    };
    built
        .and_then(|expr| read_chain(expr, &mut request))
        .ok_or_else(|| unknown("builds its request in an unknown form"))?;
    // The chain is read from its end.
    request.query.reverse();
    Ok(request)
}

fn value(local: &Local) -> Option<&Expr> {
    Some(&local.init.as_ref()?.expr)
}

/// Reads the path parameters of `let url = format!("{}/a/{}", self.baseurl, encode_path(&a.to_string()));`.
fn path(
    method: &Method,
    statement: &Stmt,
    in_path: impl Fn(&str) -> bool,
) -> Result<Vec<(String, Ident)>, String> {
    let tokens = match statement {
        Stmt::Local(local) => match value(local) {
            Some(Expr::Macro(expr)) if expr.mac.path.is_ident("format") => &expr.mac,
            _ => return Err("does not start with the URL".to_owned()),
        },
        _ => return Err("does not start with the URL".to_owned()),
    };
    let parts = tokens
        .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        .map_err(|error| format!("has an invalid URL: {error}"))?;
    // The template and the base URL come first, then the values in the order of the template.
    let arguments: Vec<Ident> = parts
        .iter()
        .skip(2)
        .map(encoded)
        .collect::<Option<_>>()
        .ok_or("has a URL value in an unknown form")?;
    let mut names = arguments::parameter_names(&method.path);
    names.retain(|name| in_path(name));
    if arguments.len() != names.len() {
        return Err(format!(
            "has {} values for the {} parameters of its URL",
            arguments.len(),
            names.len()
        ));
    }
    Ok(names.into_iter().zip(arguments).collect())
}

/// Returns the `x` of `encode_path(&x.to_string())`.
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
    let function = call.func.to_token_stream().to_string();
    (function == "encode_path")
        .then(|| ident(&to_string.receiver))
        .flatten()
}

/// Returns `true` if a byte is valid in a header name.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Returns `true` for the map of headers, and for the header `api-version` that progenitor adds to every request.
fn is_of_every_request(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(local) => matches!(&local.pat, Pat::Ident(pat) if pat.ident == "header_map"),
        Stmt::Expr(Expr::MethodCall(append), _) => match append.args.first() {
            Some(Expr::Call(name)) => {
                name.args.first().and_then(text).as_deref() == Some("api-version")
            }
            _ => false,
        },
        _ => false,
    }
}

/// Reads `header_map.append("name", x.to_string().try_into()?);`, alone or inside `if let Some(value) = x`.
fn header(statement: &Stmt) -> Option<Header> {
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
            let Some(Stmt::Expr(Expr::MethodCall(append), _)) = condition.then_branch.stmts.first()
            else {
                return None;
            };
            let (name, _) = appended(append)?;
            Some(Header {
                name,
                argument: ident(&binding.expr)?,
                optional: true,
            })
        }
        _ => None,
    }
}

fn appended(append: &ExprMethodCall) -> Option<(String, Ident)> {
    let mut arguments = append.args.iter();
    let name = text(arguments.next()?)?;
    let mut value = arguments.next()?;
    loop {
        value = match value {
            Expr::Try(inner) => &inner.expr,
            Expr::MethodCall(call) => &call.receiver,
            Expr::Path(_) => return Some((name, ident(value)?)),
            _ => return None,
        };
    }
}

/// Reads the method chain from `….build()?` down to `self.client.get(url)`.
fn read_chain(expr: &Expr, request: &mut Request) -> Option<()> {
    let mut media_type = None;
    let mut raw = None;
    let mut at = match expr {
        Expr::Try(built) => &*built.expr,
        _ => return None,
    };
    loop {
        let call = match at {
            Expr::MethodCall(call) => call,
            // Only `form_urlencoded` is fallible before `build`.
            Expr::Try(attempt) => match &*attempt.expr {
                Expr::MethodCall(call) if call.method == "form_urlencoded" => call,
                _ => return None,
            },
            _ => return None,
        };
        match (call.method.to_string().as_str(), call.args.first()) {
            ("build", None) | ("headers", Some(_)) => {}
            ("query", Some(Expr::Reference(parameter))) => {
                request.query.push(query(&parameter.expr)?);
            }
            ("header", Some(name)) => match last_segment(name)?.as_str() {
                "ACCEPT" => {}
                "CONTENT_TYPE" => media_type = Some(constant_header(call.args.last()?)?),
                _ => return None,
            },
            ("json", Some(body)) => request.body = Some(Body::Json(ident(body)?)),
            ("form_urlencoded", Some(body)) => request.body = Some(Body::Form(ident(body)?)),
            ("body", Some(body)) => raw = Some(ident(body)?),
            (_, Some(_)) if call.receiver.to_token_stream().to_string() == "self . client" => break,
            _ => return None,
        }
        at = &call.receiver;
    }
    if let Some(body) = raw {
        request.body = Some(Body::Raw(media_type?, body));
    }
    Some(())
}

/// Reads `progenitor_client::QueryParam::new("name", &x)`.
fn query(expr: &Expr) -> Option<(String, Ident)> {
    let Expr::Call(call) = expr else {
        return None;
    };
    let mut arguments = call.args.iter();
    Some((text(arguments.next()?)?, ident(arguments.next()?)?))
}

/// Reads `HeaderValue::from_static("text/plain")`.
fn constant_header(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Call(call) => text(call.args.first()?),
        _ => None,
    }
}

fn last_segment(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// Returns the name of a variable, possibly borrowed.
fn ident(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Reference(reference) => ident(&reference.expr),
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}
