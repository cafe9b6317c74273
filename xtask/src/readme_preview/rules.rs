//! What Dify's panel shows otherwise than GitHub does, and a README therefore avoids.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::page::SYNTAX;

/// A wider table is squeezed until words break anywhere (seen in 1.16.0) or scrolls sideways (later).
const TABLE_COLUMNS: usize = 3;
/// What fits beside each other, as letters; a Chinese character is as wide as two.
const TABLE_WIDTH: usize = 56;

/// Each place that Dify shows otherwise than it is meant, with its line.
pub fn faults(markdown: &str) -> Vec<String> {
    let mut reader = Reader { markdown, faults: Vec::new(), paragraph: None, table: None };
    for (event, range) in Parser::new_ext(markdown, SYNTAX).into_offset_iter() {
        reader.read(&event, range.start);
    }
    reader.faults
}

struct Reader<'a> {
    markdown: &'a str,
    faults: Vec<String>,
    /// In a paragraph: how many events of it there were.
    paragraph: Option<usize>,
    /// In a table: the widest cell of each column, and the column.
    table: Option<(Vec<usize>, usize)>,
}

impl Reader<'_> {
    fn read(&mut self, event: &Event<'_>, at: usize) {
        match event {
            Event::SoftBreak | Event::HardBreak => self.fault(at, "is broken: Dify shows the break"),
            Event::Html(_) | Event::InlineHtml(_) => self.fault(at, "has HTML, of which Dify shows a part at most"),
            Event::Start(Tag::Image { dest_url, .. }) => self.image(dest_url, at),
            Event::Start(Tag::Link { dest_url, .. }) if !is_address(dest_url) => {
                self.fault(at, "has a link that leads nowhere from Dify's panel");
            }
            Event::Text(text) => self.text(text, at),
            Event::Code(text) => self.widen(text),
            Event::Start(Tag::Table(columns)) => self.table = Some((vec![0; columns.len()], 0)),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Some((_, column)) = &mut self.table {
                    *column = 0;
                }
            }
            Event::End(TagEnd::TableCell) => {
                if let Some((_, column)) = &mut self.table {
                    *column += 1;
                }
            }
            Event::End(TagEnd::Table) => self.end_table(at),
            _ => {}
        }
        self.paragraph = match event {
            Event::Start(Tag::Paragraph) => Some(0),
            Event::End(TagEnd::Paragraph) => None,
            _ => self.paragraph.map(|events| events + 1),
        };
    }

    fn image(&mut self, address: &str, at: usize) {
        if self.paragraph != Some(0) {
            self.fault(at, "has an image that does not begin its paragraph");
        }
        let packed =
            address.strip_prefix("./_assets/").and_then(|name| name.rsplit_once('.')).is_some_and(|it| it.1 == "png");
        if !packed {
            self.fault(at, "has an image that is no PNG of ./_assets/, from where alone Dify shows some");
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if text.contains('$') {
            self.fault(at, "has a `$` outside of code, which may begin a formula");
        }
        // Beside a Chinese character some of them begin or end nothing.
        if text.contains('*') {
            self.fault(at, "shows a `*`");
        }
        self.widen(text);
    }

    fn widen(&mut self, text: &str) {
        if let Some((widest, column)) = &mut self.table {
            let width: usize = text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum();
            if let Some(cell) = widest.get_mut(*column) {
                *cell = width.max(*cell);
            }
        }
    }

    fn end_table(&mut self, at: usize) {
        let Some((widest, _)) = self.table.take() else { return };
        let width: usize = widest.iter().sum();
        if widest.len() > TABLE_COLUMNS || width > TABLE_WIDTH {
            self.fault(at, &format!("begins a table of {} columns and {width} letters, too wide", widest.len()));
        }
    }

    fn fault(&mut self, at: usize, what: &str) {
        let line = self.markdown.get(..at).unwrap_or_default().matches('\n').count() + 1;
        self.faults.push(format!("line {line} {what}"));
    }
}

fn is_address(link: &str) -> bool {
    ["https://", "mailto:"].iter().any(|scheme| link.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_as_meant_is_not_faults() {
        let good = "# Title\n\nOne line, `$code`.\n\n- a list\n- of two\n  - and one within\n\n1. numbers\n\n\
                    | key | region |\n|---|---|\n| klingai.com | 中国大陆 |\n\n![an image](./_assets/a.png)\n\n\
                    <https://kling.ai>, [Kling](https://kling.ai)\n\n```\ntwo\nlines\n```\n";
        assert_eq!(faults(good), Vec::<String>::new());
    }

    #[test]
    fn a_wrapped_line_is_told_wherever_it_is() {
        for wrapped in ["one\ntwo\n", "- one\n  two\n", "1. one\ntwo\n", "> one\n> two\n", "one  \ntwo\n"] {
            assert_eq!(faults(wrapped), ["line 1 is broken: Dify shows the break"], "{wrapped:?}");
        }
        assert_eq!(faults("# Title\n\none\ntwo\n"), ["line 3 is broken: Dify shows the break"]);
    }

    #[test]
    fn a_wide_table_is_faults() {
        let many = "|a|b|c|d|\n|---|---|---|---|\n|1|2|3|4|\n";
        assert_eq!(faults(many), ["line 1 begins a table of 4 columns and 4 letters, too wide"]);
        let wide = format!("|a|b|\n|---|---|\n|{}|{}|\n", "a".repeat(30), "中".repeat(14));
        assert_eq!(faults(&wide), ["line 1 begins a table of 2 columns and 58 letters, too wide"]);
    }

    #[test]
    fn images_that_dify_does_not_show_are_faults() {
        for lost in ["a.png", "../_assets/a.png", "./_assets/a.svg", "https://kling.ai/a.png"] {
            let fault = "line 1 has an image that is no PNG of ./_assets/, from where alone Dify shows some";
            assert_eq!(faults(&format!("![a]({lost})\n")), [fault], "{lost}");
        }
        assert_eq!(faults("See ![a](./_assets/a.png)\n"), ["line 1 has an image that does not begin its paragraph"]);
    }

    #[test]
    fn dead_links_formulas_and_html_are_faults() {
        assert_eq!(faults("[Privacy](PRIVACY.md)\n"), ["line 1 has a link that leads nowhere from Dify's panel"]);
        assert_eq!(faults("From $5 on\n"), ["line 1 has a `$` outside of code, which may begin a formula"]);
        assert_eq!(faults("设为**“是”**时\n").first().unwrap(), "line 1 shows a `*`");
        assert_eq!(faults("<br>\n"), ["line 1 has HTML, of which Dify shows a part at most"]);
        assert_eq!(faults("give <key> here\n"), ["line 1 has HTML, of which Dify shows a part at most"]);
    }
}
