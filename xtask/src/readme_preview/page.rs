//! A README as a web page, with what matters of the looks of Dify's panel (Dify's web of 2026-08; seen in 1.16.0).

use std::fmt;

use pulldown_cmark::{Event, Options, Parser, html};

/// How wide the text is in Dify's panel, in pixels.
pub const WIDTH: u32 = 540;
/// The panel's own padding, at either side.
const PADDING: u32 = 16;
/// How wide a window has to be to show it.
pub const WINDOW: u32 = WIDTH + 2 * PADDING;
/// Dify shows no image higher than this.
pub const IMAGE_HEIGHT: u32 = 200;

/// What Dify's reader of Markdown knows beside `CommonMark`.
pub const SYNTAX: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// Dify's themes, as far as they matter to a page and its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    Light,
    /// Light on dark.
    Dark,
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Light => "light",
            Self::Dark => "dark",
        })
    }
}

/// A README and for whom it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Its text.
    pub markdown: &'a str,
    /// Its language in Dify's words, as `zh_Hans`.
    pub language: &'a str,
    /// The theme of whoever reads it.
    pub theme: Theme,
}

impl Page<'_> {
    /// The page. A line break of the source is one on the page, as in Dify.
    pub fn html(&self) -> String {
        let events = Parser::new_ext(self.markdown, SYNTAX).map(|event| match event {
            Event::SoftBreak => Event::HardBreak,
            other => other,
        });
        let mut body = String::new();
        html::push_html(&mut body, events);
        let language = self.language.replace('_', "-");
        let colours = match self.theme {
            Theme::Light => {
                "--page:#fff;--text:#101828;--soft:#676f83;--line:#10182814;--code:#1018280f;--link:#155aef"
            }
            Theme::Dark => {
                "--page:#1d1d20;--text:#fbfbfc;--soft:#c8ceda99;--line:#c8ceda24;--code:#c8ceda24;--link:#5289ff"
            }
        };
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n<title>{language}</title>\n\
             <style>\n:root{{{colours};--width:{WIDTH}px;--padding:{PADDING}px;--image:{IMAGE_HEIGHT}px}}\n{STYLE}\
             </style>\n<main>\n{body}</main>\n<script>{MEASURE}</script>\n</html>\n"
        )
    }
}

/// Sizes as in Dify; what it takes from the browser or resets is as it is there.
const STYLE: &str = "\
*{margin:0;padding:0;box-sizing:border-box}
body{background:var(--page);color:var(--text);font:400 15px/1.6 Inter,'Noto Sans','Noto Sans CJK SC',sans-serif}
main{width:var(--width);margin:0 var(--padding);padding:12px 0;word-break:break-word}
main>*{margin-bottom:12px}
h1{font-size:18px}h2{font-size:16px;margin-top:20px}h3,h4{font-size:14px}
a{color:var(--link);text-decoration:none}
ul,ol{padding-left:2em}ul{list-style:disc}ol{list-style:decimal}
code{font:85% ui-monospace,'Noto Sans Mono',monospace;padding:.2em .4em;background:var(--code);border-radius:6px;white-space:break-spaces}
pre code{background:none;padding:0;white-space:pre-wrap}
table{display:block;width:max-content;max-width:100%;overflow:auto;border:1px solid var(--line);border-radius:8px;border-spacing:0}
th,td{padding:6px 13px;text-align:left;border-bottom:1px solid var(--line)}
th{font:500 12px/1.6 inherit;color:var(--soft)}td{font-size:13px}
p:has(>img:first-child){display:flex;flex-wrap:wrap}
img{box-sizing:content-box;max-width:100%;max-height:var(--image);object-fit:contain;border:2px solid var(--page);\
border-radius:8px;margin:0 8px 8px 0}
";

/// Tells how high the page is, and begins it where `?from=` says.
const MEASURE: &str = "\
addEventListener('load',()=>{document.documentElement.dataset.height=\
Math.ceil(document.querySelector('main').getBoundingClientRect().height);\
document.body.style.marginTop=-(new URLSearchParams(location.search).get('from')||0)+'px'})";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_of_the_source_is_one_on_the_page() {
        let page = Page { markdown: "one\ntwo\n\n- three\n  four\n", language: "zh_Hans", theme: Theme::Dark }.html();
        assert!(page.contains("<p>one<br />\ntwo</p>") && page.contains("three<br />\nfour"), "{page}");
        assert!(page.contains("lang=\"zh-Hans\""), "{page}");
    }
}
