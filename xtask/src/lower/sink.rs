//! Descriptions of the parameters and properties that values are sent as, for messages.

use crate::arazzo::document::{Step, Workflow};

/// Returns a description of what the value at a location is sent as, such as "the parameter `limit` of the step `list`".
pub(crate) fn describe_sink(workflow: &Workflow, pointer: &str) -> Option<String> {
    let mut sinks = workflow
        .steps
        .iter()
        .filter_map(|step| Some((step, of_step(step, pointer)?)));
    let (step, sink) = sinks.next()?;
    // A parameter of the workflow is sent by several steps.
    Some(match sinks.next() {
        Some(_) => sink,
        // The expansion of `dependsOn` calls the other workflow in a step of its own.
        None => match step.id.strip_prefix("$workflows.") {
            Some(workflow) => {
                let input = sink.replace("the parameter", "the input");
                format!("{input} of the workflow `{workflow}`")
            }
            None => format!("{sink} of the step `{}`", step.id),
        },
    })
}

fn of_step(step: &Step, pointer: &str) -> Option<String> {
    for parameter in &step.parameters {
        if let Some(part) = part(pointer, &parameter.value_pointer) {
            return Some(with_part("the parameter", &parameter.name, &part));
        }
    }
    for security in &step.security {
        if part(pointer, &security.pointer).is_some() {
            return Some(format!("the credential `{}`", security.scheme));
        }
    }
    let body = step.body.as_ref()?;
    for replacement in &body.replacements {
        if let Some(part) = part(pointer, &replacement.pointer) {
            let target = replacement.target.trim_start_matches(['#', '/']);
            let part = part.strip_prefix("value").unwrap_or_default();
            return Some(with_part("the property", &target.replace('/', "."), part));
        }
    }
    let part = part(pointer, &format!("{}/payload", body.pointer))?;
    Some(match part.as_str() {
        "" => "the request body".to_owned(),
        part => format!("the property `{part}`"),
    })
}

fn with_part(kind: &str, name: &str, part: &str) -> String {
    match part.trim_start_matches('.') {
        "" => format!("{kind} `{name}`"),
        part => format!("`{part}` of {kind} `{name}`"),
    }
}

/// Returns the part of a value that a location selects, with dots between the names; empty for the whole value.
fn part(pointer: &str, of: &str) -> Option<String> {
    let rest = pointer.strip_prefix(of)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let names = rest.split('/').skip(1);
    let names = names.map(|name| name.replace("~1", "/").replace("~0", "~"));
    Some(names.collect::<Vec<_>>().join("."))
}
