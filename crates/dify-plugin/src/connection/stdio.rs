//! The standard streams of this process.
//!
//! Threads, not tokio's stdio: those hand every read and write to a pool thread and back.

use std::io::{self, ErrorKind, Read, Write};
use std::thread;

use tokio::sync::mpsc;

use super::{Connection, FRAMES, LineSplitter, MAX_LINE_BYTES, Outbox};

/// One read from the host. A pipe holds as much on Linux.
const READ_BYTES: usize = 64 * 1024;

pub(super) fn connect() -> io::Result<Connection> {
    let (input, output) = streams()?;
    let (frames, incoming) = mpsc::channel(FRAMES);
    let outbox = Outbox::new();
    let connection = Connection { incoming, outbox: outbox.clone() };
    let writer = outbox.clone();
    thread::Builder::new().name("dify-stdout".into()).spawn(move || write_all(&writer, output))?;
    thread::Builder::new().name("dify-stdin".into()).spawn(move || {
        if read_all(input, &frames).is_err() {
            outbox.close();
        }
    })?;
    Ok(connection)
}

/// Reads until the stream ends. An error means that the host is gone for good.
fn read_all(mut input: impl Read, frames: &mpsc::Sender<super::Frame>) -> io::Result<()> {
    let mut splitter = LineSplitter::new(MAX_LINE_BYTES);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let length = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => continue,
            Err(error) => return Err(error),
        };
        let mut bytes = buffer.get(..length).unwrap_or_default();
        while let Some(frame) = splitter.next(&mut bytes) {
            if frames.blocking_send(frame).is_err() {
                return Ok(());
            }
        }
    }
    if let Some(half) = splitter.finish() {
        // Nobody listening is nobody to tell.
        let _ = frames.blocking_send(half);
    }
    Ok(())
}

fn write_all(outbox: &Outbox, mut output: impl Write) {
    let mut batch = Vec::new();
    while outbox.take_blocking(&mut batch) {
        if output.write_all(&batch).and_then(|()| output.flush()).is_err() {
            outbox.close();
        }
    }
}

#[cfg(unix)]
fn streams() -> io::Result<(unix::Input, std::fs::File)> {
    unix::streams()
}

#[cfg(not(unix))]
fn streams() -> io::Result<(io::Stdin, io::Stdout)> {
    Ok((io::stdin(), io::stdout()))
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, ErrorKind, Read};
    use std::os::fd::{AsFd, OwnedFd};

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::stdio::dup2_stdout;

    /// Stdin, watching stdout while it waits: nothing else tells a plugin that has nothing to write.
    pub(super) struct Input {
        stdin: File,
        stdout: OwnedFd,
    }

    pub(super) fn streams() -> io::Result<(Input, File)> {
        let stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let stdout = io::stdout().as_fd().try_clone_to_owned()?;
        let watched = stdout.try_clone()?;
        // A stray print in the middle of a batch of lines would tear one of them.
        dup2_stdout(io::stderr().as_fd())?;
        Ok((Input { stdin, stdout: watched }, File::from(stdout)))
    }

    impl Read for Input {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
            let (input, output) = {
                let mut both = [PollFd::new(&self.stdin, PollFlags::IN), PollFd::new(&self.stdout, PollFlags::empty())];
                poll(&mut both, None)?;
                both.map(|fd| fd.revents()).into()
            };
            if output.intersects(gone) {
                return Err(ErrorKind::BrokenPipe.into());
            }
            if input.is_empty() {
                return Err(ErrorKind::Interrupted.into());
            }
            self.stdin.read(buffer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Frame;

    /// Gives its pieces, then ends as told.
    struct Scripted(Vec<io::Result<&'static [u8]>>);

    impl Read for Scripted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0)?;
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn frames(script: Vec<io::Result<&'static [u8]>>) -> (io::Result<()>, Vec<Frame>) {
        let (sender, mut receiver) = mpsc::channel(100);
        let result = read_all(Scripted(script), &sender);
        drop(sender);
        (result, std::iter::from_fn(|| receiver.blocking_recv()).collect())
    }

    #[test]
    fn interruptions_are_no_end() {
        let (result, frames) = frames(vec![
            Ok(b"on"),
            Err(ErrorKind::Interrupted.into()),
            Ok(b"e\ntw"),
            Err(ErrorKind::WouldBlock.into()),
        ]);
        result.unwrap();
        assert_eq!(frames, [Frame::Line(b"one".to_vec()), Frame::Partial(b"tw".to_vec())]);
    }

    #[test]
    fn a_broken_stream_is_told_apart_from_an_end() {
        let (result, frames) = frames(vec![Ok(b"one\n"), Err(ErrorKind::BrokenPipe.into())]);
        assert_eq!(result.unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert_eq!(frames, [Frame::Line(b"one".to_vec())]);
    }

    #[test]
    fn a_failing_writer_closes_the_outbox() {
        struct Broken;
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let outbox = Outbox::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let line = |lines: &mut Vec<u8>| {
            lines.push(b'\n');
            true
        };
        runtime.block_on(outbox.push(1, line)).unwrap();
        write_all(&outbox, Broken);
        assert!(runtime.block_on(outbox.push(1, line)).is_err());
    }
}
