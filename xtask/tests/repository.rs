//! Tests of the program with the documents of this repository: the committed code is up to date, and a change to
//! only the documents or only the code is reported.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CLIENT: &str = "generated/src/pipedream/client.rs";
const WORKFLOW: &str = "arazzo/pipedream-token-validation-workflow.yml";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs the program as cargo does in the repository with this root.
fn xtask(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(root)
        .env("CARGO_MANIFEST_DIR", root.join("xtask"))
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Copies the documents and the generated code to a temporary folder.
fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["openapi", "arazzo", "generated"] {
        copy_folder(&repository().join(part), &folder.path().join(part));
    }
    fs::create_dir_all(folder.path().join("sdk/runtime")).unwrap();
    folder
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Replaces a string in a file that must contain it.
fn edit(root: &Path, file: &str, old: &str, new: &str) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} has no {old:?}");
    fs::write(path, text.replacen(old, new, 1)).unwrap();
}

/// Reads every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn committed_code_is_up_to_date_and_without_warnings() {
    let checked = xtask(&repository(), &["codegen", "--check", "--deny-warnings"]);
    let output = text(&checked.stdout) + &text(&checked.stderr);
    assert_eq!((code(&checked), output.as_str()), (0, ""));
}

#[test]
fn check_reports_a_changed_description() {
    let folder = copy();
    let before = files(folder.path());
    let api = "openapi/pipedream-openapi.yml";
    edit(
        folder.path(),
        api,
        "Runs an action for",
        "Runs one action for",
    );
    let changed = xtask(folder.path(), &["codegen", "--check"]);
    let report = text(&changed.stdout);
    assert_eq!(code(&changed), 4, "{report}");
    for part in [
        &format!("changed: {CLIENT}"),
        "-    /// Runs an action for",
        "+    /// Runs one action for",
        "    cargo xtask codegen\n",
    ] {
        assert!(report.contains(part), "{part} in\n{report}");
    }
    edit(
        folder.path(),
        api,
        "Runs one action for",
        "Runs an action for",
    );
    assert!(files(folder.path()) == before, "checking writes nothing");
}

#[test]
fn codegen_reverts_manual_changes_to_generated_code() {
    let folder = copy();
    let root = folder.path();
    let before = files(&root.join("generated"));
    edit(
        root,
        CLIENT,
        "pub async fn list_apps(",
        "pub async fn list_the_apps(",
    );
    fs::remove_file(root.join("generated/src/workflows/app_discovery.rs")).unwrap();
    fs::write(root.join("generated/src/pipedream/mine.rs"), "// mine\n").unwrap();
    let checked = xtask(root, &["codegen", "--check"]);
    let report = text(&checked.stdout);
    assert_eq!(code(&checked), 4, "{report}");
    for part in [
        &format!("changed: {CLIENT}"),
        "-    pub async fn list_the_apps(",
        "+    pub async fn list_apps(",
        "missing: generated/src/workflows/app_discovery.rs",
        "extra: generated/src/pipedream/mine.rs",
    ] {
        assert!(report.contains(part), "{part} in\n{report}");
    }

    assert_eq!(code(&xtask(root, &["codegen"])), 0);
    assert!(files(&root.join("generated")) == before);
    assert_eq!(code(&xtask(root, &["codegen", "--check"])), 0);
}

#[test]
fn codegen_reports_a_renamed_operation_and_writes_nothing() {
    let folder = copy();
    edit(
        folder.path(),
        WORKFLOW,
        "operationId: validateToken",
        "operationId: checkToken",
    );
    let before = files(folder.path());
    let output = xtask(folder.path(), &["codegen"]);
    let shown = text(&output.stderr);
    assert_eq!(code(&output), 1, "{shown}");
    for part in [
        "error[unknown-operation]",
        "`checkToken`",
        &format!("--> {WORKFLOW}:"),
        "operationId: checkToken\n",
        "1 error\n",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    assert!(files(folder.path()) == before);
}

#[test]
fn deny_warnings_turns_a_warning_into_an_error() {
    let folder = copy();
    edit(
        folder.path(),
        WORKFLOW,
        "../openapi/pipedream-openapi.yml",
        "../gone.yml",
    );
    // The digest of the document is part of the generated code.
    assert_eq!(code(&xtask(folder.path(), &["codegen"])), 0);
    let allowed = xtask(folder.path(), &["codegen", "--check"]);
    assert_eq!(code(&allowed), 0, "{}", text(&allowed.stdout));
    assert!(
        text(&allowed.stderr).contains("warning[dangling-source]"),
        "{}",
        text(&allowed.stderr)
    );
    let denied = xtask(folder.path(), &["codegen", "--check", "--deny-warnings"]);
    assert_eq!(code(&denied), 1);
    assert!(
        text(&denied.stderr).contains("error[dangling-source]"),
        "{}",
        text(&denied.stderr)
    );
}

#[test]
fn codegen_writes_the_same_bytes_twice() {
    let folder = copy();
    let written = |out: &str| {
        let done = xtask(
            folder.path(),
            &["codegen", "--out", out, "--runtime", "0.1.0"],
        );
        assert_eq!(code(&done), 0, "{}", text(&done.stderr));
        let root = folder.path().join(out);
        let files = files(&root).into_iter();
        let files =
            files.map(|(path, bytes)| (path.strip_prefix(&root).unwrap().to_owned(), bytes));
        files.collect::<BTreeMap<PathBuf, Vec<u8>>>()
    };
    // The package is named after its folder.
    let (first, second) = (written("first/sdk"), written("second/sdk"));
    assert!(first == second);
    assert!(first.len() > 20);
}
