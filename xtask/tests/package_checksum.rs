//! The checksum and the identity of a package are those that Dify computes.

#[path = "support/packages.rs"]
mod packages;

use packages::{small, with, zip};
use xtask::difypkg::Package;

fn checksum(files: &packages::Files) -> String {
    Package::read(&zip(files)).unwrap().checksum()
}

/// What `dify plugin checksum` 0.6.10 prints for this package.
const OF_SMALL: &str = "da935b07d6200746db0325ee8e1bafda5979c841e6cd3e073a9d2f0d578a3f2c";

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
    assert_eq!(checksum(&files), "6d3bca5ad7d0880c650509c200c07172cd98de5c934331837606d5d6763e2dc5");
}

#[test]
fn names_and_contents_matter() {
    let one = checksum(&with("a", "b"));
    assert_ne!(one, checksum(&with("b", "a")));
    assert_ne!(one, checksum(&with("a", "c")));
}
