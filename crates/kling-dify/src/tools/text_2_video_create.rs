//! `text_2_video_create`: a video from a prompt.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use kling_api::{DEFAULT_TEXT2VIDEO_MODEL, Shot, TaskPath, Text2VideoRequest, VideoModel, Voice, WatermarkInfo};
use serde_json::json;
use uuid::Uuid;

use crate::account::Accounts;
use crate::kling_task::Text2Video;
use crate::parameters::Parameters;
use crate::run::Opening;
use crate::texts;

/// Kling's own value, so not worth sending: some models refuse the field.
const DEFAULT_CFG_SCALE: f64 = 0.5;

pub(crate) struct Text2VideoCreate(pub(crate) Arc<Accounts>);

#[async_trait]
impl Tool for Text2VideoCreate {
    fn name(&self) -> &'static str {
        "text_2_video_create"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.0, &call, true)?;
        let language = opening.parameters.language();
        let (request, external_task_id) = request(opening.parameters)?;
        let request = request.check().map_err(|broken| Error::BadRequest(texts::violation(language, &broken)))?;
        let about = json!({"model_name": request.model_name, "duration": request.duration, "mode": request.mode});
        let run = opening.begin(&self.0, out, self.name(), about).await?;
        let model = request.model_name.as_deref().unwrap_or_default();
        if let Some(retirement) = VideoModel::find(model).and_then(|model| model.retirement) {
            run.note(texts::retired_model(language, model, retirement)).await?;
        }
        let client = run.client().clone();
        let submission = Text2Video { client: &client, request: &request, external_task_id: &external_task_id };
        run.create(TaskPath::TEXT2VIDEO, &submission, &external_task_id).await
    }
}

/// The request, and the id by which its task can be found whatever becomes of the answer.
fn request(parameters: Parameters<'_>) -> Result<(Text2VideoRequest, String), Error> {
    let external_task_id =
        parameters.word("external_task_id")?.unwrap_or_else(|| format!("dify-{}", Uuid::new_v4().hyphenated()));
    let or = |name, default: &str| Ok::<_, Error>(Some(parameters.word(name)?.unwrap_or_else(|| default.to_owned())));
    let request = Text2VideoRequest {
        model_name: or("model_name", DEFAULT_TEXT2VIDEO_MODEL)?,
        prompt: parameters.text("prompt")?,
        negative_prompt: parameters.text("negative_prompt")?,
        multi_shot: parameters.flag("multi_shot", false)?.then_some(true),
        shot_type: parameters.word("shot_type")?,
        multi_prompt: shots(parameters)?,
        voice_list: voices(parameters)?,
        sound: parameters.word("sound")?.filter(|sound| sound != "off"),
        cfg_scale: parameters.number("cfg_scale")?.filter(|scale| (scale - DEFAULT_CFG_SCALE).abs() > f64::EPSILON),
        mode: or("mode", "std")?,
        aspect_ratio: or("aspect_ratio", "16:9")?,
        duration: or("duration", "5")?,
        watermark_info: parameters.flag("watermark", false)?.then_some(WatermarkInfo { enabled: true }),
        callback_url: parameters.word("callback_url")?,
        external_task_id: Some(external_task_id.clone()),
    };
    let single = request.multi_shot.is_none();
    // Kling takes no shots without `multi_shot`; forms keep them filled in.
    let request =
        if single { Text2VideoRequest { shot_type: None, multi_prompt: Vec::new(), ..request } } else { request };
    Ok((request, external_task_id))
}

/// `multi_prompt`: items of `prompt` and `duration`, numbered in their order unless they say otherwise.
fn shots(parameters: Parameters<'_>) -> Result<Vec<Shot>, Error> {
    const NAME: &str = "multi_prompt";
    (1..)
        .zip(parameters.items(NAME)?)
        .map(|(place, item)| {
            let index = item.get("index").and_then(serde_json::Value::as_u64).and_then(|index| index.try_into().ok());
            Ok(Shot {
                index: index.unwrap_or(place),
                prompt: parameters.field(NAME, &item, "prompt")?,
                duration: parameters.field(NAME, &item, "duration")?,
            })
        })
        .collect()
}

fn voices(parameters: Parameters<'_>) -> Result<Vec<Voice>, Error> {
    const NAME: &str = "voice_list";
    let voice = |item| Ok(Voice { voice_id: parameters.field(NAME, &item, "voice_id")? });
    parameters.items(NAME)?.into_iter().map(voice).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::language::Language;

    fn body(parameters: Value) -> Value {
        let Value::Object(values) = parameters else { panic!("parameters are an object") };
        let (request, id) = request(Parameters::new(&values, Language::English)).unwrap();
        let mut body = serde_json::to_value(&*request.check().unwrap()).unwrap();
        assert_eq!(body["external_task_id"], id.as_str());
        if let Some(made) = id.strip_prefix("dify-") {
            assert!(Uuid::parse_str(made).is_ok(), "{id}");
            body["external_task_id"] = "dify-<uuid>".into();
        }
        body
    }

    #[test]
    fn a_prompt_alone_takes_the_defaults_of_the_form() {
        insta::assert_json_snapshot!(body(json!({"prompt": "a paper boat"})));
    }

    #[test]
    fn every_parameter_finds_its_place() {
        let full = json!({
            "prompt": "the host <<<voice_1>>> waves", "model_name": "kling-v3", "multi_shot": "true", "shot_type": "customize",
            "multi_prompt": "[{\"prompt\":\"door opens\",\"duration\":\"2\"},{\"index\":2,\"prompt\":\"cat enters\",\"duration\":3}]",
            "negative_prompt": "blur", "voice_list": [{"voice_id": 850_000_000_000_000_001_u64}], "sound": "on", "cfg_scale": "0.7",
            "mode": "pro", "aspect_ratio": "9:16", "duration": 5.0, "watermark": true,
            "callback_url": "https://hooks.example.test/kling", "external_task_id": " job-1 "
        });
        insta::assert_json_snapshot!(body(full));
    }

    #[test]
    fn forms_that_stay_filled_in_send_nothing_that_does_not_apply() {
        let filled = json!({
            "prompt": "a boat", "multi_shot": "false", "shot_type": "intelligence", "multi_prompt": "", "negative_prompt": "",
            "voice_list": null, "sound": "off", "cfg_scale": 0.5, "watermark": "false", "callback_url": "", "external_task_id": ""
        });
        assert_eq!(body(filled), body(json!({"prompt": "a boat"})));
    }
}
