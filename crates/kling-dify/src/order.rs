//! What a create tool orders: a checked request, on the surface its model lives on.

use async_trait::async_trait;
use dify_plugin::Error;
use kling_api::{
    Checked, ElementRequest, Handle, Image2VideoRequest, ImageGenerationRequest, Meaning, OmniImageRequest,
    OmniVideoRequest, PathRequest, Product, RetryClass, SlotUse, Surface, Task, TaskPath, Text2VideoRequest, Units,
    Violation, check_task_id,
};
use kling_auth::CredentialKind;
use kling_client::{Answer, BadAnswer, KlingClient, KlingError, Refusal, Sought};
use kling_tasks::{CheckFailure, Claim, PostFailure, Submission};

use crate::find::find_at;
use crate::opening::Opening;
use crate::texts;

/// A checked order and what is known about it before it is placed.
#[derive(Debug)]
pub(crate) struct Order {
    request: Request,
    external_task_id: String,
    /// Facts the rules are not sure of: told, never refused.
    pub(crate) warnings: Vec<Violation>,
    /// Units it will cost, where the price table knows.
    pub(crate) estimate: Option<Units>,
    pub(crate) model: Option<String>,
    /// What it takes of the account's limit on running tasks.
    pub(crate) slots: SlotUse,
}

#[derive(Debug)]
enum Request {
    Text2Video(Checked<Text2VideoRequest>),
    Image2Video(Checked<Image2VideoRequest>),
    OmniVideo(Checked<OmniVideoRequest>),
    Path(Checked<PathRequest>),
    ImageGeneration(Checked<ImageGenerationRequest>),
    OmniImage(Checked<OmniImageRequest>),
    Element(Checked<ElementRequest>),
}

/// A video wish: either surface may take it, the model decides.
macro_rules! video_order {
    ($name:ident, $request:ty, $variant:ident, $product:expr) => {
        pub(crate) fn $name(opening: &Opening<'_>, mut request: $request) -> Result<Self, Error> {
            opening.tell_references(&request.rewrite_references());
            let model = request.model_name.clone().unwrap_or_default();
            let external_task_id = request.external_task_id.clone().unwrap_or_default();
            let mut warnings = request.warnings();
            let refuse = |broken: Violation| opening.refuse(&broken);
            let slots = request.slot_use();
            let (request, estimate) = match Surface::of_model(&model) {
                Surface::New => {
                    if opening.credential_kind() == CredentialKind::KeyPair {
                        return Err(Error::BadRequest(texts::needs_api_key(opening.language(), &model)));
                    }
                    let request = request.for_new_surface().map_err(refuse)?;
                    warnings.extend(request.warnings().into_iter().map(|doubtful| doubtful.in_legacy_words($product)));
                    let estimate = request.estimate();
                    let checked = request.check().map_err(|broken| refuse(broken.in_legacy_words($product)))?;
                    (Request::Path(checked), estimate)
                }
                _ => {
                    let estimate = request.estimate();
                    (Request::$variant(request.check().map_err(refuse)?), estimate)
                }
            };
            Ok(Self { request, external_task_id, warnings, estimate, model: Some(model), slots })
        }
    };
}

macro_rules! legacy_order {
    ($name:ident, $request:ty, $variant:ident) => {
        pub(crate) fn $name(opening: &Opening<'_>, mut request: $request) -> Result<Self, Error> {
            opening.tell_references(&request.rewrite_references());
            let (warnings, estimate, slots) = (request.warnings(), request.estimate(), request.slot_use());
            let model = request.model_name.clone();
            let external_task_id = request.external_task_id.clone().unwrap_or_default();
            let request = Request::$variant(request.check().map_err(|broken| opening.refuse(&broken))?);
            Ok(Self { request, external_task_id, warnings, estimate, model, slots })
        }
    };
}

impl Order {
    video_order!(text2video, Text2VideoRequest, Text2Video, Product::TextToVideo);
    video_order!(image2video, Image2VideoRequest, Image2Video, Product::ImageToVideo);
    video_order!(omni_video, OmniVideoRequest, OmniVideo, Product::OmniVideo);
    legacy_order!(image_generation, ImageGenerationRequest, ImageGeneration);
    legacy_order!(omni_image, OmniImageRequest, OmniImage);

