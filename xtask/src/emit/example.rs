//! Examples in the documentation, which compile as a user of the generated crate would write them.

use serde_json::Value;

use super::file::RuntimePath;
use crate::model::{Ty, Workflow};
use crate::names::bare;

/// Paths of the generated crate and of its runtime, as seen by its users.
pub struct Outside<'a> {
    /// Name of the generated crate.
    pub krate: &'a str,
    /// Path of the module of the workflows in it.
    pub workflows: String,
    /// Path of the runtime, including the trailing `::`.
    pub runtime: String,
}

impl<'a> Outside<'a> {
    /// Returns the paths of a crate with this name. `workflows` is the module of the workflows in it.
    pub fn of(krate: &'a str, workflows: &str, runtime: &RuntimePath) -> Self {
        Self {
            krate,
            workflows: format!("{krate}::{}", workflows.replace('/', "::")),
            runtime: self::runtime(krate, runtime),
        }
    }
}

/// Returns the path of the runtime including the trailing `::`. The generated crate may contain it as a module.
pub fn runtime(krate: &str, runtime: &RuntimePath) -> String {
    let text = runtime.text();
    match text.strip_prefix("crate::") {
        Some(path) => format!("{krate}::{path}::"),
        None => format!("{}::", text.trim_start_matches("::")),
    }
}

/// Returns an example that runs a workflow. A value that a literal cannot express is read from its inputs.
pub fn of_workflow(outside: &Outside<'_>, workflow: &Workflow) -> String {
    let names = &workflow.names;
    let mut parameters = vec![format!("workflows: {}::Workflows", outside.workflows)];
    let mut arguments = Vec::new();
    let required = workflow
        .inputs
        .iter()
        .filter(|input| input.variable.is_none() && input.required);
    for input in required {
        let field = bare(&input.field);
        // An input takes a list of exactly its type.
        let literal = match &input.ty {
            Ty::List(item) if **item == Ty::String => {
                let item = sample(item, &field, None);
                item.map(|item| format!("[{item}.to_owned()]"))
            }
            Ty::List(_) => None,
            ty => sample(ty, &field, None),
        };
        arguments.push(match literal {
            Some(literal) => literal,
            None => {
                let inputs = format!("inputs: {}::{}", outside.workflows, names.inputs);
                if parameters.len() == 1 {
                    parameters.push(inputs);
                }
                format!("inputs.{}", input.field)
            }
        });
    }
    let call = format!("workflows.{}({})", names.method, arguments.join(", "));
    format!(
        "# Example\n\n```no_run\n\
         # async fn example({}) -> Result<(), {}Error> {{\n\
         let outputs = {call}.run().await?;\n\
         # Ok(())\n# }}\n```",
        parameters.join(", "),
        outside.runtime,
    )
}

/// Returns a literal for an argument, if its type has literals.
pub fn sample(ty: &Ty, name: &str, example: Option<&Value>) -> Option<String> {
    Some(match ty {
        Ty::String | Ty::Secret | Ty::Text { .. } => {
            let plain = example
                .and_then(Value::as_str)
                .filter(|text| text.len() <= 40);
            let text = plain.map_or_else(|| name.replace('_', "-"), str::to_owned);
            format!("{text:?}")
        }
        Ty::Integer(integer) if !integer.is_non_zero() => match example.and_then(Value::as_i64) {
            Some(number) => number.to_string(),
            None => "1".to_owned(),
        },
        Ty::Number => "1".to_owned(),
        Ty::Bool => "true".to_owned(),
        Ty::List(item) => format!("[{}]", sample(item, name, None)?),
        _ => return None,
    })
}
