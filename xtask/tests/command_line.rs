//! Tests of the command line: output and exit codes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const API: &str = "\
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: https://shop.example}]
paths:
  /orders:
    get:
      operationId: listOrders
      summary: All orders.
      responses: {'200': {description: Fine, content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}}}
";

fn xtask(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn codegen_writes_files_and_check_reports_stale_ones() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("shop.yml"), API).unwrap();
    let generate = [
        "codegen",
        "--openapi",
        "shop.yml",
        "--out",
        "my crate",
        "--runtime",
        "0.1.0",
    ];
    let check = [generate.as_slice(), &["--check"]].concat();

    let before = xtask(here, &check);
    assert_eq!(code(&before), 4);
    assert!(
        text(&before.stdout).contains("missing: my crate/src/lib.rs"),
        "{}",
        text(&before.stdout)
    );
    assert!(!here.join("my crate").exists(), "checking writes nothing");

    assert_eq!(code(&xtask(here, &generate)), 0);
    let current = xtask(here, &check);
    assert_eq!((code(&current), text(&current.stdout)), (0, String::new()));

    let client = here.join("my crate/src/shop/client.rs");
    fs::write(
        &client,
        fs::read_to_string(&client)
            .unwrap()
            .replace("All orders", "Some orders"),
    )
    .unwrap();
    fs::write(here.join("my crate/src/mine.rs"), "// by hand").unwrap();
    let edited = xtask(here, &check);
    let report = text(&edited.stdout);
    assert_eq!(code(&edited), 4);
    for part in [
        "changed: my crate/src/shop/client.rs",
        "Some orders",
        "extra: my crate/src/mine.rs",
        "    cargo xtask codegen --openapi shop.yml --out 'my crate' --runtime 0.1.0\n",
    ] {
        assert!(report.contains(part), "{part} in\n{report}");
    }

    assert_eq!(code(&xtask(here, &generate)), 0);
    assert_eq!(code(&xtask(here, &check)), 0);
}

#[test]
fn codegen_shows_errors_with_their_lines_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("shop.yml"),
        API.replace("responses: {", "parameters: [{name: page}], responses: {"),
    )
    .unwrap();
    let output = xtask(
        folder.path(),
        &["codegen", "--openapi", "shop.yml", "--out", "out"],
    );
    let shown = text(&output.stderr);
    assert_eq!(code(&output), 1);
    assert!(shown.contains("--> shop.yml:9:"), "{shown}");
    assert!(shown.contains("1 error\n"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colors without a terminal");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn exact_diff_exits_with_zero_only_without_differences() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("a.yml"), API).unwrap();
    fs::write(
        here.join("b.yml"),
        API.replace("All orders.", "Every order."),
    )
    .unwrap();
    fs::write(here.join("c.yml"), API.replace("integer", "number")).unwrap();
    let exact = |new: &str| xtask(here, &["diff", "--exact", "a.yml", new]);
    let same = exact("b.yml");
    assert_eq!((code(&same), text(&same.stdout)), (0, String::new()));
    let different = exact("c.yml");
    assert_eq!(code(&different), 1);
    let shown = text(&different.stdout);
    assert!(
        shown.contains("\"integer\" became \"number\"\n  a.yml:9:"),
        "{shown}"
    );
    assert!(shown.contains("\n  c.yml:9:"), "{shown}");
    assert_eq!(code(&exact("gone.yml")), 1);
}

#[test]
fn diff_exits_with_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("a.yml"), API).unwrap();
    fs::write(
        here.join("same.yml"),
        API.replace("All orders.", "Every order."),
    )
    .unwrap();
    fs::write(here.join("breaking.yml"), API.replace("integer", "number")).unwrap();
    let diff = |arguments: &[&str]| xtask(here, &[&["diff"], arguments].concat());
    let same = diff(&["a.yml", "same.yml"]);
    assert_eq!((code(&same), text(&same.stdout)), (0, String::new()));
    let compatible = diff(&["breaking.yml", "a.yml"]);
    let breaking = diff(&["a.yml", "breaking.yml"]);
    assert_eq!((code(&compatible), code(&breaking)), (1, 2));
    let shown = text(&breaking.stdout);
    assert!(shown.contains("breaking[type-widened]"), "{shown}");
    assert!(shown.contains("  old: a.yml:9:"), "{shown}");
    assert!(
        shown.ends_with("1 breaking, 0 compatible; version step: major\n"),
        "{shown}"
    );
    assert_eq!(code(&diff(&["a.yml", "gone.yml"])), 3);
    let json = diff(&["a.yml", "breaking.yml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["verdict"], "breaking");
    assert_eq!(json["documents"][0]["changes"][0]["old"]["line"], 9);
    let markdown = diff(&["a.yml", "breaking.yml", "--format", "markdown"]);
    assert!(text(&markdown.stdout).contains("### Breaking\n\n- `"));
    assert_eq!(code(&diff(&["a.yml", "a.yml", "--format", "xml"])), 2);
}

#[test]
fn lint_exits_with_one_for_errors_and_for_denied_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("good.yml"), API).unwrap();
    fs::write(
        here.join("odd.yml"),
        API.replace("type: object,", "type: object, required: [gone],"),
    )
    .unwrap();
    assert_eq!(code(&xtask(here, &["lint", "--openapi", "good.yml"])), 0);
    assert_eq!(code(&xtask(here, &["lint", "--openapi", "odd.yml"])), 0);
    assert_eq!(
        code(&xtask(
            here,
            &["lint", "--openapi", "odd.yml", "--deny-warnings"]
        )),
        1
    );
}

