//! Printer for method bodies that send one request through the runtime.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Type, parse_quote};

use super::{Body, Header, Request};
use crate::openapi::description::Location;
use crate::openapi::normalize::{Notes, Part};
use crate::openapi::progenitor::arguments::Passed;
use crate::openapi::progenitor::patch::client::response_type;
use crate::openapi::progenitor::patch::{Method, Purpose, arguments_of};
use crate::openapi::progenitor::types::{TypeKind, Types, type_argument, type_name};

/// Facts about an operation that the printed body depends on.
pub(super) struct RequestContext<'a> {
    /// Constant of the operation.
    pub constant: &'a Ident,
    pub implied: &'a BTreeMap<String, Vec<&'a Ident>>,
    /// Arguments that must be read with `expose()`.
    pub secrets: &'a [String],
    /// `true` if the body is an `Option`.
    pub has_optional_body: bool,
    /// Constant of the operation's own server.
    pub server: Option<&'a Ident>,
    pub passed: &'a [Passed<'a, 'a>],
    pub notes: &'a Notes,
    pub types: &'a Types,
    pub purpose: Purpose,
}

/// Writes the return type of a method, and its body if it is printed.
pub(super) fn write(
    method: &mut Method,
    request: Request,
    context: RequestContext<'_>,
) -> Result<(), String> {
    let (response, result) = response(method, context.notes, context.types)?;
    if context.purpose == Purpose::Print {
        let chain = chain(method, request, context);
        method.function.block = parse_quote!({ #chain.#response().await });
    }
    method.function.sig.output = parse_quote!(-> Result<#result, Error>);
    Ok(())
}

/// Returns the calls that build a request.
fn chain(method: &Method, request: Request, context: RequestContext<'_>) -> TokenStream {
    let arguments = Arguments::of(method, context.secrets);
    let operation = context.constant;
    let mut chain = quote!(self.transport.request(&operations::#operation));
    if let Some(server) = context.server {
        chain = quote!(#chain.server(&servers::#server));
    }
    for (name, ident) in &request.path {
        let value = arguments.display(ident);
        chain = match context.implied.get(name) {
            Some(schemes) => {
                quote!(#chain.variable(#name, #value, &[#(&operations::#schemes),*]))
            }
            None => quote!(#chain.path(#name, #value)),
        };
    }
    for (name, ident) in &request.query {
        let value = arguments.reference(ident);
        let mut passed = context.passed.iter();
        chain = match passed.find(|passed| passed.is_replaced && passed.name == *name) {
            Some(passed) => send(chain, passed, value),
            None => quote!(#chain.query(#name, #value)),
        };
    }
    let declared = context.notes.request_media_type(&method.operation);
    chain = match &request.body {
        None => chain,
        Some(Body::Json(body)) if context.has_optional_body => {
            let media_type = declared.unwrap_or("application/json");
            quote!(#chain.optional_json_body(#media_type, #body))
        }
        Some(Body::Form(body)) if context.has_optional_body => {
            let styles = styles(context.notes.form_styles(&method.operation));
            quote!(#chain.optional_form_body(#body, &[#(#styles),*]))
        }
        Some(Body::Json(body)) => {
            let body = arguments.reference(body);
            let chain = quote!(#chain.json_body(#body));
            match declared {
                None | Some("application/json") => chain,
                Some(other) => quote!(#chain.content_type(#other)),
            }
        }
        Some(Body::Form(body)) => {
            let body = arguments.reference(body);
            let styles = styles(context.notes.form_styles(&method.operation));
            match styles.is_empty() {
                true => quote!(#chain.form_body(#body)),
                false => quote!(#chain.form_body_as(#body, &[#(#styles),*])),
            }
        }
        Some(Body::Raw(media_type, body)) => match context.notes.parts(&method.operation) {
            Some(parts) => {
                let declared = parts.iter().filter_map(declared_part);
                quote!(#chain.multipart_body(#body, &[#(#declared),*]))
            }
            None => {
                let media_type = declared.unwrap_or(media_type);
                quote!(#chain.body(#media_type, #body))
            }
        },
    };
    for Header {
        name,
        argument,
        optional,
    } in &request.headers
    {
        chain = match optional {
            true => {
                let value = arguments.optional_display(argument);
                quote!(#chain.optional_header(#name, #value))
            }
            false => {
                let value = arguments.display(argument);
                quote!(#chain.header(#name, #value))
            }
        };
    }
    // Only a GET has the same meaning at another URL.
    if method.http == "GET" && context.notes.redirects(&method.operation) {
        chain = quote!(#chain.follow_redirects());
    }
    if context.notes.not_modified(&method.operation) {
        chain = quote!(#chain.not_modified());
    }
    if let Some(media_types) = context.notes.accept(&method.operation) {
        chain = quote!(#chain.accept(#media_types));
    }
    chain
}

/// Returns the styles of the properties of a form.
fn styles(declared: &[(String, &'static str)]) -> Vec<TokenStream> {
    let pairs = declared.iter().map(|(name, style)| {
        let style = Ident::new(style, Span::call_site());
        quote!((#name, ParameterStyle::#style))
    });
    pairs.collect()
}

/// Returns the media type and kind of a part, unless they are the default.
fn declared_part(part: &Part) -> Option<TokenStream> {
    let (name, media_type) = (&part.name, part.media_type.as_ref()?);
    let kind = match part.is_file {
        true => quote!(File),
        false => quote!(Field),
    };
    Some(quote! {
        DeclaredPart { name: #name, media_type: #media_type, kind: PartKind::#kind }
    })
}

/// Adds a parameter that progenitor received as a query parameter.
fn send(chain: TokenStream, passed: &Passed<'_, '_>, value: TokenStream) -> TokenStream {
    let name = passed.parameter.name;
    let Some(style) = passed.style else {
        return quote!(#chain.query(#name, #value));
    };
    let style = Ident::new(style, Span::call_site());
    let method = match passed.parameter.location {
        Location::Path => quote!(path_as),
        Location::Header => quote!(header_as),
        Location::Cookie => quote!(cookie),
        _ if passed.parameter.part.is_true("allowReserved") => quote!(query_reserved),
        _ => quote!(query_as),
    };
    quote!(#chain.#method(#name, ParameterStyle::#style, #value))
}

/// Returns the method that ends the chain, and the type that it returns.
fn response(method: &Method, notes: &Notes, types: &Types) -> Result<(Ident, Type), String> {
    let name = &method.function.sig.ident;
    let unknown = |problem: &str| format!("the method `{name}` {problem}");
    let ty = response_type(&method.function)
        .ok_or_else(|| unknown("does not return a `ResponseValue`"))?;
    let is_unit = matches!(&ty, Type::Tuple(tuple) if tuple.elems.is_empty());
    let item = type_name(&ty).and_then(|name| types.items.get(&name));
    let by_status =
        item.is_some_and(|it| matches!(&it.kind, TypeKind::Union(union) if union.by_status));
    let (call, result): (&str, Type) = match type_name(&ty).as_deref() {
        _ if is_unit => ("empty_response", parse_quote!(Response<()>)),
        Some("ByteStream") if notes.is_text(&method.operation) => {
            ("text_response", parse_quote!(Response<String>))
        }
        Some("ByteStream") => ("stream_response", parse_quote!(Response<ByteStream>)),
        Some("Upgraded") => {
            return Err(unknown(
                "returns an upgraded connection, which is not supported",
            ));
        }
        _ if notes.accepted(&method.operation) => (
            match by_status {
                true => "outcome_response_by_status",
                false => "outcome_response",
            },
            parse_quote!(Response<Outcome<#ty>>),
        ),
        _ if by_status => ("json_response_by_status", parse_quote!(Response<#ty>)),
        _ => ("json_response", parse_quote!(Response<#ty>)),
    };
    Ok((Ident::new(call, Span::call_site()), result))
}

/// Arguments of a method, by name.
struct Arguments<'a> {
    /// The argument that holds the optional parameters, with the parameters' names.
    group: Option<(Ident, Vec<String>)>,
    types: BTreeMap<String, Type>,
    secrets: &'a [String],
}

impl<'a> Arguments<'a> {
    fn of(method: &Method, secrets: &'a [String]) -> Self {
        let group = method.parameters.as_ref().map(|group| {
            let fields = group.fields().into_iter().map(|(name, _)| name);
            (group.argument.clone(), fields.collect())
        });
        Self {
            group,
            types: arguments_of(&method.function).into_iter().collect(),
            secrets,
        }
    }

    /// Returns the group that an argument is a field of.
    fn grouped(&self, ident: &Ident) -> Option<&Ident> {
        let (group, fields) = self.group.as_ref()?;
        fields.iter().any(|field| ident == field).then_some(group)
    }

    /// Returns a reference to a value.
    fn reference(&self, ident: &Ident) -> TokenStream {
        match self.types.get(&ident.to_string()) {
            Some(Type::Reference(_)) => quote!(#ident),
            _ => match self.grouped(ident) {
                Some(group) => quote!(&#group.#ident),
                None => quote!(&#ident),
            },
        }
    }

    /// Returns a value whose `Display` output is sent.
    fn display(&self, ident: &Ident) -> TokenStream {
        match self.is_secret(ident) {
            true => quote!(#ident.expose()),
            false => quote!(#ident),
        }
    }

    /// Returns an `Option` of a value whose `Display` output is sent.
    fn optional_display(&self, ident: &Ident) -> TokenStream {
        let is_option = |ty: &Type| type_argument(ty, "Option").is_some();
        let value = match self.grouped(ident) {
            Some(group) => quote!(#group.#ident.as_ref()),
            None if self.types.get(&ident.to_string()).is_some_and(is_option) => quote!(#ident),
            None => quote!(Some(#ident)),
        };
        match self.is_secret(ident) {
            true => quote!(#value.map(|secret| secret.expose())),
            false => value,
        }
    }

    fn is_secret(&self, ident: &Ident) -> bool {
        self.secrets.iter().any(|secret| ident == secret)
    }
}
