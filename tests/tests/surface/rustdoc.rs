//! Reads rustdoc's JSON output for the types in public signatures. Uses as little of the format as possible,
//! because it changes with the compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

/// The documentation of several crates that refer to each other.
pub(crate) struct Docs {
    crates: BTreeMap<String, Crate>,
}

struct Crate {
    root: String,
    items: Map<String, Value>,
    /// Definitions of items of this crate and of others, by ID.
    paths: Map<String, Value>,
    /// Names of other crates, by number.
    others: Map<String, Value>,
    /// IDs of the items of this crate, by path of their definition.
    ids: BTreeMap<String, String>,
}

/// A type or trait of another crate in a public signature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Foreign {
    /// Crate that defines it.
    pub(crate) owner: String,
    /// Full path.
    pub(crate) path: String,
    pub(crate) is_trait: bool,
}

impl Docs {
    /// Documents packages of this workspace, in a folder that is kept between runs.
    pub(crate) fn of(packages: &[&str], features: &str) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rustdoc");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["doc", "--quiet", "--locked", "--no-deps"])
            .args(["--no-default-features", "--features", features])
            .args(packages.iter().flat_map(|it| ["--package", it]))
            .current_dir(tests::repository())
            .env("CARGO_TARGET_DIR", &target)
            // Stable rustdoc only supports JSON output with this variable.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTDOCFLAGS", "-Zunstable-options --output-format json")
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr:.8000}");
        let crates = packages.iter().map(|package| {
            let name = package.replace('-', "_");
            let file = target.join("doc").join(format!("{name}.json"));
            let text = std::fs::read_to_string(file).expect("the documentation");
            let text = serde_json::from_str(&text).expect("JSON");
            (name, Crate::read(text))
        });
        Self {
            crates: crates.collect(),
        }
    }

    /// Returns the foreign types in the signatures that are reachable from the root of a crate, with the items that
    /// use them. Follows re-exports and skips items that are hidden from the documentation.
    pub(crate) fn signatures(&self, name: &str) -> BTreeMap<Foreign, BTreeSet<String>> {
        let mut found: BTreeMap<Foreign, BTreeSet<String>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut left = vec![(name, self.krate(name).root.clone(), String::new())];
        while let Some((name, id, within)) = left.pop() {
            let krate = self.krate(name);
            let Some(item) = krate.items.get(&id) else {
                // Items of our own crates are followed; of other crates only the name matters.
                let (owner, path, is_trait) = krate.definition(name, &id);
                if let Some((owner, krate)) = self.crates.get_key_value(owner) {
                    let id = krate.ids.get(&path).expect("an item where it is defined");
                    left.push((owner, id.clone(), within));
                } else {
                    let owner = owner.to_owned();
                    let foreign = Foreign {
                        owner,
                        path,
                        is_trait,
                    };
                    found.entry(foreign).or_default().insert(within);
                }
                continue;
            };
            // Blanket implementations of other crates are out of our control.
            if item["crate_id"] != 0 || !seen.insert((name, id.clone())) {
                continue;
            }
            let within = match (krate.paths.get(&id), item["name"].as_str()) {
                (Some(defined), _) => joined(&defined["path"]),
                (None, Some(name)) => format!("{within}::{name}"),
                (None, None) => within,
            };
            let mut ids = Vec::new();
            references(&item["inner"], &mut ids);
            left.extend(ids.into_iter().map(|id| (name, id, within.clone())));
        }
        found
    }

    /// The documentation of every item that is not hidden, with the item's path or name.
    pub(crate) fn documentation(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, krate) in &self.crates {
            for (id, item) in &krate.items {
                let Some(text) = item["docs"].as_str() else {
                    continue;
                };
                if item["crate_id"] != 0 || text.is_empty() {
                    continue;
                }
                let path = match krate.paths.get(id) {
                    Some(defined) => joined(&defined["path"]),
                    None => {
                        let file = item["span"]["filename"].as_str().unwrap_or(name);
                        format!("{file}: {}", item["name"].as_str().unwrap_or_default())
                    }
                };
                found.push((path, text.to_owned()));
            }
        }
        found
    }

    fn krate(&self, name: &str) -> &Crate {
        self.crates.get(name).expect("a crate that was documented")
    }
}

impl Crate {
    fn read(mut text: Value) -> Self {
        let mut object = |name: &str| match text[name].take() {
            Value::Object(fields) => fields,
            _ => panic!("rustdoc's JSON has no {name}"),
        };
        let (items, paths, others) = (object("index"), object("paths"), object("external_crates"));
        let own = paths.iter().filter(|(_, it)| it["crate_id"] == 0);
        let ids = own.map(|(id, it)| (joined(&it["path"]), id.clone()));
        Self {
            ids: ids.collect(),
            root: id(&text["root"]).expect("a root"),
            items,
            paths,
            others,
        }
    }

    /// Returns the crate that defines this ID, its path there, and whether it is a trait.
    fn definition<'a>(&'a self, name: &'a str, id: &str) -> (&'a str, String, bool) {
        let known = self.paths.get(id).expect("the path of the ID");
        let owner = match known["crate_id"].to_string() {
            own if own == "0" => name,
            other => self.others[&other]["name"].as_str().expect("a name"),
        };
        (owner, joined(&known["path"]), known["kind"] == "trait")
    }
}

/// Collects the IDs that an item contains or refers to in its signature.
fn references(of: &Value, ids: &mut Vec<String>) {
    match of {
        Value::Array(items) => items.iter().for_each(|it| references(it, ids)),
        Value::Object(fields) => {
            // Implementations that the compiler adds to every type.
            if of["is_synthetic"] == true || of["blanket_impl"].is_object() {
                return;
            }
            // A path, with or without arguments, or a re-export.
            if fields.contains_key("args") || fields.contains_key("source") {
                ids.extend(id(&of["id"]));
            }
            for held in ["items", "impls", "variants", "fields", "tuple"] {
                let held = of[held].as_array().into_iter().flatten();
                ids.extend(held.filter_map(id));
            }
            for (name, field) in fields {
                // The implementers of a trait are not part of its signature.
                if name != "implementations" {
                    references(field, ids);
                }
            }
        }
        _ => {}
    }
}

/// Returns an ID, which is a number, or a string in earlier versions of the format.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(id) => Some(id.to_string()),
        Value::String(id) => Some(id.clone()),
        _ => None,
    }
}

fn joined(path: &Value) -> String {
    let names = path.as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join("::")
}
