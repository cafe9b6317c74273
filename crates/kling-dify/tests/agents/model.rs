//! A model behind a server that speaks `OpenAI`'s chat completions. It knows its tools by their declarations and the world
//! by what is in the conversation: links and handles it can only copy from there.

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The server, on loopback. Stops when dropped.
pub(crate) struct Model {
    address: std::net::SocketAddr,
    server: JoinHandle<()>,
}

impl Model {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection));
            }
        });
        Self { address, server }
    }

    /// Asks for the next message of a conversation.
    pub(crate) async fn next(&self, messages: &[Value], tools: &Value) -> Value {
        let body = json!({"model": "fake", "messages": messages, "tools": tools, "tool_choice": "auto"}).to_string();
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: model\r\nContent-Type: application/json\r\nContent-Length: {}\
             \r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("the model answers: see its panic above");
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        let body: Value = serde_json::from_str(body).unwrap();
        body["choices"][0]["message"].clone()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(mut connection: TcpStream) {
    let mut received = Vec::new();
    let request: Value = loop {
        let mut part = [0; 16 * 1024];
        let read = connection.read(&mut part).await.unwrap();
        received.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&received);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            assert!(head.starts_with("POST /v1/chat/completions "), "{head}");
            if let Ok(request) = serde_json::from_str(body) {
                break request;
            }
        }
        assert!(read > 0, "the request breaks off");
    };
    let message = answer(&request);
    let reason = if message["tool_calls"].is_array() { "tool_calls" } else { "stop" };
    let choice = json!({"index": 0, "message": message, "finish_reason": reason});
    let body =
        json!({"id": "chatcmpl-1", "object": "chat.completion", "model": "fake", "choices": [choice]}).to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
}

/// The next message of the assistant.
fn answer(request: &Value) -> Value {
    let messages = request["messages"].as_array().unwrap();
    let asked = messages.iter().rposition(|message| message["role"] == "user").unwrap();
    let (user, since) = (messages[asked]["content"].as_str().unwrap(), &messages[asked + 1..]);
    let Some(seen) = since.last() else {
        let (tool, arguments) = chosen(user);
        return calls(&request["tools"], tool, &arguments, 0);
    };
    assert_eq!(seen["role"], "tool", "a model is asked after a tool has answered");
    let seen = seen["content"].as_str().unwrap();
    let says = |text: String| json!({"role": "assistant", "content": text});
    match (links(seen).first(), handle(seen)) {
        (Some(link), _) => says(format!("Here it is: {link}")),
        (None, Some(handle)) if seen.contains("task_query") => {
            calls(&request["tools"], "task_query", &json!({"handle": handle}), since.len())
        }
        (None, Some(handle)) => says(format!("It is not there yet. Ask me again in a few minutes, with {handle}")),
        (None, None) => says(seen.to_owned()),
    }
}

/// What a user's words call for.
fn chosen(user: &str) -> (&'static str, Value) {
    let (links, words) = (links(user), user.to_lowercase());
    let says = |word: &str| words.contains(word);
    match (handle(user), &links[..]) {
        (Some(handle), _) => ("task_query", json!({"handle": handle})),
        (None, [first, _, ..]) if first.starts_with("http") => {
            ("omni_video_create", json!({"prompt": user, "image_urls": links.join("\n")}))
        }
        (None, [link]) => ("image_2_video_create", json!({"prompt": user, "image_url": link})),
        // A model that has seen no link names the picture by what it knows of it.
        _ if says("animate") => ("image_2_video_create", json!({"prompt": user, "image_url": "the picture above"})),
        _ if says("balance") => ("account_balance", json!({})),
        _ if says("elements") => ("element_list", json!({})),
        _ if says("draw") => ("image_generation_create", json!({"prompt": user})),
        _ => ("text_2_video_create", json!({"prompt": user})),
    }
}

/// A call of a tool, with arguments that its declaration has.
fn calls(tools: &Value, tool: &str, arguments: &Value, number: usize) -> Value {
    let shown = tools.as_array().unwrap().iter().find(|shown| shown["function"]["name"] == tool);
    let schema = &shown.unwrap_or_else(|| panic!("the model has no tool {tool}"))["function"]["parameters"];
    let given: &Map<String, Value> = arguments.as_object().unwrap();
    for name in given.keys() {
        assert_eq!(schema["properties"][name]["type"], "string", "{tool} shows the model no {name}");
    }
    let missing =
        schema["required"].as_array().unwrap().iter().find(|name| !given.contains_key(name.as_str().unwrap()));
    assert_eq!(missing, None, "{tool} requires it");
    let function = json!({"name": tool, "arguments": arguments.to_string()});
    let call = json!({"id": format!("call_{number}"), "type": "function", "function": function});
    json!({"role": "assistant", "content": null, "tool_calls": [call]})
}

fn links(text: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, ')' | ']' | '"' | '（' | '，' | '。');
    let starts = text.match_indices("http").map(|(at, _)| text[at..].split(ends).next().unwrap_or_default());
    starts
        .map(|link| link.trim_end_matches([':', ',', '.']))
        .filter(|link| link.split_once("://").is_some_and(|(_, rest)| !rest.is_empty()))
        .collect()
}

fn handle(text: &str) -> Option<&str> {
    let from = &text[text.find("kling1_")?..];
    from.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).next()
}
