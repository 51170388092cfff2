//! Alternatives of a schema with a discriminator.

use serde_json::Value;

use crate::diagnostic::unescape;
use crate::lint::schema::{SchemaLookup, look_up};
use crate::openapi::description::{ApiDescription, members};

/// Alternatives of a schema, by the value of a property.
pub(super) struct Union<'d> {
    /// Name of the property.
    pub(super) property: &'d str,
    /// Value of the property, and the alternative that it selects.
    pub(super) alternatives: Vec<(String, &'d Value)>,
}

impl<'d> Union<'d> {
    /// Reads the discriminator of a schema. Returns `None` if an alternative has no known value.
    pub(super) fn read(api: ApiDescription<'d>, schema: &'d Value) -> Option<Self> {
        let schema = api.resolve_value(schema);
        let discriminator = schema.get("discriminator")?;
        let property = discriminator.get("propertyName")?.as_str()?;
        let listed = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
        let mapping = || members(discriminator.get("mapping"));
        let mut alternatives = Vec::new();
        for alternative in listed.as_array()? {
            let reference = alternative.get("$ref")?.as_str()?;
            let (_, name) = reference.rsplit_once('/')?;
            // An undeclared property is reported for the API description.
            let declared = look_up(Some(api), alternative, &[property.to_owned()]);
            if matches!(declared, SchemaLookup::Missing { .. }) {
                return None;
            }
            let is_own = |target: &&Value| {
                let target = target.as_str().unwrap_or_default();
                target == reference || target == name
            };
            let tags: Vec<&String> = mapping()
                .filter(|(_, target)| is_own(target))
                .map(|(tag, _)| tag)
                .collect();
            match tags.is_empty() {
                true => alternatives.push((unescape(name), alternative)),
                false => {
                    let tags = tags.into_iter().cloned();
                    alternatives.extend(tags.map(|tag| (tag, alternative)));
                }
            }
        }
        // A mapping to something else is reported for the API description.
        let known = |tag: &String| alternatives.iter().any(|(known, _)| known == tag);
        if mapping().any(|(tag, _)| !known(tag)) {
            return None;
        }
        (!alternatives.is_empty()).then_some(Self {
            property,
            alternatives,
        })
    }

    /// Returns the known values of the property.
    pub(super) fn tags(&self) -> Vec<String> {
        let tags = self.alternatives.iter();
        tags.map(|(tag, _)| tag.clone()).collect()
    }
}
