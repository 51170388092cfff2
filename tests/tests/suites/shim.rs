//! Code that makes a generated crate runnable: a function that runs its workflow `main` with inputs in JSON.
//!
//! It is compiled as a module of that crate.

use std::fs;
use std::path::Path;

use quote::ToTokens as _;
use syn::{FnArg, Item, Type};

use tests::scratch_crates::write_changed;

/// The crate root with the shim, which the manifest refers to.
const ROOT: &str = "src/suite_root.rs";
const MODULE: &str = "src/suite_shim.rs";

/// Adds the shim to a generated crate that has a workflow `main`.
pub(super) fn add(folder: &Path) {
    // `main` is reserved among modules.
    let source = fs::read_to_string(folder.join("src/workflows/main_.rs")).expect("a workflow");
    let file = syn::parse_file(&source).expect("generated Rust");
    write_changed(&folder.join(MODULE), &module(&file));
    let root = fs::read_to_string(folder.join("src/lib.rs")).expect("a crate root");
    write_changed(
        &folder.join(ROOT),
        &format!("{root}\npub mod suite_shim;\n"),
    );
    let manifest = folder.join("Cargo.toml");
    let mut text = fs::read_to_string(&manifest).expect("a manifest");
    for (name, line) in [
        (
            "serde",
            "serde = { version = \"1\", features = [\"derive\"] }",
        ),
        ("serde_json", "serde_json = \"1\""),
    ] {
        if !text.contains(&format!("\n{name} = ")) {
            text = text.replace("[dependencies]\n", &format!("[dependencies]\n{line}\n"));
        }
    }
    fs::write(manifest, format!("{text}\n[lib]\npath = \"{ROOT}\"\n")).expect("a manifest");
}

fn module(file: &syn::File) -> String {
    let functions = file.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some(function),
        _ => None,
    });
    let main = functions
        .into_iter()
        .find(|function| function.sig.ident == "main")
        .expect("an entry function");
    let arguments: Vec<String> = main.sig.inputs.iter().map(argument).collect();
    format!(
        "\
#![allow(missing_docs, unused_variables, unused_imports, dead_code)]
use crate::workflows::main_::*;
use crate::*;
use serde_json::Value;

pub async fn run(transport: pipedream_sdk_runtime::Transport, given: Value) -> Result<Value, String> {{
    let inputs: MainInputs = serde_json::from_value(given).map_err(|error| format!(\"inputs: {{error}}\"))?;
    let outputs = main({}).await.map_err(|error| error.to_string())?;
    let outputs = serde_json::to_value(&outputs).map_err(|error| error.to_string())?;
    Ok(outputs.get(\"r\").cloned().unwrap_or_default())
}}
",
        arguments.join(", ")
    )
}

/// Returns the code for an argument of the entry function.
fn argument(argument: &FnArg) -> String {
    let FnArg::Typed(argument) = argument else {
        return String::new();
    };
    match &*argument.ty {
        Type::Reference(client) => {
            let client = client.elem.to_token_stream().to_string().replace(' ', "");
            format!("&{client}::new(transport.clone())")
        }
        _ => "inputs".to_owned(),
    }
}

/// Returns the program that runs one of these crates: `driver CRATE ADDRESS INPUTS`.
pub(super) fn driver(crates: &[String], runtime: &Path) -> Vec<(&'static str, String)> {
    let dependencies: String = crates
        .iter()
        .map(|name| format!("{name} = {{ path = \"../{name}\" }}\n"))
        .collect();
    let arms: String = crates
        .iter()
        .map(|name| {
            let krate = name.replace('-', "_");
            format!("        {name:?} => {krate}::suite_shim::run(transport, given).await,\n")
        })
        .collect();
    let manifest = format!(
        "\
[package]
name = \"driver\"
version = \"0.1.0\"
edition = \"2024\"
publish = false

[dependencies]
pipedream-sdk-runtime = {{ path = {:?}, default-features = false }}
reqwest = {{ version = \"0.13\", default-features = false }}
serde_json = \"1\"
tokio = {{ version = \"1\", features = [\"rt\", \"macros\", \"time\", \"net\"] }}
{dependencies}",
        runtime.display().to_string()
    );
    // All base URLs are replaced with the recording server, including those of single operations.
    let main = format!(
        "\
use pipedream_sdk_runtime::{{CallOptions, Transport}};

#[tokio::main(flavor = \"current_thread\")]
async fn main() {{
    let arguments: Vec<String> = std::env::args().collect();
    let proxy = reqwest::Proxy::all(format!(\"http://{{}}\", arguments[2])).unwrap();
    let http = reqwest::Client::builder().proxy(proxy).redirect(reqwest::redirect::Policy::none());
    let transport = Transport::builder(\"http://127.0.0.1:18082\")
        .http(http.build().unwrap())
        .options(CallOptions::new().max_retries(0))
        .build()
        .unwrap();
    let given: serde_json::Value = serde_json::from_str(&arguments[3]).unwrap();
    let result = match arguments[1].as_str() {{
{arms}        other => Err(format!(\"no crate {{other}}\")),
    }};
    match result {{
        Ok(value) => println!(\"OK {{value}}\"),
        Err(error) => println!(\"ERR {{error}}\"),
    }}
}}
"
    );
    vec![("Cargo.toml", manifest), ("src/main.rs", main)]
}
