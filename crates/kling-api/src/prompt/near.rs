//! References that are nearly right: `@Image1`, `<<< image_1 >>>`, `&lt;&lt;&lt;image_1&gt;&gt;&gt;`.
//!
//! Where it is plain which input is meant, they are written as the API has them. Models write them from memory, and
//! angle brackets do not survive every template.

use super::references::{CLOSE, KINDS, OPEN};
use crate::{
    Image2VideoRequest, ImageGenerationRequest, OmniImageRequest, OmniVideoRequest, Shot, Surface, Text2VideoRequest,
};

/// A reference that was rewritten or that names nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearReference {
    /// The field it stands in.
    pub field: &'static str,
    /// What it names, such as `image_1`.
    pub name: String,
    /// What stands in its place now; nothing where no such input is given and the text was left as it is.
    pub written: Option<String>,
}

/// What a request gives its prompt to refer to.
#[derive(Debug, Clone, Copy, Default)]
struct Given {
    /// In the order of [`KINDS`].
    counts: [u64; 4],
    /// The number of the image that is the first frame.
    first_frame: Option<u64>,
    /// The number of the image that is the last frame.
    last_frame: Option<u64>,
    /// Whether frames have no names, so that only words can mean them.
    nameless_frames: bool,
    /// Whether `@image_1` is the way to write it.
    at_is_exact: bool,
}

/// Words that stand for a kind, longest first where one begins another.
const WORDS: &[(&str, &str)] = &[
    ("image", "image"),
    ("picture", "image"),
    ("img", "image"),
    ("图片", "image"),
    ("图像", "image"),
    ("图", "image"),
    ("element", "element"),
    ("subject", "element"),
    ("主体", "element"),
    ("video", "video"),
    ("视频", "video"),
    ("voice", "voice"),
    ("音色", "voice"),
];
const FIRST_FRAMES: &[&str] = &["first_frame", "first frame", "first-frame", "firstframe", "首帧"];
const LAST_FRAMES: &[&str] = &[
    "last_frame",
    "last frame",
    "last-frame",
    "lastframe",
    "end_frame",
    "end frame",
    "end-frame",
    "endframe",
    "image_tail",
    "尾帧",
];
/// Opening brackets and what closes them, each possibly several times.
const ANGLES: &[(&str, &str)] = &[
    ("<", ">"),
    ("＜", "＞"),
    ("〈", "〉"),
    ("《", "》"),
    ("«", "»"),
    ("&lt;", "&gt;"),
    ("\\<", "\\>"),
    ("\\u003c", "\\u003e"),
    ("\\u003C", "\\u003E"),
];
const BRACKETS: &[(&str, &str)] = &[("[", "]"), ("{", "}"), ("【", "】")];
/// Brackets one after the other that still mean one reference.
const MOST_BRACKETS: usize = 6;
/// Inputs of a kind are counted by two digits at most.
const MOST_DIGITS: usize = 2;

/// What a reference means.
enum Meaning {
    Input(&'static str, u64),
    FirstFrame,
    LastFrame,
}

/// A reference in whatever spelling.
struct Found<'a> {
    meaning: Meaning,
    /// Whether it can be meant as nothing else, whatever is given.
    certain: bool,
    rest: &'a str,
}

impl Given {
    fn of(images: usize, elements: usize, videos: usize, voices: usize) -> Self {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Self { counts: [count(images), count(elements), count(videos), count(voices)], ..Self::default() }
    }

    fn has(&self, kind: &str, number: u64) -> bool {
        let count = KINDS.iter().zip(self.counts).find(|(known, _)| **known == kind).map_or(0, |(_, count)| count);
        (1..=count).contains(&number)
    }

