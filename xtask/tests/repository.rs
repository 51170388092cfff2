//! The program on this repository's own documents: whether what is committed is current, and what is noticed when
//! somebody changes one side alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CLIENT: &str = "generated/src/pipedream/client.rs";
const WORKFLOW: &str = "arazzo/pipedream-token-validation-workflow.yml";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The program as cargo runs it in the repository with this root.
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

/// A copy of the documents and of what was generated from them.
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

/// Replaces a text that has to be there.
fn edit(root: &Path, file: &str, old: &str, new: &str) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} has no {old:?}");
    fs::write(path, text.replacen(old, new, 1)).unwrap();
}

/// Every file below a folder, with its bytes.
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
fn what_is_committed_is_current_and_without_warnings() {
    let checked = xtask(&repository(), &["codegen", "--check", "--deny-warnings"]);
    let said = text(&checked.stdout) + &text(&checked.stderr);
    assert_eq!((code(&checked), said.as_str()), (0, ""));
}

#[test]
fn a_changed_description_makes_the_code_stale() {
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
fn what_somebody_did_by_hand_is_found_and_undone() {
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
fn a_renamed_operation_is_named_and_nothing_is_written() {
    let folder = copy();
    edit(
        folder.path(),
        WORKFLOW,
        "operationId: validateToken",
        "operationId: checkToken",
    );
    let before = files(folder.path());
    let refused = xtask(folder.path(), &["codegen"]);
    let shown = text(&refused.stderr);
    assert_eq!(code(&refused), 1, "{shown}");
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
fn a_warning_is_an_error_where_warnings_are_denied() {
    let folder = copy();
    edit(
        folder.path(),
        WORKFLOW,
        "../openapi/pipedream-openapi.yml",
        "../gone.yml",
    );
    let told = xtask(folder.path(), &["codegen", "--check"]);
    assert_eq!(code(&told), 0, "{}", text(&told.stdout));
    assert!(
        text(&told.stderr).contains("warning[dangling-source]"),
        "{}",
        text(&told.stderr)
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
fn two_runs_write_the_same_bytes() {
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
    // The package is called after its folder.
    let (first, second) = (written("first/sdk"), written("second/sdk"));
    assert!(first == second);
    assert!(first.len() > 20);
}
