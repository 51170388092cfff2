//! Types of error bodies: generated for `Error::body_as`, and named in the documentation of methods and types.

use std::collections::BTreeMap;

use super::type_docs::attributes;
use super::{Method, Schemas};
use crate::names::bare;
use crate::openapi::description::{ApiDescription, Operation};
use crate::openapi::extensions::ERRORS;
use crate::openapi::progenitor::types::Types;
use crate::rustdoc;

/// Maximum number of methods that the documentation of a type names.
const NAMED: usize = 12;

/// Types of the error bodies of all operations.
#[derive(Clone, Debug, Default)]
pub(super) struct ErrorBodies {
    /// Status and type name of each error body, by `operationId`.
    by_operation: BTreeMap<String, Vec<(String, String)>>,
}

impl ErrorBodies {
    /// Reads the types of the errors that are components.
    pub(super) fn of(schemas: &Schemas, api: ApiDescription<'_>) -> Self {
        let types = schemas.by_pointer();
        let mut by_operation = BTreeMap::new();
        for operation in api.operations() {
            let errors = of_operation(&operation, api, &types);
            if let (Some(id), false) = (operation.id, errors.is_empty()) {
                by_operation.insert(id.to_owned(), errors);
            }
        }
        Self { by_operation }
    }

    /// Returns the names of all types.
    pub(super) fn types(&self) -> impl Iterator<Item = &str> {
        let all = self.by_operation.values().flatten();
        all.map(|(_, ty)| ty.as_str())
    }

    /// Returns the documentation of the error bodies of a method.
    pub(super) fn sentence(&self, operation: &str) -> Option<String> {
        let mut types: Vec<(&str, Vec<&str>)> = Vec::new();
        for (status, ty) in self.by_operation.get(operation)? {
            match types.iter_mut().find(|(known, _)| known == ty) {
                Some((_, statuses)) => statuses.push(status),
                None => types.push((ty, vec![status])),
            }
        }
        let bodies = types.iter();
        let bodies: Vec<String> = bodies
            .map(|(ty, statuses)| format!("`types::{ty}` ({})", statuses.join(", ")))
            .collect();
        Some(format!("Error bodies: {}.", bodies.join(", ")))
    }

    /// Names the methods whose errors have a type, in the documentation of the type.
    pub(super) fn document(&self, types: &mut Types, methods: &[Method]) {
        let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for method in methods {
            let mut statuses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            let errors = self.by_operation.get(&method.operation);
            for (status, ty) in errors.into_iter().flatten() {
                statuses.entry(ty).or_default().push(status);
            }
            let name = bare(&method.function.sig.ident);
            for (ty, statuses) in statuses {
                let user = format!("`{name}` ({})", statuses.join(", "));
                users.entry(ty).or_default().push(user);
            }
        }
        for (ty, mut users) in users {
            let others = users.len().saturating_sub(NAMED);
            users.truncate(NAMED);
            let and_others = match others {
                0 => String::new(),
                1 => " and of another method".to_owned(),
                others => format!(" and of {others} other methods"),
            };
            let sentence = format!("Error body of {}{and_others}.", users.join(", "));
            if let Some(item) = types.items.get_mut(ty) {
                let mut lines = match item.docs().is_empty() {
                    true => Vec::new(),
                    false => vec![String::new()],
                };
                lines.extend(rustdoc::lines(&sentence));
                item.add_docs(attributes(&lines));
            }
        }
    }
}

fn of_operation(
    operation: &Operation<'_>,
    api: ApiDescription<'_>,
    types: &BTreeMap<&str, &str>,
) -> Vec<(String, String)> {
    let responses = operation.part.get(ERRORS).map(|errors| errors.members());
    let of = |(status, response): (&str, _)| {
        let schema = api.content_schema(&response)?;
        let ty = types.get(api.schema(schema).pointer.as_str())?;
        Some((status.to_owned(), (*ty).to_owned()))
    };
    responses.into_iter().flatten().filter_map(of).collect()
}
