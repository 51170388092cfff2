//! Patch of values marked `x-secret: true`: keeps them out of `Debug`, and so out of logs and test output.
//!
//! A string becomes a type that is read only with `expose()`. `Debug` redacts structs and fields of other types.

use syn::visit_mut::VisitMut;
use syn::{Fields, Ident, Item, Path, Type, parse_quote};

use super::Schemas;
use crate::openapi::description::{ApiDescription, Part};
use crate::openapi::extensions::SECRET;
use crate::openapi::progenitor::types::{
    Field, TypeItem, TypeKind, Types, arguments, trait_name, type_name,
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
            TypeKind::StringNewtype(constraints) => constraints.secret |= is_secret,
            TypeKind::JsonFields => {}
            _ if is_secret => redact_type(item),
            _ => {}
        }
    }
    for name in &names {
        let mut properties = schemas.properties(name, api);
        let secret: Vec<Field> = types
            .fields(name)
            .into_iter()
            .filter(|field| {
                let property = properties.remove(field.name.as_str());
                property.is_some_and(|property| is_marked(property, api))
            })
            .collect();
        // Secret types redact themselves.
        let is_redacted = |ty: &Type| {
            types.mentioned(ty).iter().any(|name| {
                match types.items.get(name).map(|item| &item.kind) {
                    Some(TypeKind::StringNewtype(constraints)) => constraints.secret,
                    Some(TypeKind::JsonFields) => true,
                    _ => schemas
                        .of(name, api)
                        .is_some_and(|schema| schema.is_true(SECRET)),
                }
            })
        };
        let secret: Vec<Field> = secret
            .into_iter()
            .filter(|field| !is_redacted(&field.ty))
            .collect();
        if let (Some(item), false) = (types.items.get_mut(name), secret.is_empty()) {
            hide_fields(item, &secret);
        }
    }
}

/// Returns `true` if values of a type can contain a secret.
pub(super) fn contains_secret(types: &Types, name: &str) -> bool {
    let reachable = types.reachable([name.to_owned()]);
    let hides = |item: &TypeItem| {
        let is_secret_string = match &item.kind {
            TypeKind::StringNewtype(constraints) => constraints.secret,
            TypeKind::JsonFields => true,
            _ => false,
        };
        let has_own_debug = item.impls.iter().any(|item| match item {
            Item::Impl(item) => trait_name(item).as_deref() == Some("Debug"),
            _ => false,
        });
        is_secret_string || has_own_debug || item.inner_types().iter().any(holds_secret)
    };
    reachable
        .iter()
        .any(|name| types.items.get(name).is_some_and(hides))
}

fn holds_secret(ty: &Type) -> bool {
    type_name(ty).as_deref() == Some("SecretString") || arguments(ty).into_iter().any(holds_secret)
}

fn is_marked(property: Part<'_>, api: ApiDescription<'_>) -> bool {
    property.is_true(SECRET) || api.schema(property).is_true(SECRET)
}

fn redact_type(item: &mut TypeItem) {
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

/// Changes strings to `SecretString`, and makes `Debug` redact fields of other types.
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
            let mut strings = SecretStrings { found: false };
            strings.visit_type_mut(&mut field.ty);
            if !strings.found {
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

/// Replaces `String` with `SecretString`.
struct SecretStrings {
    /// `true` if a `String` was replaced.
    found: bool,
}

impl VisitMut for SecretStrings {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match type_name(ty).as_deref() {
            // Map keys are not secret, and the values of arbitrary JSON cannot be wrapped.
            Some("Map") => {}
            Some("String") => {
                let secret: Path = parse_quote!(runtime::SecretString);
                *ty = parse_quote!(#secret);
                self.found = true;
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
    fn hides_secret_strings_fields_and_types() {
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
        assert!(
            matches!(&types.items["Token"].kind, TypeKind::StringNewtype(constraints) if constraints.secret)
        );
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
