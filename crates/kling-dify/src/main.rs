//! `kling-aigc`: the program inside the package.
//!
//! `INSTALL_METHOD` tells how it serves, as any plugin's: see [`dify_plugin::Server`]. In remote mode it registers what
//! the folder it is started in declares: an unpacked package, or `plugin/`.

use std::process::ExitCode;

use kling_dify::Environment;

fn main() -> ExitCode {
    // Warnings only: the daemon shows every line on stderr to the administrator. Other crates' lines could hold URLs.
    dify_plugin::log_to_stderr(&["dify_plugin", "kling"], dify_plugin::Level::WARN);
    match kling_dify::plugin(Environment::of_process()) {
        Ok(plugin) => dify_plugin::serve(plugin),
        Err(error) => {
            eprintln!("kling-aigc: {error}");
            ExitCode::FAILURE
        }
    }
}
