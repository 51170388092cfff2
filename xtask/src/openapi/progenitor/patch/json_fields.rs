//! Patch of string types that contain a JSON object: they accept fields, or text that is a JSON object.
//!
//! typify ignores `contentMediaType`, so callers would pass any string, and only the service would reject it.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Ident, parse_quote};

use super::schemas::arguments_of;
use super::{Method, Schemas};
use crate::openapi::description::{ApiDescription, Part};
use crate::openapi::progenitor::types::{TypeItem, TypeKind, Types};

/// Replaces the implementations of every named string type whose content is a JSON object.
///
/// Parameters are printed to the URL or a header, so their types remain strings.
pub(super) fn check(
    types: &mut Types,
    methods: &[Method],
    schemas: &Schemas,
    api: ApiDescription<'_>,
) {
    let parameters: BTreeSet<String> = methods
        .iter()
        .flat_map(|method| arguments_of(&method.function))
        .flat_map(|(_, ty)| types.mentioned(&ty))
        .collect();
    for item in types.items.values_mut() {
        let is_string = matches!(item.kind, TypeKind::StringNewtype(_));
        if is_string
            && !parameters.contains(&item.name)
            && schemas.of(&item.name, api).is_some_and(contains_object)
        {
            rewrite(item);
        }
    }
}

fn contains_object(schema: Part<'_>) -> bool {
    let is = |part: &str, value: &str| {
        let found = schema.value.pointer(part);
        found.and_then(serde_json::Value::as_str) == Some(value)
    };
    is("/contentMediaType", "application/json") && is("/contentSchema/type", "object")
}

fn rewrite(item: &mut TypeItem) {
    let ident = Ident::new(&item.name, Span::call_site());
    let docs = item.docs();
    item.kind = TypeKind::JsonFields;
    item.definition = parse_quote! {
        #(#docs)*
        #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Default, Eq, PartialEq)]
        #[serde(transparent)]
        pub struct #ident(runtime::JsonFields);
    };
    item.impls = vec![parse_quote!(runtime::impl_json_fields!(#ident);)];
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_named_string_with_an_object_is_checked() {
        let object = json!({ "type": "object" });
        let document = json!({ "components": { "schemas": {
            "Fields": {
                "type": "string", "contentMediaType": "application/json", "contentSchema": object,
            },
            "Image": { "type": "string", "contentMediaType": "image/png", "contentSchema": object },
            "List": {
                "type": "string", "contentMediaType": "application/json",
                "contentSchema": { "type": "array" },
            },
        } } });
        let source = "
            /// Fields of an app.
            #[derive(Clone, Debug)] pub struct Fields(String);
            impl std::ops::Deref for Fields {}
            #[derive(Clone, Debug)] pub struct Image(String);
            #[derive(Clone, Debug)] pub struct List(String);";
        let mut types = Types::read(syn::parse_file(source).expect("parses").items);
        let api = ApiDescription::new(&document);
        let schemas = Schemas::pair(&types, &[], api);
        check(&mut types, &[], &schemas, api);
        assert!(matches!(types.items["Fields"].kind, TypeKind::JsonFields));
        for other in ["Image", "List"] {
            let kind = &types.items[other].kind;
            assert!(matches!(kind, TypeKind::StringNewtype(_)), "{kind:?}");
        }
        let fields = types.items["Fields"].clone();
        let [implementation] = fields.impls.as_slice() else {
            panic!("{:?}", fields.impls);
        };
        let text = implementation.to_token_stream().to_string();
        assert_eq!(text.replace(' ', ""), "runtime::impl_json_fields!(Fields);");
        let text = fields.definition.to_token_stream().to_string();
        assert!(text.contains("Fields of an app."), "{text}");
        assert!(!text.contains("Debug"), "{text}");
    }
}
