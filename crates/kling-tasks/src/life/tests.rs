//! The table is the one that is documented, and all of it is walked.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;

thread_local! {
    static WALKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

pub(super) fn walked(from: impl Debug, on: impl Debug) {
    WALKED.with_borrow_mut(|walked| walked.insert(format!("{from:?} on {on:?}")));
}
