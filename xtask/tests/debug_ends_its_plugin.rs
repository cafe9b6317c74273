//! The plugin that `cargo xtask debug` runs ends with it, whatever ends it.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(60);
/// Between two looks at something that changes soon.
const SOON: Duration = Duration::from_millis(20);

/// A plugin that connects as it is told to, says who and where it is, and then does nothing until it is ended.
const PLUGIN: &str = r#"#!/usr/bin/env python3
import os, signal, socket
host, port = os.environ["REMOTE_INSTALL_URL"].split(":")
dify = socket.create_connection((host, int(port)))
words = os.getpid(), os.environ["INSTALL_METHOD"], os.environ["REMOTE_INSTALL_KEY"], os.path.basename(os.getcwd())
dify.sendall((" ".join(map(str, words)) + "\n").encode())
while True:
    signal.pause()
"#;

/// `cargo xtask debug` with a plugin connected to a Dify on this machine.
struct Debugging {
    xtask: Child,
    /// What the plugin said of itself.
    said: Vec<String>,
    connection: BufReader<TcpStream>,
    _folder: TempDir,
}

impl Debugging {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let plugin = folder.path().join("plugin.py");
        fs::write(&plugin, PLUGIN).unwrap();
        fs::set_permissions(&plugin, Permissions::from_mode(0o755)).unwrap();
        let dify = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["debug", "--program"])
            .arg(&plugin)
            .env("REMOTE_INSTALL_URL", dify.local_addr().unwrap().to_string())
            .env("REMOTE_INSTALL_KEY", "a-key")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let stream = accept(&dify, &mut xtask);
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut connection = BufReader::new(stream);
        let mut line = String::new();
        connection.read_line(&mut line).unwrap();
        let said = line.split_whitespace().map(str::to_owned).collect();
        Self { xtask, said, connection, _folder: folder }
    }

    fn end_xtask_by(&mut self, signal: Signal) {
        kill_process(Pid::from_child(&self.xtask), signal).unwrap();
        self.xtask.wait().unwrap();
    }

    /// Nothing holds the connection any more, and the process runs no more.
    fn assert_plugin_ends(mut self) {
        let mut rest = Vec::new();
        self.connection.read_to_end(&mut rest).expect("the plugin still holds its connection");
        assert_eq!(rest, b"");
        let started = Instant::now();
        while runs(&self.said[0]) {
            assert!(started.elapsed() < LIMIT, "the plugin still runs");
            sleep(SOON);
        }
    }
}

fn accept(dify: &TcpListener, xtask: &mut Child) -> TcpStream {
    dify.set_nonblocking(true).unwrap();
    let started = Instant::now();
    loop {
        match dify.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                return stream;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        assert_eq!(xtask.try_wait().unwrap(), None, "it ends before its plugin connects");
        assert!(started.elapsed() < LIMIT, "no plugin connects");
        sleep(SOON);
    }
}

/// What has ended may stay in the list until somebody asks how.
fn runs(id: &str) -> bool {
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn the_plugin_is_told_where_dify_is() {
    let mut debugging = Debugging::start();
    assert!(runs(&debugging.said[0]));
    assert_eq!(debugging.said[1..], ["remote", "a-key", "plugin"]);
    debugging.end_xtask_by(Signal::TERM);
    debugging.assert_plugin_ends();
}

#[test]
fn it_ends_when_xtask_is_interrupted() {
    let mut debugging = Debugging::start();
    debugging.end_xtask_by(Signal::INT);
    debugging.assert_plugin_ends();
}

#[test]
fn it_ends_when_xtask_is_killed() {
    let mut debugging = Debugging::start();
    debugging.end_xtask_by(Signal::KILL);
    debugging.assert_plugin_ends();
}

#[test]
fn xtask_ends_when_the_plugin_does() {
    let mut debugging = Debugging::start();
    let plugin = debugging.said[0].parse().ok().and_then(Pid::from_raw).unwrap();
    kill_process(plugin, Signal::KILL).unwrap();
    assert_eq!(debugging.xtask.wait().unwrap().code(), Some(1));
}

#[test]
fn a_parent_that_is_gone_has_no_companion() {
    let program = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["companion", "--parent", "1", "--", "echo", "started"])
        .output()
        .unwrap();
    assert_eq!((program.status.code(), program.stdout.as_slice()), (Some(1), b"".as_slice()));
    assert_eq!(String::from_utf8_lossy(&program.stderr), "error: process 1, which started this one, is gone\n");
}
