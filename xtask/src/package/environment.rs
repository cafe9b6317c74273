//! What cargo, and what calls it, is told by the environment for a build that gives the same bits anywhere.

use std::env;
use std::ffi::OsString;
use std::iter;
use std::path::PathBuf;

use anyhow::Result;
use xshell::Cmd;

use super::place::Place;
use super::toolchain::{Toolchain, linker_variable};
use crate::arch::Arch;

/// A static glibc has no `dlsym`, by which `getrandom` would look for its system call: without the second flag it would
/// open /dev/urandom, which an empty root does not have.
const FLAGS: [&str; 4] = ["-C", "target-feature=+crt-static", "--cfg", "getrandom_backend=\"linux_getrandom\""];

/// Relocations of a position-independent program in a tenth of their usual size. A static program unpacks them itself,
/// with the glibc in it, which can since this version. On ARM a static program has none.
const PACKED_RELOCATIONS: [&str; 2] = ["-C", "link-arg=-Wl,-z,pack-relative-relocs"];
const PACKED_SINCE_GLIBC: (u32, u32) = (2, 36);

/// A command with the environment of the build. Flags of the user and of the machine stay out of it, or it would be
/// another program: one for newer processors, say.
pub(crate) fn set<'a>(place: &Place, toolchain: &Toolchain, command: Cmd<'a>) -> Result<Cmd<'a>> {
    let variable = toolchain.arch.target().replace('-', "_");
    let command = command
        .env("RUSTC", &toolchain.rustc)
        .env("CARGO", &toolchain.cargo)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(place, toolchain)?)
        .env(linker_variable(toolchain.arch), &toolchain.cc)
        .env(format!("CC_{variable}"), &toolchain.cc)
        .envs(place.cargo_home().map(|home| ("CARGO_HOME", home)))
        .envs(path(toolchain).map(|path| ("PATH", path)));
    let own = ["RUSTFLAGS".to_owned(), "CFLAGS".to_owned(), format!("CFLAGS_{variable}"), "TARGET_CFLAGS".to_owned()];
    Ok(own.into_iter().fold(command, Cmd::env_remove))
}

/// The toolchain's folder first: not everything that calls a compiler asks the variables.
fn path(toolchain: &Toolchain) -> Option<OsString> {
    let folder = toolchain.rustc.parent()?.to_owned();
    let path = env::var_os("PATH")?;
    env::join_paths(iter::once(folder).chain(env::split_paths(&path))).ok()
}

fn flags(place: &Place, toolchain: &Toolchain) -> Result<OsString> {
    let mut flags: Vec<OsString> = FLAGS.iter().map(Into::into).collect();
    if toolchain.arch == Arch::Amd64 && toolchain.glibc_version()? >= PACKED_SINCE_GLIBC {
        flags.extend(PACKED_RELOCATIONS.iter().map(Into::into));
    }
    for (folder, name) in folders(place, toolchain)? {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push(format!("={name}"));
        flags.push(flag);
    }
    Ok(flags.join("\u{1f}".as_ref()))
}

/// The folders of the build, and what stands in the program for them. The last one that fits a path counts.
pub(super) fn folders(place: &Place, toolchain: &Toolchain) -> Result<Vec<(PathBuf, String)>> {
    let sources = toolchain.sysroot()?.join("lib/rustlib/src/rust");
    let rust = toolchain.rust_commit()?.unwrap_or_else(|| "rust".to_owned());
    let mut folders = vec![(sources, format!("/rustc/{rust}"))];
    folders.extend(place.cargo_home().map(|home| (home, "/cargo".to_owned())));
    folders.push((place.root.clone(), "/kling-aigc".to_owned()));
    folders.push((place.target.clone(), "/target".to_owned()));
    Ok(folders)
}
