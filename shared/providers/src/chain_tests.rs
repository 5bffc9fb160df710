use std::sync::Mutex;

use film_painter::Painter;
use film_vocabulary::Tradition;

use super::*;

/// Answers as it was told, one answer a call.
struct Told<T> {
    name: &'static str,
    answers: Mutex<Vec<T>>,
}

impl<T> Told<T> {
    fn new(name: &'static str, mut answers: Vec<T>) -> Arc<Self> {
        answers.reverse();
        Arc::new(Self { name, answers: Mutex::new(answers) })
    }

    fn next(&self) -> T {
        self.answers.lock().unwrap().pop().expect("asked more often than expected")
    }

    fn left(&self) -> usize {
        self.answers.lock().unwrap().len()
    }
}

#[async_trait::async_trait]
impl Illustrator for Told<Result<Picture, IllustratorError>> {
    fn name(&self) -> &'static str {
        self.name
    }
    async fn illustrate(&self, _: &Brief, _: Size) -> Result<Picture, IllustratorError> {
        self.next()
    }
}

#[async_trait::async_trait]
impl Narrator for Told<Result<Speech, NarratorError>> {
    fn name(&self) -> &'static str {
        self.name
    }
    async fn narrate(&self, _: &Script) -> Result<Speech, NarratorError> {
        self.next()
    }
}

/// What the receipt will say of a provider that failed.
fn fallback(provider: &str, status: u16, message: &str) -> Fallback {
    Fallback { provider: provider.to_owned(), status, message: message.to_owned() }
}

const QUICK: Backoff = Backoff { tries: 3, base: Duration::from_millis(2) };
const SIZE: Size = Size { width: 32, height: 18 };

fn brief() -> Brief {
    Brief {
        prompt: "Still waters".to_owned(),
        keywords: vec!["water".to_owned()],
        tradition: Tradition::Universal,
        film_seed: 1,
        scene_seed: 2,
    }
}

fn script(language: &str) -> Script {
    Script { text: "Amen.".to_owned(), language: language.to_owned(), voice: None, pace: 1.0 }
}

fn picture() -> Picture {
    Picture { size: SIZE, rgb: vec![0; 32 * 18 * 3], focus: (0.5, 0.5) }
}

fn speech(provider: &str, degraded: bool) -> Speech {
    Speech { samples: vec![0.0; 48], words: Vec::new(), provider: provider.to_owned(), degraded }
}

fn busy() -> IllustratorError {
    IllustratorError::Unavailable { provider: "bedrock", reason: "throttled".to_owned() }
}

fn throttled() -> NarratorError {
    NarratorError::Unavailable { provider: "polly", reason: "throttled".to_owned() }
}

#[tokio::test]
async fn the_first_answer_is_taken_and_nothing_is_noted() {
    let remote = Told::new("bedrock", vec![Ok(picture())]);
    let chain = IllustratorChain::new(vec![remote], Arc::new(Painter), QUICK);
    let outcome = chain.illustrate(&brief(), SIZE).await.unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("bedrock", 1, false));
    assert!(outcome.fallbacks.is_empty() && outcome.notes.is_empty());
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let remote = Told::new("bedrock", vec![Err(busy()), Err(busy()), Ok(picture())]);
    let outcome = IllustratorChain::new(vec![remote], Arc::new(Painter), QUICK)
        .illustrate(&brief(), SIZE)
        .await
        .unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("bedrock", 3, false));
    assert!(outcome.fallbacks.is_empty() && outcome.notes.is_empty());
}

#[tokio::test]
async fn after_three_tries_the_painter_takes_over_and_the_receipt_says_so() {
    let timeout = || Err(IllustratorError::Timeout { provider: "bedrock" });
    let remote = Told::new("bedrock", vec![timeout(), timeout(), timeout(), timeout()]);
    let outcome = IllustratorChain::new(vec![remote.clone()], Arc::new(Painter), QUICK)
        .illustrate(&brief(), SIZE)
        .await
        .unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("painter", 4, true));
    let words = "the image provider did not answer in time; the painter made this picture";
    assert_eq!(outcome.fallbacks, [fallback("bedrock", 408, words)]);
    assert_eq!(remote.left(), 1);
}

