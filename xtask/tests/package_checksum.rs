//! The checksum and the identity of a package are those that Dify computes.

#[path = "support/packages.rs"]
mod packages;

use packages::{small, with, zip};
use xtask::difypkg::Package;

fn checksum(files: &packages::Files) -> String {
    Package::read(&zip(files)).unwrap().checksum()
}

/// What `dify plugin checksum` 0.6.10 prints for this package.
const OF_SMALL: &str = "56925937fb9432d9ff0cf81a0f4ae67dab98731fb7ff73752e544e96505ab263";

#[test]
fn it_is_what_dify_computes() {
    assert_eq!(checksum(&small()), OF_SMALL);
}

#[test]
fn the_identity_is_author_name_version_and_checksum() {
    let identity = Package::read(&zip(&small())).unwrap().identity().unwrap();
    assert_eq!(identity, format!("someone/small:0.1.0@{OF_SMALL}"));
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let mut files = small();
    files.reverse();
    assert_eq!(checksum(&files), OF_SMALL);
}

#[test]
fn names_are_sorted_as_bytes_and_cleaned() {
    // Also printed by `dify plugin checksum` 0.6.10.
    let mut files = small();
    for (name, content) in [("zz", "1"), ("Z", "2"), ("a.b", "3"), ("./a//b", "4"), ("可灵.txt", "5")] {
        files.push((name.to_owned(), content.into()));
    }
    assert_eq!(checksum(&files), "42646951e4cd6b37183fdef8fbf6e8c58d2f2a528148a6e552d72e52f67a31bb");
}

#[test]
fn names_and_contents_matter() {
    let one = checksum(&with("a", "b"));
    assert_ne!(one, checksum(&with("b", "a")));
    assert_ne!(one, checksum(&with("a", "c")));
}
