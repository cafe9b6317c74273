//! References in prompts: `<<<image_1>>>` on `/v1`, `@name` where the model stands in the path.

use crate::refusal::Refusal;

/// How many things of one kind a `/v1` body lists: the kind as prompts write it, and the number.
pub(crate) type Listed = (&'static str, usize);

/// Refuses a prompt that speaks of the third of two images. Other words in triple brackets are ordinary text.
pub(crate) fn check_marks(prompt: &str, listed: &[Listed]) -> Result<(), Refusal> {
    let inner = prompt.split("<<<").skip(1).filter_map(|rest| rest.split_once(">>>")).map(|(mark, _)| mark);
    for mark in inner {
        let Some((kind, number)) = mark.rsplit_once('_') else { continue };
        let Some((_, count)) = listed.iter().find(|(listed, _)| *listed == kind) else { continue };
        if !number.parse().is_ok_and(|number: usize| (1..=*count).contains(&number)) {
            return Err(Refusal::parameter(format!("prompt refers to <<<{mark}>>>, which does not exist")));
        }
    }
    Ok(())
}

/// Whether a prompt refers to any of a kind.
pub(crate) fn mentions(prompt: &str, kind: &str) -> bool {
    prompt.split("<<<").skip(1).any(|rest| rest.strip_prefix(kind).is_some_and(|rest| rest.starts_with('_')))
}

/// Refuses a prompt with an `@` that is followed by no name of the list. An `@` behind a letter or a digit (as in a mail
/// address) or before a blank is ordinary text.
pub(crate) fn check_names(prompt: &str, names: &[&str]) -> Result<(), Refusal> {
    let mut before = ' ';
    for (at, character) in prompt.char_indices() {
        let rest = prompt.get(at + 1..).unwrap_or_default();
        let refers = character == '@'
            && !before.is_ascii_alphanumeric()
            && rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        if refers && !names.iter().any(|name| rest.starts_with(name)) {
            let name: String = rest.chars().take_while(|next| next.is_alphanumeric() || *next == '_').collect();
            return Err(Refusal::parameter(format!("prompt refers to @{name}, which is no id of contents")));
        }
        before = character;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_from_one_to_what_is_listed() {
        let listed = [("image", 2), ("video", 0)];
        for prompt in ["<<<image_1>>> and <<<image_2>>>", "<<<style_9>>>", "<<<image>>>", "<<<image_3", "a < b"] {
            assert_eq!(check_marks(prompt, &listed), Ok(()), "{prompt}");
        }
        for prompt in ["<<<image_3>>>", "<<<image_0>>>", "<<<image_x>>>", "<<<image_1>>><<<video_1>>>"] {
            assert!(check_marks(prompt, &listed).is_err(), "{prompt}");
        }
        assert!(mentions("a host <<<voice_1>>>", "voice"));
        assert!(!mentions("a voice", "voice"));
    }

    #[test]
    fn names_must_be_known() {
        let names = ["image_1", "张三"];
        for prompt in ["@image_1 runs", "看@张三走路", "(@image_1)", "mail a@b.test", "at @ noon", "@"] {
            assert_eq!(check_names(prompt, &names), Ok(()), "{prompt}");
        }
        for prompt in ["@image_2", "看@李四", "@image_1 and @Mira"] {
            assert!(check_names(prompt, &names).is_err(), "{prompt}");
        }
    }
}
