//! Operations with a server of their own: their method calls it through a transport of that server.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, parse_quote};

use super::{Method, schemas};
use crate::openapi::description::servers::{Servers, own};
use crate::openapi::description::{ApiDescription, Operation};

/// Replaces the client's transport in a finished method.
pub(super) fn redirect(
    method: &mut Method,
    operation: &Operation<'_>,
    servers: &Servers,
    api: ApiDescription<'_>,
) -> Result<(), String> {
    let own = own(api, operation);
    let Some(server) = own.and_then(|server| servers.constant(&server).cloned()) else {
        return Ok(());
    };
    // An argument may have the name already.
    let mut name = "transport".to_owned();
    while schemas::arguments_of(&method.function)
        .iter()
        .any(|(argument, _)| *argument == name)
    {
        name.push('_');
    }
    let transport = Ident::new(&name, Span::call_site());
    let block = replaced(method.function.block.to_token_stream(), &transport);
    let mut block: Block = syn::parse2(block)
        .map_err(|error| format!("the method `{}`: {error}", method.function.sig.ident))?;
    let first = parse_quote!(let #transport = self.transport.server(&servers::#server)?;);
    block.stmts.insert(0, first);
    method.function.block = parse_quote!(#block);
    Ok(())
}

/// The same code with `transport` for every `self.transport`, in macros too.
fn replaced(code: TokenStream, transport: &Ident) -> TokenStream {
    let mut output = Vec::new();
    for token in code {
        match token {
            TokenTree::Group(group) => {
                let inner = replaced(group.stream(), transport);
                output.push(proc_macro2::Group::new(group.delimiter(), inner).into());
            }
            TokenTree::Ident(ident) if ident == "transport" && follows_self(&output) => {
                output.truncate(output.len() - 2);
                output.push(TokenTree::from(transport.clone()));
            }
            token => output.push(token),
        }
    }
    let output = output.into_iter();
    quote!(#(#output)*)
}

fn follows_self(before: &[TokenTree]) -> bool {
    matches!(
        before,
        [.., TokenTree::Ident(this), TokenTree::Punct(dot)] if this == "self" && dot.as_char() == '.'
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_method_goes_to_the_server_of_its_operation() {
        let document = json!({ "paths": { "/a": {
            "servers": [{ "url": "https://files.example", "name": "files" }],
            "get": { "operationId": "readA" },
        } } });
        let api = ApiDescription::new(&document);
        let operations = api.operations();
        let servers = Servers::of(api);
        let mut method = Method {
            operation: "readA".into(),
            http: "GET".into(),
            path: "/a".into(),
            pointer: String::new(),
            function: parse_quote! {
                pub async fn read_a(&self, transport: &str) -> Result<Reply<()>, Error> {
                    let url = format!("{}/a", self.transport.base_url());
                    let request = self.transport.http().get(url).query(transport).build()?;
                    decode::empty(self.transport.send(request, &operations::READ_A).await?).await
                }
            },
        };
        redirect(&mut method, &operations[0], &servers, api).expect("parses");
        let text = method
            .function
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        assert!(
            text.contains("lettransport_=self.transport.server(&servers::FILES)?;"),
            "{text}"
        );
        assert_eq!(text.matches("self.transport.").count(), 1, "{text}");
        assert_eq!(text.matches("transport_.").count(), 3, "{text}");
        assert!(text.contains(".query(transport)"), "{text}");
    }
}
