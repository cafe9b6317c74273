//! Any text goes through, on one line.

mod support;

use dify_plugin::host::Host;

#[tokio::test]
async fn texts_come_back_as_they_went() {
    let host = Host::in_memory(support::echo());
    for text in ["", "two\nlines\r\n", "nul \0 and \u{1b}[31m", "emoji 👩‍👩‍👧 𝄞", "\u{2028}\u{2029}\u{85}", "\"\\/<>&'"]
    {
        let outcome = support::finish(host.invoke(support::call().parameter("text", text)).await).await;
        assert_eq!(outcome.text(), text);
    }
    assert_eq!(host.strays(), [""; 0]);
}

#[tokio::test]
async fn halves_of_pairs_are_replaced() {
    let host = Host::in_memory(support::echo());
    for (escaped, text) in
        [(r"a\ud800b", "a\u{FFFD}b"), (r"\udc00", "\u{FFFD}"), (r"\ud83d\ude00 \\ud800", "😀 \\ud800")]
    {
        let events = host.listen("s");
        let line = support::request("s", &serde_json::json!({"text": "TEXT"})).replace("TEXT", escaped);
        host.send_line(&line).await;
        assert_eq!(support::finish(events).await.text(), text);
    }
}
