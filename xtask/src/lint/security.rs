//! Checks of credentials: those that operations accept and those that steps declare.

use std::collections::BTreeSet;

use super::requests::Checker;
use crate::arazzo::document::{Description, Step, Target, Workflow};
use crate::arazzo::sources::Sources;
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::openapi::description::{ApiDescription, Operation};

impl Checker<'_> {
    pub(crate) fn security<'d>(
        &mut self,
        step: &Step,
        api: ApiDescription<'d>,
        operation: &Operation<'d>,
    ) {
        let accepted: BTreeSet<&str> = api.alternatives(operation).into_iter().flatten().collect();
        for security in &step.security {
            let at = child(&security.pointer, "schemeName");
            if !api.schemes().any(|(scheme, _)| scheme == security.scheme) {
                let message = format!("unknown security scheme `{}`", shorten(&security.scheme));
                self.report.add(
                    Code::UnknownScheme,
                    &at,
                    message,
                    "not declared",
                    did_you_mean(&security.scheme, api.schemes().map(|(scheme, _)| scheme)),
                );
            } else if !accepted.contains(security.scheme.as_str()) {
                let message = format!(
                    "{} does not accept the security scheme `{}`, so the credential is not sent",
                    operation.title(),
                    shorten(&security.scheme)
                );
                let accepted: Vec<&str> = accepted.iter().copied().collect();
                let accepted = match accepted.as_slice() {
                    [] => "the operation accepts no credential".to_owned(),
                    names => format!("accepted schemes: {}", names.join(", ")),
                };
                self.report.add(
                    Code::CredentialNotSent,
                    &at,
                    message,
                    "not accepted",
                    Some(format!(
                        "{accepted}; an overlay can add the scheme to the `security` of the operation"
                    )),
                );
            }
        }
    }
}

/// Warns about steps that do not accept the credential of the other steps and declare none.
pub(crate) fn credentials(
    description: &Description,
    workflow: &Workflow,
    sources: &Sources<'_>,
    found: &mut Diagnostics,
) {
    let mut needs = Vec::new();
    for step in &workflow.steps {
        let Target::Operation(reference) = &step.target else {
            continue;
        };
        let Ok((source, api, operation)) = sources.operation(reference) else {
            continue;
        };
        // A requirement with an undeclared scheme has its own finding.
        let declared = |scheme: &&str| api.schemes().any(|(known, _)| known == *scheme);
        if let (Some(accepted), true) = (api.security(operation), step.security.is_empty())
            && accepted.iter().flatten().all(declared)
        {
            needs.push((step, source, accepted));
        }
    }
    // Assumes that the client has the credential that most steps accept.
    let alternatives: BTreeSet<(&str, &Vec<&str>)> = needs
        .iter()
        .flat_map(|(_, source, accepted)| {
            accepted
                .iter()
                .map(move |alternative| (*source, alternative))
        })
        .collect();
    for (step, source, accepted) in &needs {
        let served = |alternative: &&Vec<&str>| {
            needs
                .iter()
                .filter(|(_, other, accepted)| other == source && accepted.contains(alternative))
                .count()
        };
        let best = alternatives
            .iter()
            .filter(|(other, _)| other == source)
            .map(|(_, alternative)| *alternative)
            .max_by_key(served);
        let Some(best) = best.filter(|best| !accepted.contains(best)) else {
            continue;
        };
        let accepted: Vec<_> = accepted
            .iter()
            .map(|alternative| alternative.join(" with "))
            .collect();
        let (accepted, best) = (accepted.join(" or "), best.join(" with "));
        found.push(
            Diagnostic::new(
                Code::UnsatisfiedSecurity,
                &description.file,
                &step.pointer,
                format!("the step `{}` accepts only {accepted}, but other steps of the workflow use {best}", step.id),
            )
            .label("requires another credential")
            .help(format!("add `x-security` with `schemeName: {accepted}` and its values")),
        );
    }
}
