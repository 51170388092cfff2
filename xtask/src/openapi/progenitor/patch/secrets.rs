//! What the document marks with `x-secret: true` stays out of `Debug`, and so out of logs and test output.
//!
//! A text becomes a type that is only read with `expose()`; a structure as a whole, or a field of another type, is left
//! out of what `Debug` prints.

use syn::visit_mut::VisitMut;
use syn::{Fields, Ident, Item, Path, Type, parse_quote};

use super::Schemas;
use crate::openapi::description::{ApiDescription, Part};
use crate::openapi::extensions::SECRET;
use crate::openapi::progenitor::types::{
    Field, Kind, TypeItem, Types, arguments, named, trait_name,
};

/// Hides every secret.
pub(super) fn hide(types: &mut Types, schemas: &Schemas, api: ApiDescription<'_>) {
    let names: Vec<String> = types.items.keys().cloned().collect();
    for name in &names {
        let is_secret = schemas
            .of(name, api)
            .is_some_and(|schema| schema.is_true(SECRET));
        let Some(item) = types.items.get_mut(name) else {
            continue;
        };
        match &mut item.kind {
            Kind::Text(text) => text.secret |= is_secret,
            _ if is_secret => redact_whole(item),
            _ => {}
        }
    }
    for name in &names {
        let secret: Vec<Field> = types
            .fields(name)
            .into_iter()
            .filter(|field| {
                let property = schemas.property(name, &field.name, api);
                property.is_some_and(|property| is_marked(property, api))
            })
            .collect();
        // Types that hide themselves need nothing more.
        let hides_itself = |ty: &Type| {
            types.mentioned(ty).iter().any(|name| {
                match types.items.get(name).map(|item| &item.kind) {
                    Some(Kind::Text(text)) => text.secret,
                    _ => schemas
                        .of(name, api)
                        .is_some_and(|schema| schema.is_true(SECRET)),
                }
            })
        };
        let secret: Vec<Field> = secret
            .into_iter()
            .filter(|field| !hides_itself(&field.ty))
            .collect();
        if let (Some(item), false) = (types.items.get_mut(name), secret.is_empty()) {
            hide_fields(item, &secret);
        }
    }
}

/// Whether a secret can stand somewhere in a value of a type.
pub(super) fn within(types: &Types, name: &str) -> bool {
    let reachable = types.reachable([name.to_owned()]);
    let hides = |item: &TypeItem| {
        let is_text = matches!(&item.kind, Kind::Text(text) if text.secret);
        let prints_itself = item.impls.iter().any(|item| match item {
            Item::Impl(item) => trait_name(item).as_deref() == Some("Debug"),
            _ => false,
        });
        is_text || prints_itself || item.inner_types().iter().any(holds_secret)
    };
    reachable
        .iter()
        .any(|name| types.items.get(name).is_some_and(hides))
}

fn holds_secret(ty: &Type) -> bool {
    named(ty).as_deref() == Some("SecretString") || arguments(ty).into_iter().any(holds_secret)
}

fn is_marked(property: Part<'_>, api: ApiDescription<'_>) -> bool {
    property.is_true(SECRET) || api.schema(property).is_true(SECRET)
}

fn redact_whole(item: &mut TypeItem) {
    without_debug(item);
    let ident = Ident::new(&item.name, proc_macro2::Span::call_site());
    let name = &item.name;
    item.impls.push(parse_quote! {
        impl std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(#name).field(&runtime::Redacted).finish()
            }
        }
    });
}

fn without_debug(item: &mut TypeItem) {
    let mut derived = item.derived();
    derived.retain(|path| path != "Debug");
    item.derive(&derived);
}

/// Gives texts a type that hides itself; where a field is something else, `Debug` leaves it out.
fn hide_fields(item: &mut TypeItem, secret: &[Field]) {
    let mut others = Vec::new();
    if let Item::Struct(definition) = &mut item.definition
        && let Fields::Named(fields) = &mut definition.fields
    {
        for field in &mut fields.named {
            let Some(ident) = &field.ident else {
                continue;
            };
            if !secret.iter().any(|secret| ident == &secret.ident) {
                continue;
            }
            let mut texts = Texts(false);
            texts.visit_type_mut(&mut field.ty);
            if !texts.0 {
                others.push(ident.to_string());
            }
        }
    }
    if others.is_empty() {
        return;
    }
    without_debug(item);
    let ident = Ident::new(&item.name, proc_macro2::Span::call_site());
    let name = &item.name;
    let fields = item.fields().into_iter().map(|field| {
        let ident = Ident::new(&field.ident, proc_macro2::Span::call_site());
        let label = &field.ident;
        match others.contains(label) {
            true => quote::quote!(.field(#label, &runtime::Redacted)),
            false => quote::quote!(.field(#label, &self.#ident)),
        }
    });
    let body = quote::quote!(f.debug_struct(#name) #(#fields)* .finish());
    item.impls.push(parse_quote! {
        impl std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                #body
            }
        }
    });
}

/// Replaces `String`, and says whether it found one.
struct Texts(bool);

impl VisitMut for Texts {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match named(ty).as_deref() {
            // Keys of maps are no secrets, and the values of any JSON cannot be wrapped.
            Some("Map") => {}
            Some("String") => {
                let secret: Path = parse_quote!(runtime::SecretString);
                *ty = parse_quote!(#secret);
                self.0 = true;
            }
            _ => syn::visit_mut::visit_type_mut(self, ty),
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_fields_and_whole_types_are_hidden_where_the_document_says_so() {
        let document = json!({ "components": { "schemas": {
            "Token": { "type": "string", "x-secret": true },
            "Keys": { "type": "object", "x-secret": true, "properties": { "a": { "type": "string" } } },
            "Hook": { "properties": {
                "url": { "type": "string" },
                "key": { "type": "string", "x-secret": true },
                "pin": { "type": "integer", "x-secret": true },
                "keys": { "$ref": "#/components/schemas/Keys" },
                "map": { "type": "object", "additionalProperties": { "type": "string" }, "x-secret": true },
                "any": { "type": "object", "x-secret": true },
            } },
        } } });
        let source = "#[derive(Clone, Debug)] pub struct Token(String);
            #[derive(Clone, Debug)] pub struct Keys { pub a: String }
            #[derive(Clone, Debug)] pub struct Hook { pub url: String, pub key: Option<String>, pub pin: i64, pub keys: Keys,
                pub map: runtime::OrderedMap<String>, pub any: serde_json::Map<String, Value> }";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        hide(&mut types, &schemas, api);
        assert!(matches!(&types.items["Token"].kind, Kind::Text(text) if text.secret));
        assert_eq!(types.items["Keys"].derived(), ["Clone"]);
        let text: String = types
            .into_items()
            .iter()
            .map(|i| i.to_token_stream().to_string())
            .collect();
        let text = text.replace(' ', "");
        assert!(
            text.contains(r#"debug_tuple("Keys").field(&runtime::Redacted)"#),
            "{text}"
        );
        assert!(text.contains("key:Option<runtime::SecretString>"), "{text}");
        assert!(
            text.contains(r#".field("pin",&runtime::Redacted)"#),
            "{text}"
        );
        assert!(text.contains("puburl:String"), "{text}");
        assert!(
            text.contains("map:runtime::OrderedMap<runtime::SecretString>"),
            "{text}"
        );
        assert!(
            text.contains(r#".field("any",&runtime::Redacted)"#),
            "{text}"
        );
    }
}
