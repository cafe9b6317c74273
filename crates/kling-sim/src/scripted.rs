//! A server that answers byte for byte as told: for answers that no well-behaved server gives.
//!
//! ```
//! use kling_sim::scripted::{Reply, ScriptedServer};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let server = ScriptedServer::start([
//!     Reply::http(502, "<html>bad gateway</html>").header("Content-Type", "text/html"),
//!     Reply::http(200, "{\"code\":0}").cut_after(5),
//! ])
//! .await?;
//! println!("{}", server.url("/v1/videos/text2video"));
//! # Ok(())
//! # }
//! ```

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One answer, to one connection.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    claimed_length: u64,
    chunked: bool,
    cut_after: Option<usize>,
    hang: bool,
}

impl Reply {
    /// An answer with its true `Content-Length`.
    #[must_use]
    pub fn http(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let claimed_length = body.len() as u64;
        Self { status, headers: Vec::new(), body, claimed_length, chunked: false, cut_after: None, hang: false }
    }

    /// Takes the request and never answers.
    #[must_use]
    pub fn silence() -> Self {
        Self { hang: true, ..Self::http(200, "") }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// States another `Content-Length` than the body has.
    #[must_use]
    pub fn claiming(mut self, length: u64) -> Self {
        self.claimed_length = length;
        self
    }

    /// Sends the body in chunks, without telling its length.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Closes the connection after so many bytes of the body.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let framing = if self.chunked {
            "Transfer-Encoding: chunked\r\n".to_owned()
        } else {
            format!("Content-Length: {}\r\n", self.claimed_length)
        };
        let mut head = format!("HTTP/1.1 {} Scripted\r\nConnection: close\r\n{framing}", self.status);
        for (name, value) in &self.headers {
            head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
        }
        head.push_str("\r\n");
        let mut out = head.into_bytes();
        let sent = self.cut_after.map_or(&self.body[..], |cut| self.body.get(..cut).unwrap_or(&self.body));
        if self.chunked {
            out.extend_from_slice(format!("{:x}\r\n", sent.len()).as_bytes());
            out.extend_from_slice(sent);
            out.extend_from_slice(if self.cut_after.is_some() { b"\r\n" } else { b"\r\n0\r\n\r\n" });
        } else {
            out.extend_from_slice(sent);
        }
        out
    }
}

/// The server. Stops when dropped; a connection for which no reply is left is closed at once.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl ScriptedServer {
    /// Listens on a free port of the loopback address; the replies are used up in order, one a connection.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        let recorded = requests.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let reply = replies.pop_front();
                tokio::spawn(serve(stream, reply, recorded.clone()));
            }
        });
        Ok(Self { address, requests, task })
    }

    /// A URL of this server; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far, each as text: head and body.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        lock(&self.requests).clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(requests: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client that goes away early is its own affair: errors end the connection and nothing else.
async fn serve(mut stream: TcpStream, reply: Option<Reply>, requests: Arc<Mutex<Vec<String>>>) {
    let Ok(request) = read_request(&mut stream).await else { return };
    lock(&requests).push(request);
    let Some(reply) = reply else { return };
    if reply.hang {
        std::future::pending::<()>().await;
    }
    if stream.write_all(&reply.bytes()).await.is_ok() {
        stream.shutdown().await.ok();
    }
}

/// Head and body of one request, the body by its `Content-Length`.
async fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return Ok(text.into_owned());
            }
        }
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
}
