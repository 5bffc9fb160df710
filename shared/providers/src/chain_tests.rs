use std::time::Duration;

use film_vocabulary::Tradition;

use super::*;
use crate::scripted::Scripted;

/// What the receipt says of a provider that failed.
fn fallback(provider: &str, status: u16, message: &str) -> Fallback {
    Fallback { provider: provider.to_owned(), status, message: message.to_owned() }
}

const FAST: Backoff = Backoff { tries: 3, base: Duration::from_millis(2) };

fn image_request() -> ImageRequest {
    ImageRequest {
        prompt: "Still waters".to_owned(),
        keywords: vec!["water".to_owned()],
        tradition: Tradition::Universal,
        film_seed: 1,
        scene_seed: 2,
        width: 32,
        height: 18,
    }
}

fn narration_request(language: &str) -> NarrationRequest {
    NarrationRequest {
        text: "Amen.".to_owned(),
        spoken: None,
        language: language.to_owned(),
        voice: None,
        pace: 1.0,
    }
}

fn picture() -> Picture {
    Picture { width: 32, height: 18, rgb: vec![0; 32 * 18 * 3], focus: (0.5, 0.5) }
}

fn painter(answers: Vec<Result<Picture, ImageError>>) -> Arc<dyn ImageProvider> {
    Scripted::new("painter", answers)
}

fn speech(provider: &str, degraded: bool) -> Speech {
    Speech { samples: vec![0.0; 48], words: Vec::new(), provider: provider.to_owned(), degraded }
}

fn unavailable() -> ImageError {
    ImageError::Unavailable { provider: "bedrock", reason: "throttled".to_owned() }
}

fn throttled() -> NarrationError {
    NarrationError::Unavailable { provider: "polly", reason: "throttled".to_owned() }
}

#[tokio::test]
async fn the_first_answer_is_taken_and_nothing_is_noted() {
    let remote = Scripted::new("bedrock", vec![Ok(picture())]);
    let chain = ImageChain::new(vec![remote], painter(Vec::new()), FAST);
    let outcome = chain.generate(&image_request()).await.unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("bedrock", 1, false));
    assert!(outcome.fallbacks.is_empty() && outcome.notes.is_empty());
}

#[tokio::test]
async fn transient_errors_are_retried() {
    let remote = Scripted::new("bedrock", vec![Err(unavailable()), Err(unavailable()), Ok(picture())]);
    let outcome =
        ImageChain::new(vec![remote], painter(Vec::new()), FAST).generate(&image_request()).await.unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("bedrock", 3, false));
    assert!(outcome.fallbacks.is_empty() && outcome.notes.is_empty());
}

#[tokio::test]
async fn after_three_tries_the_painter_takes_over_and_the_receipt_says_so() {
    let timeout = || Err(ImageError::Timeout { provider: "bedrock" });
    let remote = Scripted::new("bedrock", vec![timeout(), timeout(), timeout(), timeout()]);
    let outcome = ImageChain::new(vec![remote.clone()], painter(vec![Ok(picture())]), FAST)
        .generate(&image_request())
        .await
        .unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("painter", 4, true));
    let words = "the image provider did not answer in time; the painter made this picture";
    assert_eq!(outcome.fallbacks, [fallback("bedrock", 408, words)]);
    assert_eq!(remote.left(), 1);
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    let reason = || "no".to_owned();
    for (error, words) in [
        (ImageError::Rejected { provider: "bedrock", reason: reason() }, "refused the request"),
        (
            ImageError::Filtered { provider: "bedrock", reason: reason() },
            "withheld its picture of this scene",
        ),
    ] {
        let remote = Scripted::new("bedrock", vec![Err(error)]);
        let outcome = ImageChain::new(vec![remote], painter(vec![Ok(picture())]), FAST)
            .generate(&image_request())
            .await
            .unwrap();
        assert_eq!((outcome.attempts, outcome.degraded), (2, true));
        let words = format!("the image provider {words}; the painter made this picture");
        assert_eq!(outcome.fallbacks, [fallback("bedrock", 422, &words)]);
    }
}

#[tokio::test]
async fn several_remote_providers_are_asked_in_order() {
    let first =
        Scripted::new("first", vec![Err(ImageError::Rejected { provider: "first", reason: String::new() })]);
    let second = Scripted::new("second", vec![Ok(picture())]);
    let outcome = ImageChain::new(vec![first, second], painter(Vec::new()), FAST)
        .generate(&image_request())
        .await
        .unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("second", 2, true));
    let words = "the image provider refused the request; the second made this picture";
    assert_eq!(outcome.fallbacks, [fallback("first", 422, words)]);
}

#[tokio::test]
async fn when_every_provider_fails_a_transient_error_is_preferred() {
    let rejected = || ImageError::Rejected { provider: "painter", reason: "too large".to_owned() };
    let remote = Scripted::new("bedrock", vec![Err(unavailable()), Err(unavailable()), Err(unavailable())]);
    let chain = ImageChain::new(vec![remote], painter(vec![Err(rejected())]), FAST);
    assert_eq!(chain.generate(&image_request()).await.unwrap_err(), unavailable());
    let chain = ImageChain::new(Vec::new(), painter(vec![Err(rejected())]), FAST);
    assert_eq!(chain.generate(&image_request()).await.unwrap_err(), rejected());
}

#[tokio::test]
async fn a_narrator_that_is_throttled_gives_way_to_the_embedded_voice() {
    let remote = Scripted::new("polly", vec![Err(throttled()), Err(throttled()), Err(throttled())]);
    let embedded = Scripted::new("embedded", vec![Ok(speech("kokoro", false))]);
    let remote = RemoteNarrator { provider: remote, supports: |_| true };
    let outcome =
        NarrationChain::new(vec![remote], embedded, FAST).speak(&narration_request("en")).await.unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("kokoro", 4, true));
    assert!(outcome.value.degraded);
    let words = "the narration provider was not available; kokoro spoke this scene";
    assert_eq!(outcome.fallbacks, [fallback("polly", 503, words)]);
}

#[tokio::test]
async fn a_language_that_a_provider_lacks_is_no_failure() {
    let remote = Scripted::new("polly", Vec::new());
    let embedded =
        Scripted::new("embedded", vec![Ok(speech("kokoro", false)), Ok(speech("espeak-ng", true))]);
    let remote = RemoteNarrator { provider: remote, supports: |language| language == "en" };
    let chain = NarrationChain::new(vec![remote], embedded, FAST);
    let outcome = chain.speak(&narration_request("ta")).await.unwrap();
    assert!(!outcome.degraded && outcome.notes.is_empty() && outcome.attempts == 1);
    let outcome = chain.speak(&narration_request("ta")).await.unwrap();
    assert!(outcome.degraded);
    assert_eq!(outcome.notes, ["the best embedded voice was not available; espeak-ng spoke this scene"]);
}

#[tokio::test]
async fn a_refused_text_is_not_retried() {
    let refused = NarrationError::Unsupported { provider: "polly", reason: "denied".to_owned() };
    let remote = RemoteNarrator { provider: Scripted::new("polly", vec![Err(refused)]), supports: |_| true };
    let embedded = Scripted::new("embedded", vec![Ok(speech("hibari", false))]);
    let outcome =
        NarrationChain::new(vec![remote], embedded, FAST).speak(&narration_request("en")).await.unwrap();
    assert_eq!((outcome.attempts, outcome.degraded), (2, true));
    let words = "the narration provider refused this text; hibari spoke this scene";
    assert_eq!(outcome.fallbacks, [fallback("polly", 422, words)]);
}
