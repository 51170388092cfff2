//! The builder of a call: what it holds, how it is given more, and how it is sent.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Printer;
use super::input::{Assignment, Body, From, Holds, Input, Kind};
use super::paging::{Cursor, Paging, Step};
use super::plan::{Call, Group};
use super::text;
use crate::emit::docs::doc;
use crate::model::{Integer, Ty};
use crate::openapi::index::{Answer, Pass};

/// The structure and its methods.
pub(super) fn builder(printer: &Printer<'_>, group: &Group<'_>, call: &Call<'_>) -> TokenStream {
    let name = &call.builder;
    let docs = doc(&format!(
        "A call of [`{handle}::{method}`] that is being put together; [`send`](Self::send) makes it.",
        handle = group.handle,
        method = call.method,
    ));
    let variables = uses_variables(call).then(|| quote!(variables: Variables,));
    let fields = own(call).map(|input| {
        let (field, ty) = (&input.field, printer.types.ty(&input.ty));
        match input.kind {
            Kind::Optional if input.null.is_some() => quote!(#field: Option<Option<#ty>>),
            Kind::Optional => quote!(#field: Option<#ty>),
            _ => quote!(#field: #ty),
        }
    });
    let setters = call
        .inputs
        .iter()
        .filter(|input| input.kind != Kind::Argument)
        .map(|input| setters(printer, input));
    let sending = sending(printer, call);
    let paging = call
        .paging
        .as_ref()
        .map(|paging| pages(printer, call, paging));
    let hidden = own(call).any(is_hidden);
    let debug = hidden.then(|| debug(call));
    let derived = match hidden {
        true => quote!(#[derive(Clone)]),
        false => quote!(#[derive(Clone, Debug)]),
    };
    quote! {
        #docs
        #derived
        #[must_use = "nothing is sent until `send` is called"]
        pub struct #name {
            client: Client,
            #variables
            options: CallOptions,
            #(#fields,)*
        }

        impl #name {
            #(#setters)*
            #sending
        }

        #debug
        #paging
    }
}

/// Whether an input is a secret that its type does not hide.
fn is_hidden(input: &Input) -> bool {
    input.secret && !matches!(input.ty, Ty::Secret | Ty::Text { secret: true, .. })
}

/// `Debug` without the secrets that would print.
fn debug(call: &Call<'_>) -> TokenStream {
    let name = &call.builder;
    let text = name.to_string();
    let variables = uses_variables(call).then(|| quote!(.field("variables", &self.variables)));
    let fields = own(call).map(|input| {
        let field = &input.field;
        let text = field.to_string();
        let text = text.trim_start_matches("r#");
        match is_hidden(input) {
            true => quote!(.field(#text, &::pipedream_sdk_runtime::Redacted)),
            false => quote!(.field(#text, &self.#field)),
        }
    });
    quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#text)
                    .field("client", &self.client)
                    #variables
                    .field("options", &self.options)
                    #(#fields)*
                    .finish()
            }
        }
    }
}

/// The inputs that the builder holds itself.
pub(super) fn own<'c>(call: &'c Call<'_>) -> impl Iterator<Item = &'c Input> {
    let inputs = call.inputs.iter();
    inputs.filter(|input| !matches!(input.kind, Kind::Variable { .. }))
}

/// Whether a handle can fill something in.
pub(super) fn uses_variables(call: &Call<'_>) -> bool {
    own(call).count() < call.inputs.len()
}

/// How a method takes a value: the type of its parameter, and what the value becomes.
pub(super) fn taking(printer: &Printer<'_>, ty: &Ty, name: &Ident) -> (TokenStream, TokenStream) {
    let tokens = printer.types.ty(ty);
    match ty {
        Ty::List(item) => {
            let item_type = printer.types.ty(item);
            match is_taken_plainly(item) {
                true => (
                    quote!(impl IntoIterator<Item = #item_type>),
                    quote!(#name.into_iter().collect()),
                ),
                false => (
                    quote!(impl IntoIterator<Item = impl Into<#item_type>>),
                    quote!(#name.into_iter().map(Into::into).collect()),
                ),
            }
        }
        ty if is_taken_plainly(ty) => (tokens, quote!(#name)),
        _ => (quote!(impl Into<#tokens>), quote!(#name.into())),
    }
}

/// Whether `impl Into` would gain nothing, or make the type of a literal unknown.
fn is_taken_plainly(ty: &Ty) -> bool {
    match ty {
        Ty::Bool | Ty::Enum { open: false, .. } => true,
        Ty::DateTime | Ty::Date | Ty::Uuid | Ty::Ip(_) | Ty::Opaque(_) | Ty::Foreign(_) => true,
        Ty::Integer(integer) => *integer != Integer::I64,
        _ => false,
    }
}

fn setters(printer: &Printer<'_>, input: &Input) -> TokenStream {
    let (field, maybe) = (&input.field, &input.maybe);
    let (parameter, value) = taking(printer, &input.ty, field);
    let docs = doc(&text::input(input));
    let place = match input.kind {
        Kind::Variable { number, .. } => match printer.plan.variables.get(number) {
            Some(variable) => {
                let variable = &variable.field;
                quote!(self.variables.#variable)
            }
            None => quote!(self.#field),
        },
        _ => quote!(self.#field),
    };
    let value = match input.kind {
        Kind::Defaulted => value,
        _ if input.null.is_some() => quote!(Some(Some(#value))),
        _ => quote!(Some(#value)),
    };
    let maybe_docs = doc(&match input.kind {
        Kind::Variable { .. } => format!(
            "[`{field}`](Self::{field}) where there is a value; without one, what the handle has."
        ),
        _ => format!(
            "[`{field}`](Self::{field}) where there is a value; without one, nothing changes."
        ),
    });
    let null = input.null.as_ref().map(|null| {
        let docs = doc(&format!(
            "Sends null as `{}`, which is not the same as leaving it out.",
            input.name
        ));
        quote! {
            #docs
            pub fn #null(mut self) -> Self {
                #place = Some(None);
                self
            }
        }
    });
    quote! {
        #docs
        pub fn #field(mut self, #field: #parameter) -> Self {
            #place = #value;
            self
        }

        #maybe_docs
        pub fn #maybe(self, #field: Option<#parameter>) -> Self {
            match #field {
                Some(#field) => self.#field(#field),
                None => self,
            }
        }

        #null
    }
}

/// The type of what the call gives.
pub(super) fn output(printer: &Printer<'_>, call: &Call<'_>) -> TokenStream {
    let value = match (&call.unwraps, call.value()) {
        (Some((_, ty)), _) => printer.types.ty(ty),
        (None, Some(ty)) => printer.types.ty(&ty),
        (None, None) => quote!(()),
    };
    match &call.operation.answer {
        Answer::Value(_) => value,
        Answer::MaybeAccepted(_) => quote!(Outcome<#value>),
        Answer::Empty => quote!(()),
        Answer::Stream => quote!(ByteStream),
    }
}

/// `send`, `send_raw`, and for lists `pages` and `stream`.
fn sending(printer: &Printer<'_>, call: &Call<'_>) -> TokenStream {
    let output = output(printer, call);
    let (known, request) = request(printer, call);
    let constant = &call.constant;
    let (credential, client) = client(call);
    // A credential of the wrong kind is told before a value that other credentials would make needless.
    let (client, known) = match is_implied_elsewhere(printer, call) {
        true => (
            quote!(),
            quote! {
                #client
                client.transport().check_credential(&operations::#constant)?;
                #known
            },
        ),
        false => (client, known),
    };
    let method = crate::names::ident(&call.operation.method);
    let unwrapped = call
        .unwraps
        .as_ref()
        .map(|(field, _)| match &call.operation.answer {
            Answer::MaybeAccepted(_) => {
                quote!(.map(|reply| reply.map(|outcome| outcome.map(|answer| answer.#field))))
            }
            _ => quote!(.map(|reply| reply.map(|answer| answer.#field))),
        });
    let docs = doc(match (&call.operation.answer, &call.paging) {
        (_, Some(_)) => "Sends the request for one page; its cursors lead to the pages beside it.",
        (Answer::Empty, None) => "Sends the request.",
        (Answer::Stream, None) => "Sends the request; what comes back is read as it comes.",
        _ => "Sends the request and gives the answer.",
    });
    let lists = call.paging.as_ref().map(|paging| {
        let way = match paging.backward {
            Some(_) => format!(
                "\n\nForward from `{}`, or from the beginning; with `{}` alone, backward from there, page by page.",
                paging.forward.field,
                paging.backward.as_ref().map(|cursor| cursor.field.to_string()).unwrap_or_default(),
            ),
            None => format!("\n\nFrom `{}`, or from the beginning.", paging.forward.field),
        };
        let pages = doc(&format!("The pages, each requested when it is asked for.{way}"));
        let items = doc(&format!(
            "All that is listed, across the pages; each page is requested when it is needed.{way}"
        ));
        quote! {
            #pages
            pub fn pages(self) -> Pages<Self> {
                Pages::new(self)
            }

            #items
            pub fn stream(self) -> Items<Self> {
                Items::new(self)
            }
        }
    });
    quote! {
        #docs
        pub async fn send(self) -> Result<#output, Error> {
            self.send_raw().await.map(Reply::into_value)
        }

        /// As [`send`](Self::send), with status, headers and the body as it came.
        pub async fn send_raw(self) -> Result<Reply<#output>, Error> {
            #credential
            #known
            #client
            client.#method(#request).await #unwrapped
        }

        #lists
    }
}

/// The credential that the request brings along, where it does, and the client that sends it. What the call was told by
/// its options comes first.
fn client(call: &Call<'_>) -> (Option<TokenStream>, TokenStream) {
    let brings = call.inputs.iter().find_map(|input| {
        let (field, scheme) = (&input.field, input.credential_for.as_deref()?);
        let secret = match &input.ty {
            Ty::Secret | Ty::Text { secret: true, .. } => quote!(self.#field.expose()),
            Ty::String | Ty::Text { secret: false, .. } => quote!(self.#field.as_str()),
            _ => return None,
        };
        (input.kind == Kind::Argument).then_some((scheme, secret))
    });
    match brings {
        None => (
            None,
            quote!(let client = self.client.with_options(self.options);),
        ),
        Some((scheme, secret)) => (
            Some(quote! {
                let credential = FixedSecret::new([#scheme], #secret);
                let credential = CallOptions::new().credentials(credential);
            }),
            quote!(let client = self.client.with_options(credential).with_options(self.options);),
        ),
    }
}

/// Whether the call needs a value that credentials for other calls say by themselves.
fn is_implied_elsewhere(printer: &Printer<'_>, call: &Call<'_>) -> bool {
    let all = printer.plan.groups.iter().flat_map(|group| &group.calls);
    let implied: Vec<usize> = all
        .flat_map(|call| &call.inputs)
        .filter(|input| !input.implied_by.is_empty())
        .filter_map(|input| match input.kind {
            Kind::Variable { number, .. } => Some(number),
            _ => None,
        })
        .collect();
    call.inputs.iter().any(|input| {
        matches!(input.kind, Kind::Variable { number, required: true } if implied.contains(&number))
    })
}

/// What is found out before the request, and the arguments of the client's method.
fn request(printer: &Printer<'_>, call: &Call<'_>) -> (TokenStream, TokenStream) {
    let constant = &call.constant;
    let known = call.inputs.iter().filter_map(|input| {
        let Kind::Variable { number, required } = input.kind else {
            return None;
        };
        let variable = &printer.plan.variables.get(number)?.field;
        let (field, name) = (&input.field, super::plain(&input.field));
        let value = quote!(self.variables.#variable);
        let check = match (required, matches!(input.ty, Ty::String | Ty::Text { .. })) {
            (true, true) => quote!(filled_text(#name, #value, operation)?),
            (true, false) => quote!(filled(#name, #value, operation)?),
            (false, true) => quote!(given_text(#name, #value, operation)?),
            (false, false) => value,
        };
        Some(quote!(let #field = #check;))
    });
    let known: Vec<_> = known.collect();
    let arguments = call.request.arguments.iter();
    let mut arguments: Vec<_> = arguments.map(|filling| argument(call, filling)).collect();
    let mut body_line = None;
    match &call.request.body {
        None => {}
        Some(Body::Whole(filling)) => arguments.push(argument(call, filling)),
        Some(Body::Structure { ty, fields }) => {
            let ty = printer.types.ty(ty);
            let fields = fields.iter().map(|(field, filling)| {
                let value = owned(call, filling);
                member(field, &value)
            });
            body_line = Some(quote!(let body = #ty { #(#fields),* };));
            arguments.push(quote!(&body));
        }
    }
    let operation = (!known.is_empty()).then(|| quote!(let operation = &operations::#constant;));
    (
        quote!(#operation #(#known)* #body_line),
        quote!(#(#arguments),*),
    )
}

/// A field of a structure that is made.
pub(super) fn member(field: &Ident, value: &TokenStream) -> TokenStream {
    match *field == value.to_string() {
        true => quote!(#field),
        false => quote!(#field: #value),
    }
}

/// Where the value of an input is, whether it is an `Option`, and whether it goes to more than one place.
fn value<'c>(call: &'c Call<'_>, number: usize) -> Option<(TokenStream, bool, bool, &'c Input)> {
    let input = call.inputs.get(number)?;
    let field = &input.field;
    let (value, optional) = match input.kind {
        Kind::Variable { required, .. } => (quote!(#field), !required),
        Kind::Optional => (quote!(self.#field), true),
        Kind::Argument | Kind::Defaulted => (quote!(self.#field), false),
    };
    let body = match &call.request.body {
        None => Vec::new(),
        Some(Body::Whole(filling)) => vec![filling],
        Some(Body::Structure { fields, .. }) => fields.iter().map(|(_, filling)| filling).collect(),
    };
    let places = call.request.arguments.iter().chain(body);
    let uses = places.filter(|filling| matches!(filling.from, From::Input(n) if n == number));
    Some((value, optional, uses.count() > 1, input))
}

/// An argument of the client's method.
fn argument(call: &Call<'_>, filling: &Assignment) -> TokenStream {
    let (optional, reference) = match &filling.from {
        From::Constant(constant) => {
            return match filling.pass {
                Pass::Value => constant.clone(),
                Pass::Reference | Pass::Text => quote!(&#constant),
            };
        }
        From::Input(number) => match value(call, *number) {
            Some((value, optional, ..)) => (optional, value),
            None => return quote!(),
        },
    };
    match (filling.pass, filling.place, optional) {
        (Pass::Value, ..) => owned(call, filling),
        (Pass::Reference, Holds::Option, true) => quote!(#reference.as_ref()),
        (Pass::Text, Holds::Option, true) => quote!(#reference.as_deref()),
        (_, Holds::Option, false) => quote!(Some(&#reference)),
        (_, _, _) => quote!(&#reference),
    }
}

/// A value that is given away.
fn owned(call: &Call<'_>, filling: &Assignment) -> TokenStream {
    let (value, optional, again, input) = match &filling.from {
        From::Constant(constant) => return constant.clone(),
        From::Input(number) => match value(call, *number) {
            Some(found) => found,
            None => return quote!(),
        },
    };
    let value = match again && !input.ty.is_copy() {
        true => quote!(#value.clone()),
        false => value,
    };
    match (filling.place, optional) {
        (Holds::Option, false) => quote!(Some(#value)),
        (Holds::Nullable, false) => quote!(Some(Some(#value))),
        // What a handle knows is never null.
        (Holds::Nullable, true) if input.null.is_none() => quote!(#value.map(Some)),
        (Holds::Default, true) => quote!(#value.unwrap_or_default()),
        _ => value,
    }
}

/// How the runtime goes through the pages.
fn pages(printer: &Printer<'_>, call: &Call<'_>, paging: &Paging) -> TokenStream {
    let name = &call.builder;
    let (page, item) = (output(printer, call), printer.types.ty(&paging.item));
    let (forward, has_backward) = (&paging.forward, paging.backward.is_some());
    let field = &forward.field;
    let both = |of: fn(&Cursor) -> TokenStream| {
        let ahead = of(forward);
        match &paging.backward {
            None => ahead,
            Some(backward) => {
                let back = of(backward);
                quote!(match direction {
                    Direction::Forward => #ahead,
                    Direction::Backward => #back,
                })
            }
        }
    };
    let direction = match has_backward {
        true => quote!(direction),
        false => quote!(_direction),
    };
    let way = match &paging.backward {
        Some(backward) => {
            let back = &backward.field;
            quote!(Direction::of(self.#field.as_ref(), self.#back.as_ref()))
        }
        None => quote!(Direction::Forward),
    };
    let cursor = both(|cursor| {
        let field = &cursor.field;
        as_text(quote!(self.#field), &cursor.ty, true)
    });
    let seek = both(|cursor| {
        let field = &cursor.field;
        match cursor.ty {
            Ty::String => quote!(self.#field = Some(cursor)),
            _ => quote!(self.#field = Some(cursor.into())),
        }
    });
    let next = both(next);
    let (is_empty, items) = items(&paging.items);
    quote! {
        impl Paginated for #name {
            type Page = #page;
            type Item = #item;

            fn direction(&self) -> Direction {
                #way
            }

            fn cursor(&self, #direction: Direction) -> Option<&str> {
                #cursor
            }

            fn seek(&mut self, #direction: Direction, cursor: String) {
                #seek
            }

            fn next_cursor(page: &Self::Page, #direction: Direction) -> Option<&str> {
                #next
            }

            fn is_empty(page: &Self::Page) -> bool {
                #is_empty
            }

            fn items(page: Self::Page) -> Vec<Self::Item> {
                #items
            }

            async fn fetch(self) -> Result<Self::Page, Error> {
                self.send().await
            }
        }
    }
}

fn as_text(value: TokenStream, ty: &Ty, optional: bool) -> TokenStream {
    match (ty, optional) {
        (Ty::String, true) => quote!(#value.as_deref()),
        (_, true) => quote!(#value.as_ref().map(|text| text.as_str())),
        (_, false) => quote!(Some(#value.as_str())),
    }
}

/// The next cursor on a page.
fn next(cursor: &Cursor) -> TokenStream {
    let Some((last, before)) = cursor.next.split_last() else {
        return quote!(None);
    };
    let parent = before.iter().fold(quote!(page), |at, step| {
        let field = &step.field;
        let options = (0..step.options).map(|_| quote!(.as_ref()?));
        quote!(#at.#field #(#options)*)
    });
    let field = &last.field;
    let outer = (1..last.options).map(|_| quote!(.as_ref()?));
    as_text(
        quote!(#parent.#field #(#outer)*),
        &cursor.next_ty,
        last.options > 0,
    )
}

/// Whether there are items on a page, and the items.
fn items(steps: &[Step]) -> (TokenStream, TokenStream) {
    let path = steps.iter().fold(quote!(page), |at, step| {
        let field = &step.field;
        quote!(#at.#field)
    });
    match steps.last() {
        Some(step) if step.options > 0 => {
            let outer: Vec<_> = (1..step.options).map(|_| quote!(.flatten())).collect();
            let inner = (1..step.options).map(|_| quote!(.and_then(Option::as_ref)));
            (
                quote!(#path.as_ref() #(#inner)* .is_none_or(Vec::is_empty)),
                quote!(#path #(#outer)* .unwrap_or_default()),
            )
        }
        _ => (quote!(#path.is_empty()), path),
    }
}