    /// The input's kind and number, if it is one that is given.
    fn resolve(&self, meaning: &Meaning) -> (Option<(&'static str, u64)>, String) {
        match *meaning {
            Meaning::Input(kind, number) => {
                (self.has(kind, number).then_some((kind, number)), format!("{kind}_{number}"))
            }
            Meaning::FirstFrame => (self.first_frame.map(|number| ("image", number)), "first_frame".to_owned()),
            Meaning::LastFrame => (self.last_frame.map(|number| ("image", number)), "last_frame".to_owned()),
        }
    }
}

/// Rewrites what is nearly a reference.
fn rewrite(field: &'static str, text: &mut String, given: &Given, told: &mut Vec<NearReference>) {
    let mut written = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let is_chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    while let Some(c) = rest.chars().next() {
        let Some(found) = find(rest, written.chars().next_back()) else {
            written.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        };
        let source = rest.get(..rest.len() - found.rest.len()).unwrap_or_default();
        rest = found.rest;
        // Beside more of the same signs it would become something else again.
        if written.ends_with(['<', '@', '＠']) || rest.starts_with('>') {
            written.push_str(source);
            continue;
        }
        let (input, name) = given.resolve(&found.meaning);
        let place = match (input, &found.meaning) {
            (Some(("image", number)), _) if given.nameless_frames => {
                let last = given.last_frame == Some(number);
                spaced(frame_words(last, is_chinese), &written, rest)
            }
            (Some((kind, number)), _) => format!("{OPEN}{kind}_{number}{CLOSE}"),
            // To be refused as a reference to nothing.
            (None, Meaning::Input(kind, number)) if found.certain => format!("{OPEN}{kind}_{number}{CLOSE}"),
            (None, _) => source.to_owned(),
        };
        let is_frame = given.nameless_frames && matches!(input, Some(("image", _)));
        let exact_with_at = given.at_is_exact && !is_frame && source == format!("@{name}");
        if input.is_some() && (place == source || exact_with_at) {
            written.push_str(source);
            continue;
        }
        let changed = place != source;
        written.push_str(&place);
        // What only may be a reference and names nothing given is told; what is certain is refused by the rules.
        if changed || !found.certain {
            told.push(NearReference { field, name, written: changed.then(|| place.trim().to_owned()) });
        }
    }
    *text = written;
}

fn frame_words(last: bool, is_chinese: bool) -> &'static str {
    match (last, is_chinese) {
        (false, false) => "the first frame",
        (true, false) => "the last frame",
        (false, true) => "首帧",
        (true, true) => "尾帧",
    }
}

/// Words apart from letters and digits around them.
fn spaced(words: &str, before: &str, after: &str) -> String {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric()) && words.is_ascii();
    let space = |needed: bool| if needed { " " } else { "" };
    format!("{}{words}{}", space(joins(before.chars().next_back())), space(joins(after.chars().next())))
}

/// A reference at the beginning of a text.
fn find(text: &str, before: Option<char>) -> Option<Found<'_>> {
    if let Some(rest) = text.strip_prefix(['@', '＠']) {
        // An address, not a reference.
        if before.is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        return in_brackets(rest, ANGLES)
            .or_else(|| in_brackets(rest, BRACKETS))
            .map(|(meaning, rest, _)| (meaning, rest))
            .or_else(|| name(rest).filter(|(_, rest)| ends_word(rest)))
            .map(|(meaning, rest)| Found { meaning, certain: false, rest });
    }
    let angles = in_brackets(text, ANGLES).map(|(meaning, rest, depth)| Found { meaning, certain: depth >= 3, rest });
    angles.or_else(|| {
        let (meaning, rest, _) = in_brackets(text, BRACKETS)?;
        Some(Found { meaning, certain: false, rest })
    })
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// A name in brackets, and how many there are.
fn in_brackets<'a>(text: &'a str, brackets: &[(&str, &str)]) -> Option<(Meaning, &'a str, usize)> {
    let (open, close) = brackets.iter().find(|(open, _)| text.starts_with(open))?;
    let (opened, inside) = skip(text, open);
    // `<<<@image_1>>>` is both spellings at once.
    let inside = inside.trim_start_matches([' ', '\u{a0}', '@']);
    let (meaning, behind) = name(inside)?;
    let (closed, rest) = skip(behind.trim_start_matches([' ', '\u{a0}']), close);
    (closed > 0).then_some((meaning, rest, opened))
}

/// How often a text begins with a bracket, and what follows.
fn skip<'a>(mut text: &'a str, bracket: &str) -> (usize, &'a str) {
    let mut count = 0;
    while count < MOST_BRACKETS
        && let Some(rest) = text.strip_prefix(bracket)
    {
        (count, text) = (count + 1, rest);
    }
    (count, text)
}

/// `image_1`, `Image1`, `图片 1` or the name of a frame at the beginning of a text.
fn name(text: &str) -> Option<(Meaning, &str)> {
    let behind = |word: &str| {
        let start = text.get(..word.len())?;
        if start.eq_ignore_ascii_case(word) { text.get(word.len()..) } else { None }
    };
    if let Some(rest) = FIRST_FRAMES.iter().find_map(|word| behind(word)) {
        return Some((Meaning::FirstFrame, rest));
    }
    if let Some(rest) = LAST_FRAMES.iter().find_map(|word| behind(word)) {
        return Some((Meaning::LastFrame, rest));
    }
    let (kind, rest) = WORDS.iter().find_map(|(word, kind)| Some((*kind, behind(word)?)))?;
    let rest = rest.strip_prefix(['_', '-', ' ', '#']).unwrap_or(rest);
    let digits = rest.chars().take_while(|c| digit(*c).is_some()).count();
    if !(1..=MOST_DIGITS).contains(&digits) {
        return None;
    }
    let number = rest.chars().take(digits).filter_map(digit).fold(0, |number, digit| number * 10 + u64::from(digit));
    let length: usize = rest.chars().take(digits).map(char::len_utf8).sum();
    Some((Meaning::Input(kind, number), rest.get(length..)?))
}

fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        c => c.to_digit(10),
    }
}

fn rewrite_all(prompt: Option<&mut String>, shots: &mut [Shot], given: &Given) -> Vec<NearReference> {
    let mut told = Vec::new();
    if let Some(prompt) = prompt {
        rewrite("prompt", prompt, given, &mut told);
    }
    for shot in shots {
        rewrite("multi_prompt", &mut shot.prompt, given, &mut told);
    }
    told
}

fn is_v2(model: Option<&str>) -> bool {
    model.map_or(Surface::Legacy, Surface::of_model) == Surface::New
}

impl Text2VideoRequest {
    /// Writes references that are nearly right as the API has them, and answers which.
    pub fn rewrite_references(&mut self) -> Vec<NearReference> {
        let given = Given::of(0, 0, 0, self.voice_list.len());
        rewrite_all(self.prompt.as_mut(), &mut self.multi_prompt, &given)
    }
}

impl Image2VideoRequest {
    /// As [`Text2VideoRequest::rewrite_references`]. Where frames have no names, words take the place of a reference to
    /// one.
    pub fn rewrite_references(&mut self) -> Vec<NearReference> {
        let frames = usize::from(self.image.is_some()) + usize::from(self.image_tail.is_some());
        let v2 = is_v2(self.model_name.as_deref());
        let given = Given {
            first_frame: self.image.as_ref().map(|_| 1),
            last_frame: self.image_tail.as_ref().map(|_| frames as u64),
            nameless_frames: v2,
            at_is_exact: v2,
            ..Given::of(frames, self.element_list.len(), 0, self.voice_list.len())
        };
        rewrite_all(self.prompt.as_mut(), &mut self.multi_prompt, &given)
    }
}

impl OmniVideoRequest {
    /// As [`Text2VideoRequest::rewrite_references`].
    pub fn rewrite_references(&mut self) -> Vec<NearReference> {
        let frame = |role| (1..).zip(&self.image_list).find(|(_, image)| image.role.as_deref() == Some(role));
        let given = Given {
            first_frame: frame("first_frame").map(|(number, _)| number),
            last_frame: frame("end_frame").map(|(number, _)| number),
            at_is_exact: is_v2(self.model_name.as_deref()),
            ..Given::of(self.image_list.len(), self.element_list.len(), self.video_list.len(), 0)
        };
        rewrite_all(self.prompt.as_mut(), &mut self.multi_prompt, &given)
    }
}

impl ImageGenerationRequest {
    /// As [`Text2VideoRequest::rewrite_references`].
    pub fn rewrite_references(&mut self) -> Vec<NearReference> {
        let given = Given::of(usize::from(self.image.is_some()), self.element_list.len(), 0, 0);
        rewrite_all(self.prompt.as_mut(), &mut [], &given)
    }
}

