//! One connection, from the registration to its loss.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Registration, Target};
use crate::connection::{Connection, FRAMES, Frame, LineSplitter, MAX_LINE_BYTES, Outbox};
use crate::{Plugin, life};

/// One read.
const READ_BYTES: usize = 64 * 1024;

/// When one way is closed, how long the other may take.
const LINGER: Duration = Duration::from_secs(1);

/// Tells the developer one line.
pub(super) type Say<'a> = &'a (dyn Fn(&str) + Sync);

/// A stream of bytes both ways.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// Registers and serves until the connection is lost. True when Dify complained.
pub(super) async fn serve(
    plugin: &Arc<Plugin>,
    stream: impl Stream,
    target: &Target,
    registration: &Registration,
    say: Say<'_>,
) -> bool {
    let (input, output) = tokio::io::split(stream);
    let (frames, incoming) = mpsc::channel(FRAMES);
    let outbox = Outbox::new();
    let complained = AtomicBool::new(false);
    let complain = |text: &str| {
        complained.store(true, Ordering::Relaxed);
        say(&target.without_key(text));
    };
    let mut reading = pin!(async {
        // An error and an end mean the same: sessions have nobody left to answer.
        let _ = read_all(input, frames, &complain).await;
        outbox.close();
    });
    let mut living = pin!(async {
        let connection = Connection { incoming, outbox: outbox.clone() };
        // Nothing else may come before the registration's end, not even a heartbeat.
        if register_and_write(output, registration, &outbox, life::live(plugin, connection)).await.is_err() {
            outbox.close();
        }
    });
    let _ = tokio::select! {
        () = &mut reading => timeout(LINGER, living).await,
        // The reason of a refusal may still be on its way.
        () = &mut living => timeout(LINGER, reading).await,
    };
    complained.load(Ordering::Relaxed)
}

/// Hands messages on, and tells what is none as it is.
async fn read_all(
    mut input: ReadHalf<impl Stream>,
    frames: mpsc::Sender<Frame>,
    complain: &(dyn Fn(&str) + Sync),
) -> io::Result<()> {
    let mut splitter = LineSplitter::new(MAX_LINE_BYTES);
    let mut buffer = Vec::with_capacity(READ_BYTES);
    while input.read_buf(&mut buffer).await? > 0 {
        let mut bytes = buffer.as_slice();
        while let Some(frame) = splitter.next(&mut bytes) {
            match frame {
                Frame::Line(line) if !line.trim_ascii_start().starts_with(b"{") => {
                    complain(&String::from_utf8_lossy(&line));
                }
                // Nobody who takes it is nobody to read on for, but for complaints.
                frame => drop(frames.send(frame).await),
            }
        }
        buffer.clear();
    }
    match splitter.finish() {
        Some(Frame::Partial(line)) if !line.trim_ascii_start().starts_with(b"{") => {
            complain(&String::from_utf8_lossy(&line));
        }
        Some(frame) => drop(frames.send(frame).await),
        None => {}
    }
    Ok(())
}

/// Writes the registration, then what `life` has to say as long as it lasts.
async fn register_and_write(
    mut output: WriteHalf<impl Stream>,
    registration: &Registration,
    outbox: &Outbox,
    life: impl Future<Output = ()>,
) -> io::Result<()> {
    output.write_all(registration.lines()).await?;
    output.flush().await?;
    let writing = async {
        let mut batch = Vec::new();
        while outbox.take_async(&mut batch).await {
            output.write_all(&batch).await?;
            output.flush().await?;
        }
        Ok(())
    };
    let mut life = pin!(life);
    tokio::select! {
        written = writing => written,
        () = &mut life => Ok(()),
    }
}