#[tokio::test]
async fn what_is_refused_or_withheld_is_not_asked_again() {
    let reason = || "no".to_owned();
    for (error, words) in [
        (IllustratorError::Rejected { provider: "bedrock", reason: reason() }, "refused the request"),
        (
            IllustratorError::Filtered { provider: "bedrock", reason: reason() },
            "withheld its picture of this scene",
        ),
    ] {
        let remote = Told::new("bedrock", vec![Err(error)]);
        let outcome = IllustratorChain::new(vec![remote], Arc::new(Painter), QUICK)
            .illustrate(&brief(), SIZE)
            .await
            .unwrap();
        assert_eq!((outcome.attempts, outcome.degraded), (2, true));
        let words = format!("the image provider {words}; the painter made this picture");
        assert_eq!(outcome.fallbacks, [fallback("bedrock", 422, &words)]);
    }
}

#[tokio::test]
async fn several_remote_providers_are_asked_in_order() {
    let first = Told::new(
        "first",
        vec![Err(IllustratorError::Rejected { provider: "first", reason: String::new() })],
    );
    let second = Told::new("second", vec![Ok(picture())]);
    let outcome = IllustratorChain::new(vec![first, second], Arc::new(Painter), QUICK)
        .illustrate(&brief(), SIZE)
        .await
        .unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("second", 2, true));
    let words = "the image provider refused the request; the second made this picture";
    assert_eq!(outcome.fallbacks, [fallback("first", 422, words)]);
}

#[tokio::test]
async fn when_all_fail_the_error_says_whether_later_may_be_better() {
    let remote = Told::new("bedrock", vec![Err(busy()), Err(busy()), Err(busy())]);
    let nothing = Size { width: 0, height: 0 };
    let chain = IllustratorChain::new(vec![remote], Arc::new(Painter), QUICK);
    assert_eq!(chain.illustrate(&brief(), nothing).await.unwrap_err(), busy());
    let chain = IllustratorChain::new(Vec::new(), Arc::new(Painter), QUICK);
    assert!(matches!(chain.illustrate(&brief(), nothing).await, Err(IllustratorError::Rejected { .. })));
}

#[tokio::test]
async fn a_narrator_that_is_throttled_gives_way_to_the_embedded_voice() {
    let remote = Told::new("polly", vec![Err(throttled()), Err(throttled()), Err(throttled())]);
    let embedded = Told::new("embedded", vec![Ok(speech("kokoro", false))]);
    let remote = RemoteNarrator { narrator: remote, speaks: |_| true };
    let outcome = NarratorChain::new(vec![remote], embedded, QUICK).narrate(&script("en")).await.unwrap();
    assert_eq!((outcome.provider.as_str(), outcome.attempts, outcome.degraded), ("kokoro", 4, true));
    assert!(outcome.value.degraded);
    let words = "the narration provider was not available; kokoro spoke this scene";
    assert_eq!(outcome.fallbacks, [fallback("polly", 503, words)]);
}

#[tokio::test]
async fn a_language_that_was_never_on_offer_is_no_failure() {
    let remote = Told::new("polly", Vec::new());
    let embedded = Told::new("embedded", vec![Ok(speech("kokoro", false)), Ok(speech("espeak-ng", true))]);
    let remote = RemoteNarrator { narrator: remote, speaks: |language| language == "en" };
    let chain = NarratorChain::new(vec![remote], embedded, QUICK);
    let outcome = chain.narrate(&script("ta")).await.unwrap();
    assert!(!outcome.degraded && outcome.notes.is_empty() && outcome.attempts == 1);
    let outcome = chain.narrate(&script("ta")).await.unwrap();
    assert!(outcome.degraded);
    assert_eq!(outcome.notes, ["the best embedded voice was not available; espeak-ng spoke this scene"]);
}

#[tokio::test]
async fn a_refused_script_is_not_asked_again() {
    let refused = NarratorError::Unsupported { provider: "polly", reason: "denied".to_owned() };
    let remote = RemoteNarrator { narrator: Told::new("polly", vec![Err(refused)]), speaks: |_| true };
    let embedded = Told::new("embedded", vec![Ok(speech("hibari", false))]);
    let outcome = NarratorChain::new(vec![remote], embedded, QUICK).narrate(&script("en")).await.unwrap();
    assert_eq!((outcome.attempts, outcome.degraded), (2, true));
    let words = "the narration provider refused this text; hibari spoke this scene";
    assert_eq!(outcome.fallbacks, [fallback("polly", 422, words)]);
}

#[test]
fn rests_double_and_are_jittered() {
    let backoff = Backoff { tries: 3, base: Duration::from_millis(100) };
    for (failed, full) in [(1, 100), (2, 200), (3, 400)] {
        let rests: Vec<Duration> = (0..50).map(|_| backoff.rest(failed)).collect();
        assert!(rests.iter().all(|rest| (full / 2..=full).contains(&(rest.as_millis() as u64))));
        assert!(rests.iter().any(|rest| *rest != rests[0]));
    }
}
