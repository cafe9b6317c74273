use serde_json::{Value, json};

use super::*;

/// What a text holds where it must be a list or an object.
fn value(text: &str) -> Value {
    match read(text) {
        Ok(Reading::Value(value)) => value,
        other => panic!("{text}: {other:?}"),
    }
}

fn unreadable(text: &str) -> Unreadable {
    read(text).expect_err(text)
}

#[test]
fn python_lists_and_dictionaries_are_read_as_python_writes_them() {
    for (text, expected) in [
        ("['a']", json!(["a"])),
        ("[\"it's\", 'say \"hi\"', 'it\\'s']", json!(["it's", "say \"hi\"", "it's"])),
        ("[{'element_id': '1', 'name': None}]", json!([{"element_id": "1", "name": null}])),
        ("{'on': True, 'off': False, 'n': -1.5, 'e': 1e3}", json!({"on": true, "off": false, "n": -1.5, "e": 1000.0})),
        ("('a', 'b')", json!(["a", "b"])),
        ("('a',)", json!(["a"])),
        ("[()]", json!([[]])),
        ("[('a')]", json!(["a"])),
        ("{'a', 'b'}", json!(["a", "b"])),
        ("['\\u4f60\\x41\\101\\N', '\\U0001F3AC', '\\ud83c\\udfac']", json!(["你AA\\N", "🎬", "🎬"])),
        ("[r'C:\\new', b'bytes', u'\\u00e9', R\"\\d\"]", json!(["C:\\new", "bytes", "é", "\\d"])),
        ("['''three\n'quotes' ''', \"\"\"more \"\" \"\"\"]", json!(["three\n'quotes' ", "more \"\" "])),
        ("['a' 'b' \"c\"]", json!(["abc"])),
        ("[840000000000000001, 1_000, +5, 0x1F]", json!([840_000_000_000_000_001_u64, 1000, 5, 31])),
        ("[99999999999999999999]", json!(["99999999999999999999"])),
        ("{1: 'a', (2): 'b'}", json!({"1": "a", "2": "b"})),
        ("[]", json!([])),
        ("{}", json!({})),
        ("[\n  'a',\n  'b',\n]", json!(["a", "b"])),
        ("{'a': {'b': [{'c': ()}]}}", json!({"a": {"b": [{"c": []}]}})),
        ("['', '']", json!(["", ""])),
    ] {
        // The 20 digits are more than JSON's numbers hold: then JSON has a number, Python a text.
        if text != "[99999999999999999999]" {
            assert_eq!(value(text), expected, "{text}");
        }
        assert_eq!(python::all(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn what_models_make_of_json_is_read() {
    let shots = json!([{"prompt": "a", "duration": "5"}]);
    for text in [
        "```json\n[{\"prompt\":\"a\",\"duration\":\"5\"}]\n```",
        "```\n[{\"prompt\":\"a\",\"duration\":\"5\"}]\n```",
        "```JSON [{\"prompt\":\"a\",\"duration\":\"5\"}]```",
        "```python\n[{'prompt': 'a', 'duration': '5'}]\n```",
        "```json\n[{\"prompt\":\"a\",\"duration\":\"5\"}]",
        "`[{\"prompt\":\"a\",\"duration\":\"5\"}]`",
        "Here are the shots:\n\n```json\n[{\"prompt\":\"a\",\"duration\":\"5\"},]\n```\nAnything else?",
        "[{\"prompt\":\"a\",\"duration\":\"5\"},]",
        "[{\"prompt\":\"a\",\"duration\":\"5\",}]",
        "[{“prompt”:“a”,“duration”:“5”}]",
        "[{‘prompt’: ‘a’, ‘duration’: ‘5’}]",
        "[{“prompt\": “a”，“duration”：“5”}]",
        "[{prompt: \"a\", duration: '5'}]",
        "[{prompt: 'a', 'duration': '5', // five seconds\n}]",
        "\"[{\\\"prompt\\\":\\\"a\\\",\\\"duration\\\":\\\"5\\\"}]\"",
        "\"\\\"[{\\\\\\\"prompt\\\\\\\":\\\\\\\"a\\\\\\\",\\\\\\\"duration\\\\\\\":\\\\\\\"5\\\\\\\"}]\\\"\"",
        "'[{\"prompt\":\"a\",\"duration\":\"5\"}]'",
        "\"[{\"prompt\":\"a\",\"duration\":\"5\"}]\"",
        "[{\\\"prompt\\\":\\\"a\\\",\\\"duration\\\":\\\"5\\\"}]",
        "[{&quot;prompt&quot;:&quot;a&quot;,&quot;duration&quot;:&quot;5&quot;}]",
        "[{\"prompt\":\"a\",\"duration\":\"5\"}] I hope this helps!",
        "\u{feff}[{\"prompt\":\"a\",\"duration\":\"5\"}]\u{200b}",
    ] {
        assert_eq!(value(text), shots, "{text}");
    }
    for text in ["Shots: [{\"prompt\":\"a\",\"duration\":\"5\"}].", "json\n[{'prompt':'a','duration':'5'}]"] {
        assert_eq!(read(text), Ok(Reading::Embedded(shots.clone())), "{text}");
    }
}

#[test]
fn objects_side_by_side_are_a_list() {
    let expected = json!([{"id": "1"}, {"id": "2"}]);
    for text in [
        "{\"id\":\"1\"},{\"id\":\"2\"}",
        "{\"id\":\"1\"}\n{\"id\":\"2\"}\n",
        "{'id': '1'}， {'id': '2'}",
        "[{\"id\":\"1\"} {\"id\":\"2\"}]",
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn quotes_within_quotes_are_read_where_one_reading_is_left() {
    for (text, prompt) in [
        ("[{\"prompt\":\"he says \"hi\" and goes\",\"duration\":\"2\"}]", "he says \"hi\" and goes"),
        ("[{'prompt': 'it's raining', 'duration': '2'}]", "it's raining"),
        ("[{“prompt”:“he says “hi” and goes”,“duration”:“2”}]", "he says “hi” and goes"),
    ] {
        assert_eq!(value(text), json!([{"prompt": prompt, "duration": "2"}]), "{text}");
    }
    // The quote before the comma may end the text or not.
    assert!(read("[{\"prompt\":\"he says \"hi\", and goes\",\"duration\":\"2\"}]").is_err());
}

#[test]
fn quotes_of_the_right_kind_stay_as_they_are() {
    assert_eq!(value("[{\"prompt\":\"“hi”, it's ‘he’\"}]"), json!([{"prompt": "“hi”, it's ‘he’"}]));
    assert_eq!(value("[\"a, b\", \"c\"]"), json!(["a, b", "c"]));
}

#[test]
fn what_begins_like_a_list_and_is_none_is_refused_at_its_place() {
    for (text, line, column, wanted) in [
        ("[1, 2", 1, 6, Wanted::CommaOr(']')),
        ("[{'a': 1]", 1, 9, Wanted::CommaOr('}')),
        ("{\n  'a' 1\n}", 2, 7, Wanted::Colon),
        ("[\n  'a", 2, 3, Wanted::Quote),
        ("[https://a.test/1.png]", 1, 2, Wanted::Value),
        ("[abc, def]", 1, 2, Wanted::Value),
        ("['a'] ['b'", 1, 11, Wanted::CommaOr(']')),
        ("[1.2.3]", 1, 2, Wanted::Value),
        ("[datetime.date(2026, 1, 1)]", 1, 2, Wanted::Value),
        ("[<File object>]", 1, 2, Wanted::Value),
        ("['\\xZZ']", 1, 4, Wanted::Escape),
        ("{'a': 1, 2}", 1, 11, Wanted::Colon),
    ] {
        let found = unreadable(text);
        assert_eq!((found.line, found.column, found.wanted), (line, column, wanted), "{text}");
    }
    for text in
        ["```json\n[1, 2\n```", "[1] or [2]", "Option A: [{'a': 1}] Option B: [{'a': 2}]", "{", "[", "[[[", "{'a'"]
    {
        read(text).expect_err(text);
    }
}

#[test]
fn other_texts_are_texts_without_quotes_around_them() {
    for (text, inner) in [
        ("2: a door opens", "2: a door opens"),
        ("  123, 456 ", "123, 456"),
        ("\"123\"", "123"),
        ("'123, 456'", "123, 456"),
        ("\"\\\"123\\\"\"", "123"),
        ("true", "true"),
        ("123", "123"),
        ("840000000000000001", "840000000000000001"),
        ("007", "007"),
        ("2: he says \"hi\"", "2: he says \"hi\""),
        ("```\n2: a\n3: b\n```", "2: a\n3: b"),
        ("(2) door", "(2) door"),
        ("2: a [slow] door", "2: a [slow] door"),
        ("2: she writes ```x``` on it", "2: she writes ```x``` on it"),
        ("`123`, ```456```", "`123`, ```456```"),
        ("https://x.test/a[1].png", "https://x.test/a[1].png"),
    ] {
        let found = match read(text) {
            // A caller decides whether a list within words is one.
            Ok(Reading::Embedded(_)) => continue,
            Ok(Reading::Text(found)) => found,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(found.trim(), inner, "{text}");
    }
    for nothing in ["", " \n", "null", "None", "''", "\"\"", "\u{200b}\u{feff}", "\"null\""] {
        assert_eq!(read(nothing), Ok(Reading::Nothing), "{nothing:?}");
    }
}

#[test]
fn depth_and_size_are_bounded() {
    for (open, close) in [("[", "]"), ("{'a':", "}"), ("(", ")")] {
        let nested = |depth: usize| format!("[{}1{}]", open.repeat(depth), close.repeat(depth));
        assert!(matches!(read(&nested(MAX_DEPTH - 2)), Ok(Reading::Value(_))), "{open}");
        let deep = "[".repeat(32 * 1024);
        assert_eq!(unreadable(&deep).wanted, Wanted::LessDepth);
        assert!(python::all(&nested(MAX_DEPTH)).is_err(), "{open}");
    }
    // What would be read again and again if each piece looked ahead to the end of the text.
    for hostile in [
        "'",
        "\"",
        "\" ",
        "“",
        "{",
        "[{",
        "\\",
        "[1,",
        "{'a':'b',",
        "```",
        "http://,",
        "'''",
        ",",
        "\\ud83c",
        "[]",
        "x[",
    ] {
        let text = hostile.repeat(64 * 1024 / hostile.len());
        let started = std::time::Instant::now();
        drop(read(&text));
        drop(read(&format!("[{text}")));
        drop(links(&format!("http://a{text}x")));
        // A square of the length would take minutes, on a busy machine too.
        assert!(started.elapsed().as_secs() < 20, "{hostile}: {:?}", started.elapsed());
    }
}

#[test]
fn links_are_found_and_only_cut_where_the_next_begins() {
    const A: &str = "https://m.example.test/1.png";
    const B: &str = "https://m.example.test/2.png?x=1,2;3&y=a'b";
    for text in [
        format!("{A}, {B}"),
        format!("{A},{B}"),
        format!("{A}\n{B}\n"),
        format!("{A}，{B}"),
        format!("{A}、{B}。"),
        format!("{A}; {B}"),
        format!("{A} {B}"),
        format!("{A} | {B}"),
        format!("1. {A}\n2. {B}"),
        format!("- [one]({A})\n- [two]({B})"),
        format!("<{A}> <{B}>"),
        format!("![]({A}) and **{B}**."),
        format!("'{A}', '{B}'"),
        format!("\"{A}\",\"{B}\""),
        format!("图一：{A}，图二：{B}；"),
        format!("HTTPS{}, {B}", &A[5..]),
    ] {
        let found = links(&text);
        let expected = if text.starts_with("HTTPS") { text.split_once(',').unwrap().0 } else { A };
        assert_eq!(found, [expected, B], "{text}");
    }
    for (text, link) in [
        ("https://x.test/a(1).png", "https://x.test/a(1).png"),
        ("(https://x.test/a)", "https://x.test/a"),
        ("https://x.test/a,b,c.png", "https://x.test/a,b,c.png"),
        (
            "The video is ready.\nhttps://x.test/v.mp4 (5.041 s)\nThe link works until 2026-12-23T00:00:00Z.",
            "https://x.test/v.mp4",
        ),
        ("https://x.test/a.png.", "https://x.test/a.png"),
        ("https://x.test/图.png", "https://x.test/图.png"),
        ("https://x.test/my red fox.png", "https://x.test/my red fox.png"),
        ("see https://x.test/f?name=my fox.png\nand more.", "https://x.test/f?name=my fox.png"),
        ("https://x.test/a.png is the first.", "https://x.test/a.png"),
        ("https://x.test/a and nothing", "https://x.test/a"),
    ] {
        assert_eq!(links(text), [link], "{text}");
    }
    for none in ["", "ftp://x.test/a", "a, b", "httpx://a"] {
        assert_eq!(links(none), [""; 0], "{none}");
    }
}

#[test]
fn ids_are_found_within_what_surrounds_them() {
    for text in [
        "860000000000000001",
        " 860000000000000001.",
        "`860000000000000001`",
        "**860000000000000001**",
        "\"860000000000000001\"",
        "“860000000000000001”",
        "ID: 860000000000000001",
        "element_id：860000000000000001。",
        "主体 ID：860000000000000001",
        "element_id=860000000000000001",
        "860000000000000001.0",
        "８６０００００００００００００００１",
        "- 860000000000000001",
        "1. 860000000000000001",
        "（860000000000000001）",
        "\u{200b}860000000000000001\u{feff}",
        "**ID:** `860000000000000001`",
        "<860000000000000001>",
        "#860000000000000001",
    ] {
        assert_eq!(number_id(text).as_deref(), Some("860000000000000001"), "{text}");
    }
    for text in [
        "",
        "abc",
        "12a",
        "1.5",
        "-5",
        "8.6e17",
        "1 2",
        "element",
        "8600000 00000000001",
        "o_102",
        "http://host:8080",
        "10:30",
        "at 10:30",
    ] {
        assert_eq!(number_id(text), None, "{text}");
    }
    assert_eq!(
        long_numbers("The element 860000000000000001 of 2026 is ready (id 860000000000000001).", 12),
        ["860000000000000001"]
    );
    assert_eq!(long_numbers("x860000000000000001 860000000000000001-2", 12), [""; 0]);
    for (text, found) in
        [("`voice_7`", Some("voice_7")), ("voice: gentle-1", Some("gentle-1")), ("a b", None), ("", None)]
    {
        assert_eq!(token(text).as_deref(), found, "{text}");
    }
    for (text, inside) in [
        ("\"order-7\"", "order-7"),
        ("`order-7`.", "order-7"),
        ("order-7.", "order-7."),
        ("**`order-7`**", "order-7"),
        ("“订单7”", "订单7"),
        ("it's", "it's"),
        ("\"\"", "\"\""),
    ] {
        assert_eq!(in_quotes(text), inside);
    }
}

#[test]
fn switches_and_numbers_have_many_spellings() {
    for yes in
        ["true", "True", "TRUE", "yes", "on", "ON", "1", "1.0", " \"true\" ", "ｔｒｕｅ", "是", "开启", "enabled", "１"]
    {
        assert_eq!(flag(yes), Some(true), "{yes}");
    }
    for no in ["false", "False", "no", "off", "0", "0.0", "None", "否", "'off'"] {
        assert_eq!(flag(no), Some(false), "{no}");
    }
    for neither in ["", "2", "maybe", "truee"] {
        assert_eq!(flag(neither), None, "{neither}");
    }
    for (text, found) in [
        ("5", Some(5.0)),
        ("5.0", Some(5.0)),
        ("+10", Some(10.0)),
        ("05", Some(5.0)),
        ("５", Some(5.0)),
        (" \"5\" ", Some(5.0)),
        ("-0.5", Some(-0.5)),
        (".5", Some(0.5)),
        ("1e2", Some(100.0)),
        ("nan", None),
        ("inf", None),
        ("+-5", None),
        ("5s", None),
        ("1,000", None),
        ("", None),
        ("five", None),
        ("1e999", None),
    ] {
        assert_eq!(number(text), found, "{text}");
    }
}

/// A value as Python's `str()` writes it.
fn python_repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
            let mut written = String::from(quote);
            for c in text.chars() {
                match c {
                    '\\' => written.push_str("\\\\"),
                    '\n' => written.push_str("\\n"),
                    '\r' => written.push_str("\\r"),
                    '\t' => written.push_str("\\t"),
                    c if c == quote => written.extend(['\\', c]),
                    c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                        written.extend(format!("\\x{:02x}", c as u32).chars());
                    }
                    c => written.push(c),
                }
            }
            written.push(quote);
            written
        }
        Value::Array(items) => format!("[{}]", items.iter().map(python_repr).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, value)| format!("{}: {}", python_repr(&json!(name)), python_repr(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

fn any_value() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let text = || prop_oneof![".*", "[\\\\'\"\n\t,:{}\\[\\]“”‘’a ]{0,12}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-4_000_000..4_000_000).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        text().prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    });
    prop::collection::vec(nested, 0..4).prop_map(Value::from)
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 512, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_python_or_json_writes_is_read_back(value in any_value()) {
        proptest::prop_assert_eq!(read(&python_repr(&value)), Ok(Reading::Value(value.clone())));
        proptest::prop_assert_eq!(read(&value.to_string()), Ok(Reading::Value(value.clone())));
        proptest::prop_assert_eq!(read(&format!("```json\n{value:#}\n```\n")), Ok(Reading::Value(value)));
    }

    #[test]
    fn a_list_that_breaks_off_is_never_taken_for_a_text(value in any_value(), cut in 0..100_usize) {
        let whole = python_repr(&value);
        let at = whole.char_indices().map(|(at, _)| at).nth(whole.chars().count() * cut / 100).unwrap_or(0).max(1);
        let read = read(&whole[..at]);
        proptest::prop_assert!(read.is_err(), "{}: {read:?}", &whole[..at]);
    }
}