#[test]
fn lint_checks_files_and_folders_of_any_kind() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("openapi")).unwrap();
    fs::write(here.join("openapi/good.yml"), API).unwrap();
    for path in [".", "openapi", "openapi/good.yml"] {
        assert_eq!(code(&xtask(here, &["lint", path])), 0, "{path}");
    }
    fs::write(here.join("openapi/note.yml"), "text: none").unwrap();
    assert_eq!(code(&xtask(here, &["lint", "openapi"])), 0);
    let named = xtask(here, &["lint", "openapi/note.yml"]);
    assert_eq!(code(&named), 1);
    assert!(text(&named.stderr).contains("not-openapi"));
}

#[test]
fn lint_prints_json_and_sarif_to_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let odd = API.replace("type: object,", "type: object, required: [gone],");
    fs::write(here.join("odd.yml"), odd).unwrap();
    let json = |format: &str| -> serde_json::Value {
        let run = xtask(here, &["lint", "odd.yml", "--format", format]);
        assert_eq!((code(&run), text(&run.stderr)), (0, String::new()));
        serde_json::from_slice(&run.stdout).unwrap()
    };
    let findings = json("json");
    assert_eq!(findings["warnings"], 1);
    assert_eq!(findings["findings"][0]["code"], "required-undeclared");
    assert_eq!(findings["findings"][0]["line"], 9);
    assert_eq!(findings["notes"], 0, "shown only with `--verbose`");
    let sarif = json("sarif");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "required-undeclared");
    assert_eq!(result["level"], "warning");
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "odd.yml");
    assert_eq!(location["region"]["startLine"], 9);
    assert_eq!(code(&xtask(here, &["lint", "--format", "xml"])), 2);
}

#[test]
fn the_action_and_the_hook_use_existing_options() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let action = fs::read_to_string(repository.join("action.yml")).unwrap();
    let action = xtask::load::parse("action.yml", action).unwrap().value;
    let steps = action["runs"]["steps"].as_array().unwrap();
    let mut commands = 0;
    for script in steps.iter().filter_map(|step| step["run"].as_str()) {
        for line in script.lines().filter(|line| line.contains("\"$XTASK\" ")) {
            let command = line.split("\"$XTASK\" ").nth(1).unwrap();
            let words: Vec<&str> = command.split_whitespace().collect();
            // The options of `diff` have their own tests.
            if words[0] == "diff" {
                continue;
            }
            let help = text(&xtask(&repository, &[words[0], "--help"]).stdout);
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(option), "{option} in\n{help}");
            }
            commands += 1;
        }
    }
    assert_eq!(commands, 3);
    let hooks = fs::read_to_string(repository.join(".pre-commit-hooks.yaml")).unwrap();
    let hooks = xtask::load::parse("hooks.yaml", hooks).unwrap().value;
    let entry = repository.join(hooks[0]["entry"].as_str().unwrap());
    assert!(fs::read_to_string(entry).unwrap().contains("-- lint"));
}

#[test]
fn exits_with_two_for_invalid_arguments() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(&xtask(folder.path(), &["codegen", "--nonsense"])), 2);
    assert_eq!(code(&xtask(folder.path(), &[])), 2);
}

#[test]
fn codegen_shows_the_position_of_a_syntax_error() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("bad.yml"), "openapi: 3.0.3\ninfo: [\nb: }\n").unwrap();
    let run = xtask(here, &["codegen", "--openapi", "bad.yml", "--out", "it"]);
    assert_eq!(code(&run), 1);
    let shown = text(&run.stderr);
    assert!(shown.contains("--> bad.yml:3:1"), "{shown}");
    assert!(shown.contains("3 | b: }"), "{shown}");
    assert!(!here.join("it").exists());
}

#[test]
fn explain_prints_one_code_or_lists_all() {
    let folder = tempfile::tempdir().unwrap();
    let explained = xtask(folder.path(), &["explain", "missing-body"]);
    assert_eq!(code(&explained), 0);
    let shown = text(&explained.stdout);
    for part in [
        "missing-body (error)",
        "Bad:",
        "Good:",
        "Add a `requestBody`.",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }

    let listed = xtask(folder.path(), &["explain"]);
    assert_eq!(code(&listed), 0);
    let lines = text(&listed.stdout);
    for part in [
        "missing-body ",
        "unreadable-file ",
        "A required request body is missing.",
    ] {
        assert!(lines.contains(part), "{part} in\n{lines}");
    }
}

#[test]
fn explain_suggests_the_nearest_code_for_an_unknown_one() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = xtask(folder.path(), &["explain", "missing-bodi"]);
    assert_eq!((code(&unknown), text(&unknown.stdout)), (1, String::new()));
    assert_eq!(
        text(&unknown.stderr),
        "error: unknown code `missing-bodi`: did you mean `missing-body`?\n"
    );
    let unknown = xtask(folder.path(), &["explain", "E0308"]);
    assert_eq!(code(&unknown), 1);
    assert!(text(&unknown.stderr).contains("`cargo xtask explain` lists all codes"));
}
