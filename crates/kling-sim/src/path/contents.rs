//! `contents`: a list of typed items.

use std::collections::HashSet;

use super::endpoints::{Endpoint, Kind};
use crate::fields::Fields;
use crate::media::{self, PictureRules};
use crate::references;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::ElementKind;

/// What a list holds, checked item by item.
#[derive(Debug, Default)]
pub(super) struct Contents<'a> {
    /// Empty when there is none.
    pub(super) prompt: &'a str,
    pub(super) items: Vec<Item<'a>>,
}

/// An item that is no prompt.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) kind: Kind,
    /// The name prompts call it by.
    pub(super) id: Option<&'a str>,
    pub(super) element: Option<ElementKind>,
}

impl<'a> Contents<'a> {
    pub(super) fn read(body: Fields<'a>, endpoint: &Endpoint, state: &SimState) -> Result<Self, Refusal> {
        let mut contents = Self::default();
        let mut prompts = 0;
        for fields in body.objects("contents")? {
            let kind = kind(fields, endpoint)?;
            if kind == Kind::Prompt {
                prompts += 1;
                contents.prompt = prompt(fields, "text", endpoint)?;
            } else {
                contents.items.push(item(fields, kind, state)?);
            }
        }
        if prompts > 1 {
            return Err(Refusal::too_many("contents prompt", prompts, 1));
        }
        contents.check_names(endpoint)?;
        Ok(contents)
    }

    pub(super) fn count(&self, kind: Kind) -> usize {
        self.items.iter().filter(|item| item.kind == kind).count()
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.count(kind) > 0
    }

    /// Whether the prompt calls an item of a kind by its name.
    pub(super) fn mentions(&self, kind: Kind) -> bool {
        let mut names = self.items.iter().filter(|item| item.kind == kind).filter_map(|item| item.id);
        names.any(|name| self.prompt.contains(&format!("@{name}")))
    }

    /// Names are unique, and the prompt uses no others.
    fn check_names(&self, endpoint: &Endpoint) -> Result<(), Refusal> {
        let mut seen = HashSet::new();
        let names: Vec<&str> = self.items.iter().filter_map(|item| item.id).collect();
        if let Some(twice) = names.iter().find(|name| !seen.insert(**name)) {
            return Err(Refusal::parameter(format!("contents id '{twice}' is used more than once")));
        }
        if endpoint.has_names() { references::check_names(self.prompt, &names) } else { Ok(()) }
    }
}

fn kind(item: Fields<'_>, endpoint: &Endpoint) -> Result<Kind, Refusal> {
    let given = item.needed("type", "contents.type")?;
    let kind = endpoint.contents.iter().find(|kind| kind.as_str() == given);
    kind.copied().ok_or_else(|| Refusal::value("contents.type", given))
}

fn item<'a>(fields: Fields<'a>, kind: Kind, state: &SimState) -> Result<Item<'a>, Refusal> {
    let named = |what: &str| format!("contents.{}.{what}", kind.as_str());
    let mut element = None;
    match kind {
        Kind::Prompt => {}
        Kind::FirstFrame | Kind::LastFrame | Kind::ReferImage => {
            media::picture(&named("url"), fields.string("url")?.unwrap_or_default(), PictureRules::PATH)?;
        }
        Kind::FeatureVideo | Kind::BaseVideo => {
            media::video(&named("url"), fields.string("url")?.unwrap_or_default())?;
        }
        Kind::Element => {
            let id = fields.needed("element_id", &named("element_id"))?;
            fields.needed("id", &named("id"))?;
            let number = id.parse().map_err(|_| Refusal::value("element_id", id))?;
            element = Some(state.element_kind(number)?);
        }
        Kind::Voice => {
            fields.needed("voice_id", &named("voice_id"))?;
            fields.needed("id", &named("id"))?;
        }
    }
    let id = fields.string("id")?.filter(|id| !id.is_empty());
    Ok(Item { kind, id, element })
}

/// A prompt that is there is not blank, and not too long.
pub(super) fn prompt<'a>(fields: Fields<'a>, name: &str, endpoint: &Endpoint) -> Result<&'a str, Refusal> {
    let text = fields.string(name)?.filter(|text| !text.trim().is_empty()).ok_or_else(|| Refusal::empty("prompt"))?;
    if text.chars().count() > endpoint.longest_prompt {
        return Err(Refusal::parameter(format!("prompt exceeds the limit of {} characters", endpoint.longest_prompt)));
    }
    Ok(text)
}