impl OmniImageRequest {
    /// As [`Text2VideoRequest::rewrite_references`].
    pub fn rewrite_references(&mut self) -> Vec<NearReference> {
        let given = Given::of(self.image_list.len(), self.element_list.len(), 0, 0);
        rewrite_all(self.prompt.as_mut(), &mut [], &given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ElementRef, Media, VideoImage};

    fn images(count: usize, prompt: &str) -> OmniVideoRequest {
        OmniVideoRequest {
            prompt: Some(prompt.to_owned()),
            image_list: vec![VideoImage { image_url: Media::from("https://x.test/a.png"), role: None }; count],
            element_list: vec![ElementRef::new("160")],
            ..OmniVideoRequest::default()
        }
    }

    fn rewritten(prompt: &str) -> (String, Vec<Option<String>>) {
        let mut request = images(2, prompt);
        let told = request.rewrite_references().into_iter().map(|near| near.written).collect();
        (request.prompt.unwrap(), told)
    }

    #[test]
    fn every_spelling_of_an_input_that_is_given_becomes_the_one_of_the_api() {
        for near in [
            "@image_1",
            "@Image_1",
            "@image1",
            "@Image 1",
            "@IMAGE-1",
            "＠image_1",
            "@图片1",
            "@图1",
            "@图片_１",
            "@img1",
            "@{image_1}",
            "@[Image 1]",
            "<<<Image_1>>>",
            "<<< image_1 >>>",
            "<<<image1>>>",
            "<<<image-1>>>",
            "<<image_1>>",
            "<image_1>",
            "<<<<image_1>>>>",
            "<<<@image_1>>>",
            "&lt;&lt;&lt;image_1&gt;&gt;&gt;",
            "\\<\\<\\<image_1\\>\\>\\>",
            "\\u003c\\u003c\\u003cimage_1\\u003e\\u003e\\u003e",
            "《《《image_1》》》",
            "＜＜＜image_1＞＞＞",
            "<<<图片_1>>>",
            "[image_1]",
            "{{image_1}}",
            "【图片1】",
            "<<<image_01>>>",
        ] {
            for (before, after) in [("", ""), ("see ", " run"), ("看", "在雨中"), ("(", ").")] {
                let (prompt, told) = rewritten(&format!("{before}{near}{after}"));
                assert_eq!(prompt, format!("{before}<<<image_1>>>{after}"), "{near}");
                assert_eq!(told, [Some("<<<image_1>>>".to_owned())], "{near}");
            }
        }
        assert_eq!(rewritten("@主体1 and @Element_1").0, "<<<element_1>>> and <<<element_1>>>");
    }

    #[test]
    fn what_is_right_or_no_reference_stays_without_a_word() {
        for text in [
            "<<<image_1>>> meets <<<element_1>>>",
            "me@image_1.com",
            "an image 1 of 2",
            "image_1",
            "a <b> c",
            "@imagery",
            "@image",
            "@image_123",
            "@images_1",
            "<<<object_1>>>",
            "@Mira",
            "[1]",
            "@image_1st",
            "<<<<<<<<image_1>>>",
            "@@image_1",
            "<<< >>>",
            "",
            "<<<",
            "图1",
        ] {
            assert_eq!(rewritten(text), (text.to_owned(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn a_reference_to_nothing_is_told_or_left_to_the_rules() {
        assert_eq!(rewritten("@image_3 runs"), ("@image_3 runs".to_owned(), vec![None]));
        assert_eq!(rewritten("<<<Image_3>>>").0, "<<<image_3>>>");
        let mut exact = images(2, "<<<image_3>>>");
        assert_eq!(exact.rewrite_references(), []);
    }

    #[test]
    fn frames_are_named_by_their_numbers_or_their_place() {
        let mut omni = images(1, "from @first_frame to <<<end_frame>>> with <<<image_1>>>");
        for role in ["first_frame", "end_frame"] {
            omni.image_list
                .push(VideoImage { image_url: Media::from("https://x.test/b.png"), role: Some(role.to_owned()) });
        }
        omni.rewrite_references();
        assert_eq!(omni.prompt.as_deref(), Some("from <<<image_2>>> to <<<image_3>>> with <<<image_1>>>"));
    }

    #[test]
    fn words_take_the_place_of_frames_without_names() {
        let frames = |model: &str, prompt: &str, tail: bool| {
            let mut request = Image2VideoRequest {
                model_name: Some(model.to_owned()),
                prompt: Some(prompt.to_owned()),
                image: Some(Media::from("https://x.test/a.png")),
                image_tail: tail.then(|| Media::from("https://x.test/b.png")),
                ..Image2VideoRequest::default()
            };
            request.rewrite_references();
            request.prompt.unwrap()
        };
        assert_eq!(frames("kling-3.0", "<<<image_1>>> smiles", false), "the first frame smiles");
        assert_eq!(
            frames("kling-3.0", "@image_1 turns into @Image2", true),
            "the first frame turns into the last frame"
        );
        assert_eq!(frames("kling-3.0", "<<<image_1>>>在雨中", false), "首帧在雨中");
        assert_eq!(frames("kling-3.0", "a<<<first_frame>>>b", false), "a the first frame b");
        assert_eq!(
            frames("kling-v3", "@image_1 smiles, <<<last_frame>>>", true),
            "<<<image_1>>> smiles, <<<image_2>>>"
        );
        assert_eq!(frames("kling-v3", "<<<image_1>>> smiles", false), "<<<image_1>>> smiles");
    }

    #[test]
    fn the_way_of_the_v2_surface_is_right_there() {
        let mut omni = images(1, "@image_1在雨中 and @Image_1");
        omni.model_name = Some("kling-3.0-omni".to_owned());
        assert_eq!(omni.rewrite_references().len(), 1);
        assert_eq!(omni.prompt.as_deref(), Some("@image_1在雨中 and <<<image_1>>>"));
    }

    #[test]
    fn shots_are_rewritten_too() {
        let mut request = images(1, "");
        request.multi_prompt = vec![Shot { index: 1, prompt: "@image_1 runs".into(), duration: "5".into() }];
        let told = request.rewrite_references();
        assert_eq!(told[0].field, "multi_prompt");
        assert_eq!(request.multi_prompt[0].prompt, "<<<image_1>>> runs");
    }
}
