//! Patch of the structs in parameters: their fields have the order of the document, in which they are sent.
//!
//! typify sorts fields by name.

use std::collections::BTreeSet;

use syn::{Fields, Item};

use super::Method;
use super::schemas::{Schemas, arguments_of};
use crate::openapi::description::ApiDescription;
use crate::openapi::progenitor::types::Types;

/// Sorts the fields of all structs that are reachable from parameters.
pub(super) fn restore(
    types: &mut Types,
    methods: &[Method],
    schemas: &Schemas,
    api: ApiDescription<'_>,
) {
    let parameters = methods
        .iter()
        .flat_map(|method| arguments_of(&method.function));
    let parameters = parameters.filter(|(ident, _)| ident != "body");
    let mentioned: Vec<String> = parameters
        .flat_map(|(_, ty)| types.mentioned(&ty))
        .collect();
    let reachable: BTreeSet<String> = types.reachable(mentioned).into_iter().collect();
    for name in reachable {
        let Some(item) = types.items.get_mut(&name) else {
            continue;
        };
        let names: Vec<(String, String)> = item
            .fields()
            .into_iter()
            .map(|field| (field.ident, field.name))
            .collect();
        let (Item::Struct(definition), Some(schema)) =
            (&mut item.definition, schemas.of(&name, api))
        else {
            continue;
        };
        let Fields::Named(fields) = &mut definition.fields else {
            continue;
        };
        let declared = api.properties(&schema);
        let position = |field: &syn::Field| {
            let ident = field
                .ident
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let name = names
                .iter()
                .find(|(known, _)| *known == ident)
                .map(|(_, name)| name.as_str());
            declared
                .iter()
                .position(|(known, _)| Some(*known) == name)
                .unwrap_or(usize::MAX)
        };
        let mut sorted: Vec<syn::Field> = std::mem::take(&mut fields.named).into_iter().collect();
        sorted.sort_by_key(position);
        fields.named = sorted.into_iter().collect();
    }
}
