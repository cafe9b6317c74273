//! `--tools` declares the named tools only, and is understood by Dify as before.

use std::fs;

use tempfile::TempDir;
use xtask::declaration::Declaration;
use xtask::package::contents::{self, Entry};
use xtask::package::unpack::unpack;
use xtask::package::{Options, archive, lean};
use xtask::project;

fn lean(names: &[&str]) -> anyhow::Result<Vec<Entry>> {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let changes = lean::changes(&project::root().join("plugin"), &names)?;
    contents::collect(project::root(), &[], &changes)
}

#[test]
fn only_the_named_tools_are_declared_in_the_usual_order() {
    let entries = lean(&["text_2_video_query", "text_2_video_create"]).unwrap();
    let folder = TempDir::new().unwrap();
    unpack(std::io::Cursor::new(archive::write(&entries).unwrap()), folder.path()).unwrap();

    let declaration = Declaration::read(folder.path()).unwrap();
    let names: Vec<_> = declaration.tools().iter().map(xtask::declaration::Tool::name).collect();
    assert_eq!(names, ["text_2_video_create", "text_2_video_query"]);
    assert_eq!(fs::read_dir(folder.path().join("tools")).unwrap().count(), 2);

    // What the command reckons without unpacking is what the package declares.
    let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    let whole = Declaration::read(&project::root().join("plugin")).unwrap();
    let size = whole.stored().unwrap().len();
    let stored = whole.with_tools(&names).stored().unwrap();
    assert_eq!(stored, declaration.stored().unwrap());
    assert!(stored.len() < size / 2, "{} of {size} bytes", stored.len());
}

#[test]
fn all_tools_named_are_the_whole_package() {
    let whole = Declaration::read(&project::root().join("plugin")).unwrap();
    let names: Vec<_> = whole.tools().iter().map(xtask::declaration::Tool::name).collect();
    let usual = contents::collect(project::root(), &[], &contents::Changes::new()).unwrap();
    assert!(archive::write(&lean(&names).unwrap()).unwrap() == archive::write(&usual).unwrap());
}

#[test]
fn an_unknown_tool_is_told_with_those_there_are() {
    let refusal = lean(&["text_2_video_create", "text2video"]).unwrap_err().to_string();
    assert!(refusal.starts_with("no tool is called `text2video`; the tools are text_2_video_create, "), "{refusal}");
    assert!(!refusal.contains('\n'));
}

#[test]
fn the_name_of_the_file_tells_it() {
    let names = |tools: &[&str]| {
        let tools = tools.iter().map(|name| (*name).to_owned()).collect();
        Options { tools, ..Options::default() }.file_name()
    };
    let version = project::VERSION;
    assert_eq!(names(&[]), format!("kling_aigc-{version}.difypkg"));
    assert_eq!(names(&["task_query", "account_balance"]), format!("kling_aigc-{version}-2-tools.difypkg"));
}