    pub(crate) fn element(opening: &Opening<'_>, request: ElementRequest) -> Result<Self, Error> {
        let (warnings, slots) = (request.warnings(), request.slot_use());
        let external_task_id = request.external_task_id.clone().unwrap_or_default();
        let request = Request::Element(request.check().map_err(|broken| opening.refuse(&broken))?);
        Ok(Self { request, external_task_id, warnings, estimate: None, model: None, slots })
    }

    /// Where its task will live.
    pub(crate) fn path(&self) -> TaskPath {
        match &self.request {
            Request::Text2Video(_) => TaskPath::TEXT2VIDEO,
            Request::Image2Video(_) => TaskPath::IMAGE2VIDEO,
            Request::OmniVideo(_) => TaskPath::OMNI_VIDEO,
            Request::Path(request) => request.path.clone(),
            Request::ImageGeneration(_) => TaskPath::IMAGE_GENERATIONS,
            Request::OmniImage(_) => TaskPath::OMNI_IMAGE,
            Request::Element(_) => TaskPath::CUSTOM_ELEMENTS,
        }
    }

    async fn send(&self, client: &KlingClient) -> Result<Answer<Task>, KlingError> {
        match &self.request {
            Request::Text2Video(request) => client.create_text2video(request).await,
            Request::Image2Video(request) => client.create_image2video(request).await,
            Request::OmniVideo(request) => client.create_omni_video(request).await,
            Request::Path(request) => Ok(client.create_path_task(request).await?.map(kling_api::PathTask::into_legacy)),
            Request::ImageGeneration(request) => client.create_image_generation(request).await,
            Request::OmniImage(request) => client.create_omni_image(request).await,
            Request::Element(request) => client.create_element(request).await,
        }
    }
}

/// An order placed with an account.
pub(crate) struct Placed<'a> {
    pub(crate) order: &'a Order,
    pub(crate) client: &'a KlingClient,
    pub(crate) claim: &'a Claim<'a, Handle>,
}

#[async_trait]
impl Submission for Placed<'_> {
    type Task = Answer<Task>;
    type Error = KlingError;

    async fn post(&self) -> Result<Answer<Task>, PostFailure<KlingError>> {
        self.claim.posting();
        let answer = self.order.send(self.client).await.and_then(|answer| {
            // A task that cannot be asked for by its id is as good as an answer that was lost.
            let asked_for = check_task_id(answer.data.task_id.as_str()).map(|()| answer);
            asked_for.map_err(|_| KlingError::BadAnswer {
                status: 200,
                what: BadAnswer::UnexpectedShape,
                retry_after: None,
            })
        });
        answer.map_err(|error| {
            let retry_after = error.retry_after();
            if error.refusal().is_some_and(Refusal::is_duplicate_task) {
                PostFailure::Duplicate(error)
            } else if error.may_have_arrived() {
                PostFailure::Unknown(error)
            } else {
                match retry_class(&error) {
                    RetryClass::WaitForSlot => PostFailure::NoSlot { error, retry_after },
                    RetryClass::BackOff => PostFailure::TryLater { error, retry_after },
                    RetryClass::Never | RetryClass::FreshToken => PostFailure::Refused(error),
                }
            }
        })
    }

    async fn find(&self) -> Result<Option<Answer<Task>>, KlingError> {
        find_at(self.client, &self.order.path(), Sought::ExternalId(&self.order.external_task_id)).await
    }

    fn check_failure(&self, error: &KlingError) -> CheckFailure {
        match error.refusal().map(Refusal::meaning) {
            _ if error.is_transient() => CheckFailure::Repeat,
            Some(Meaning::Credential | Meaning::TokenTime | Meaning::Account | Meaning::IpAddress) => {
                CheckFailure::Refuse
            }
            _ => CheckFailure::PostAnyway,
        }
    }

    fn findable(&self) -> bool {
        self.order.path().finds_by_external_id()
    }
}

/// Promise 5: by code, not by status. A host that cannot be reached was sent nothing.
fn retry_class(error: &KlingError) -> RetryClass {
    match error {
        KlingError::Refused(refusal) => refusal.retry(),
        KlingError::Unreachable(_) => RetryClass::BackOff,
        _ => RetryClass::Never,
    }
}
