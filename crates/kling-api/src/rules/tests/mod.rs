//! One test a rule, named by its id.

mod elements;
mod image2video;
mod images;
mod models;
mod new_surface;
mod new_surface_models;
mod omni_video;
mod text2video;

use super::Violation;
use crate::{
    Checked, ElementRef, ElementRequest, Image2VideoRequest, ImageGenerationRequest, OmniImageRequest,
    OmniVideoRequest, PathRequest, Text2VideoRequest,
};

/// What every request can do, for the tests' sake.
trait Request: Sized + Clone {
    fn checked(self) -> Result<Checked<Self>, Violation>;
    fn warned(&self) -> Vec<Violation>;
}

macro_rules! requests {
    ($($name:ident),*) => {$(
        impl Request for $name {
            fn checked(self) -> Result<Checked<Self>, Violation> { self.check() }
            fn warned(&self) -> Vec<Violation> { self.warnings() }
        }
    )*};
}

requests!(
    Text2VideoRequest,
    Image2VideoRequest,
    OmniVideoRequest,
    ImageGenerationRequest,
    OmniImageRequest,
    ElementRequest,
    PathRequest
);

#[track_caller]
fn accepted(request: &impl Request) {
    if let Err(broken) = request.clone().checked() {
        panic!("refused: {broken}");
    }
}

#[track_caller]
fn refused(request: impl Request, message: &str) {
    match request.checked() {
        Ok(_) => panic!("accepted, expected: {message}"),
        Err(broken) => assert_eq!(broken.to_string(), message),
    }
}

/// The request passes, and the user is told.
#[track_caller]
fn warned(request: &impl Request, message: &str) {
    accepted(request);
    let warnings: Vec<_> = request.warned().iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|warning| warning == message), "{message} is not in {warnings:?}");
}

#[track_caller]
fn unwarned(request: &impl Request) {
    accepted(request);
    assert_eq!(request.warned(), []);
}

#[expect(clippy::unnecessary_wraps, reason = "reads as the field it fills")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn elements(count: usize) -> Vec<ElementRef> {
    (160..).take(count).map(|id: u32| ElementRef::new(id.to_string())).collect()
}
