//! Tests of the fake against the document, with an independent client and a validator.

mod accepted;
mod documented;

use std::collections::BTreeSet;

use tests::documents::operations;
use tests::operations::CALLS;

#[test]
fn calls_cover_every_operation() {
    let documented: BTreeSet<String> = operations().into_iter().map(|it| it.id).collect();
    let called: BTreeSet<String> = CALLS.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(called, documented);
}
