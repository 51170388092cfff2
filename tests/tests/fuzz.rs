//! The corpus of the fuzz targets as ordinary tests.

use tests::fuzz::TARGETS;

#[test]
fn every_input_of_the_corpus_is_handled() {
    for (name, target) in TARGETS {
        let folder = tests::repository().join("tests/fuzz/corpus").join(name);
        let entries = std::fs::read_dir(&folder).expect("the folder of a target's corpus");
        let mut inputs = 0;
        for entry in entries {
            let path = entry.expect("an entry").path();
            target(&std::fs::read(&path).expect("an input"));
            inputs += 1;
        }
        assert!(inputs > 0, "{} is empty", folder.display());
    }
}

#[test]
fn every_target_has_a_program() {
    for (name, _) in TARGETS {
        let program = tests::repository().join(format!("tests/fuzz/fuzz_targets/{name}.rs"));
        let text = std::fs::read_to_string(&program).expect("the program of a target");
        assert!(text.contains(&format!("fuzz::{name}(data)")), "{text}");
    }
}
