//! Names under which progenitor receives the properties that would become one field.
//!
//! Progenitor derives a field from the letters and digits of a name, so that `+1` and `-1` become the same field, and
//! it names the field of further properties `extra`. Each such property is passed under a name of its own. The
//! attribute of the generated field then gets the name of the document back.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use serde_json::{Map, Value};
use syn::visit_mut::{self, VisitMut};

use crate::openapi::normalize::argument_name;

/// Field of the properties that a schema does not declare.
const EXTRA: &str = "extra";

/// End of a passed name, which does not occur in documents and not in the name of the field.
const MARK: char = '\u{1}';

/// Names that were passed to progenitor, with the names in the document.
#[derive(Debug, Default)]
pub(super) struct FieldNames(BTreeMap<String, String>);

impl FieldNames {
    /// Renames the properties of an object schema whose fields would not be unique.
    pub(super) fn separate(&mut self, schema: &mut Map<String, Value>) {
        let has_rest = schema
            .get("additionalProperties")
            .is_some_and(Value::is_object);
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return;
        };
        let keeps_name = |name: &str| argument_name(name) == name && !(has_rest && name == EXTRA);
        // Names that need no change take precedence.
        let mut taken: BTreeSet<String> = properties.keys().cloned().collect();
        taken.retain(|name| keeps_name(name));
        taken.extend(has_rest.then(|| EXTRA.to_owned()));
        let mut renamed: BTreeMap<String, String> = BTreeMap::new();
        for name in properties.keys().filter(|name| !keeps_name(name)) {
            if !taken.insert(argument_name(name)) {
                let field = free_name(name, &taken);
                renamed.insert(name.clone(), self.passed(name, &field));
                taken.insert(field);
            }
        }
        if renamed.is_empty() {
            return;
        }
        let all = std::mem::take(properties).into_iter();
        let rename = |name: String| renamed.get(&name).cloned().unwrap_or(name);
        *properties = all
            .map(|(name, property)| (rename(name), property))
            .collect();
        let required = schema.get_mut("required").and_then(Value::as_array_mut);
        for name in required.into_iter().flatten() {
            if let Some(passed) = name.as_str().and_then(|name| renamed.get(name)) {
                *name = Value::String(passed.clone());
            }
        }
    }

    /// Returns the name under which a property is passed, so that its field has the name `field`.
    fn passed(&mut self, name: &str, field: &str) -> String {
        let mut passed = format!("{field}{MARK}");
        while self.0.get(&passed).is_some_and(|known| known != name) {
            passed.push(MARK);
        }
        self.0.insert(passed.clone(), name.to_owned());
        passed
    }

    /// Restores the names of the document in the attributes of the generated fields.
    pub(super) fn restore(&self, file: &mut syn::File) {
        if !self.0.is_empty() {
            Restore(&self.0).visit_file_mut(file);
        }
    }
}

/// Returns a name of a field that is not taken: in words if the name has a sign, else with a number.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let field = argument_name(name);
    let spelled = match name.chars().next() {
        Some('+') => Some(format!("plus {name}")),
        Some('-') => Some(format!("minus {name}")),
        _ => (name == EXTRA).then(|| format!("{name} value")),
    };
    let spelled = spelled.map(|name| argument_name(&name));
    let numbered = (2_usize..).map(|number| format!("{field}_{number}"));
    let mut candidates = spelled.into_iter().chain(numbered);
    candidates
        .find(|name| !taken.contains(name))
        .unwrap_or(field)
}

/// Visitor that restores the names.
struct Restore<'n>(&'n BTreeMap<String, String>);

impl VisitMut for Restore<'_> {
    fn visit_field_mut(&mut self, field: &mut syn::Field) {
        for attribute in &mut field.attrs {
            if let syn::Meta::List(list) = &mut attribute.meta
                && list.path.is_ident("serde")
            {
                list.tokens = self.restored(std::mem::take(&mut list.tokens));
            }
        }
        visit_mut::visit_field_mut(self, field);
    }
}

impl Restore<'_> {
    fn restored(&self, tokens: TokenStream) -> TokenStream {
        let tokens = tokens.into_iter().map(|token| match token {
            TokenTree::Group(group) => {
                let inner = self.restored(group.stream());
                TokenTree::Group(Group::new(group.delimiter(), inner))
            }
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
                let declared = text.ok().and_then(|text| self.0.get(&text.value()));
                let declared = declared.map(|name| Literal::string(name));
                TokenTree::Literal(declared.unwrap_or(literal))
            }
            other => other,
        });
        tokens.collect()
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;
    use syn::parse_quote;

    use super::*;

    fn separated(schema: Value) -> (Value, FieldNames) {
        let mut names = FieldNames::default();
        let mut schema = schema;
        if let Some(schema) = schema.as_object_mut() {
            names.separate(schema);
        }
        (schema, names)
    }

    #[test]
    fn properties_of_one_field_are_passed_under_other_names() {
        let (schema, _) = separated(json!({
            "properties": {"+1": {}, "-1": {}, "Id": {}, "id": {}, "ID": {}, "a b": {}},
            "required": ["-1", "id"],
        }));
        let names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["+1", "minus_1\u{1}", "id_2\u{1}", "id", "id_3\u{1}", "a b"]
        );
        assert_eq!(schema["required"], json!(["minus_1\u{1}", "id"]));
    }

    #[test]
    fn a_property_named_extra_is_renamed_beside_further_properties() {
        let properties = json!({"extra": {}});
        let (schema, _) = separated(json!({"properties": properties}));
        assert_eq!(schema["properties"], properties);
        let (schema, _) = separated(json!({"properties": properties, "additionalProperties": {}}));
        assert_eq!(schema["properties"], json!({"extra_value\u{1}": {}}));
    }

    #[test]
    fn attributes_get_the_names_of_the_document_back() {
        let mut names = FieldNames::default();
        for name in ["-1", "minus_1 "] {
            names.passed(name, "minus_1");
        }
        let mut file: syn::File = parse_quote! {
            struct A {
                #[serde(rename = "minus_1\u{1}", default)]
                minus_1: i64,
                #[serde(rename = "minus_1\u{1}\u{1}")]
                minus_1_2: i64,
                #[serde(rename = "other")]
                x: i64,
            }
        };
        names.restore(&mut file);
        let text = file.to_token_stream().to_string();
        for name in ["\"-1\"", "\"minus_1 \"", "\"other\""] {
            assert!(text.contains(&format!("rename = {name}")), "{text}");
        }
    }
}
