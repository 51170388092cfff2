//! The fake, held against the document from outside: a client that somebody else's generator makes of the document
//! accepts its answers, and a validator finds in them what the document says.

mod accepted;
mod documented;

use std::collections::BTreeSet;

use tests::described::operations;
use tests::operations::CALLS;

#[test]
fn the_table_of_calls_has_every_operation_of_the_document() {
    let documented: BTreeSet<String> = operations().into_iter().map(|it| it.id).collect();
    let called: BTreeSet<String> = CALLS.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(called, documented);
}
