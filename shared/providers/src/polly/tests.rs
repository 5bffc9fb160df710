use std::time::Duration;

use super::*;
use crate::mock_server::{Double, Reply, Request, sdk_config};

/// 1.25 s of MP3 as Polly sends it: 24 kHz, mono, without a Xing header. Sine tones of 220 and 330 Hz for 300 ms each
/// at 0.1 s and 0.6 s, silence between and after, encoded at 24 kbit/s with FFmpeg's `libmp3lame`.
pub(super) const TWO_TONES: &[u8] = include_bytes!("fixtures/two-tones.mp3");

fn script(text: &str, language: &str, pace: f32) -> Script {
    Script { text: text.to_owned(), language: language.to_owned(), voice: None, pace }
}

fn body(request: &Request) -> serde_json::Value {
    serde_json::from_slice(&request.body).unwrap()
}

/// Marks the words of what was sent as Polly does: bytes of the document, entities and all.
fn answer(request: &Request) -> Reply {
    let body = body(request);
    if body["OutputFormat"] == "mp3" {
        return Reply::Answer(200, "audio/mpeg", None, TWO_TONES.to_vec());
    }
    let text = body["Text"].as_str().unwrap();
    let marks = ["Lord", "यहोवा"].into_iter().flat_map(|word| text.match_indices(word));
    let lines = marks.enumerate().map(|(index, (start, word))| {
        let mark = serde_json::json!({
            "time": 130 + 510 * index, "type": "word", "start": start, "end": start + word.len(), "value": word,
        });
        format!("{mark}\n")
    });
    Reply::Answer(200, "application/x-json-stream", None, lines.collect::<String>().into_bytes())
}

async fn ask(double: &Double, script: &Script) -> Result<Speech, NarratorError> {
    Polly::new(&sdk_config(double), Engine::Neural, Duration::from_millis(800)).narrate(script).await
}

async fn refusal(reply: Reply) -> NarratorError {
    let double = Double::serve(move |_| reply.clone()).await;
    let error = ask(&double, &script("Amen.", "en", 1.0)).await.unwrap_err();
    assert!(double.requests().len() <= 2, "the client must leave trying again to the chain");
    error
}

fn text_of<'a>(script: &'a Script, speech: &Speech) -> Vec<&'a str> {
    speech.words.iter().map(|word| &script.text[word.span.clone()]).collect()
}

#[tokio::test]
async fn a_script_is_spoken_with_the_times_of_its_words() {
    let double = Double::serve(answer).await;
    let script = script("“Lord, Lord!”", "en", 1.0);
    let speech = ask(&double, &script).await.unwrap();
    assert_eq!((speech.provider.as_str(), speech.degraded), ("polly", false));
    assert_eq!(text_of(&script, &speech), ["Lord", "Lord"]);
    assert!(
        speech.words[0].start_ms < 60 && speech.words[1].start_ms.abs_diff(520) < 40,
        "{:?}",
        speech.words
    );

    let requests = double.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.path, "/v1/speech");
        let body = body(request);
        assert_eq!((&body["VoiceId"], &body["Engine"]), (&"Ruth".into(), &"neural".into()));
        assert_eq!((&body["LanguageCode"], &body["TextType"]), (&"en-US".into(), &"text".into()));
        assert_eq!(body["Text"], script.text);
    }
    let sound = requests.iter().map(body).find(|body| body["OutputFormat"] == "mp3").unwrap();
    assert_eq!(sound["SampleRate"], "24000");
    let marks = requests.iter().map(body).find(|body| body["OutputFormat"] == "json").unwrap();
    assert_eq!(marks["SpeechMarkTypes"], serde_json::json!(["word"]));
}

#[tokio::test]
async fn byte_offsets_of_devanagari_lead_to_whole_words() {
    let double = Double::serve(answer).await;
    let script = script("हे यहोवा, यहोवा।", "hi", 1.0);
    let speech = ask(&double, &script).await.unwrap();
    assert_eq!(text_of(&script, &speech), ["हे", "यहोवा", "यहोवा"]);
    assert!(speech.words[2].start_ms.abs_diff(520) < 40, "{:?}", speech.words);
}

#[tokio::test]
async fn another_pace_is_asked_for_in_ssml_and_marks_are_read_back_through_it() {
    let double = Double::serve(answer).await;
    let script = script("<Lord> & Lord", "en", 0.9);
    let speech = ask(&double, &script).await.unwrap();
    assert_eq!(text_of(&script, &speech), ["Lord", "Lord"]);
    assert!(speech.words[1].start_ms.abs_diff(520) < 40, "{:?}", speech.words);
    let body = body(&double.requests()[0]);
    assert_eq!(body["TextType"], "ssml");
    assert_eq!(body["Text"], "<speak><prosody rate=\"90%\">&lt;Lord&gt; &amp; Lord</prosody></speak>");
}

#[tokio::test]
async fn a_long_script_takes_several_calls_and_becomes_one_speech() {
    let double = Double::serve(answer).await;
    let script = script(&format!("{}Lord.", "Lord of all the earth, hear us. ".repeat(120)), "en", 1.0);
    let speech = ask(&double, &script).await.unwrap();
    assert_eq!(double.requests().len(), 4);
    assert_eq!(speech.words.len(), 120 * 7 + 1);
    let seconds = speech.samples.len() as f64 / f64::from(film_narrator::SAMPLE_RATE);
    assert!((2.0..2.3).contains(&seconds), "two parts of 0.84 s and a rest of 0.45 s: {seconds}");
}

#[tokio::test]
async fn a_throttle_in_the_guise_of_a_bad_request_may_pass() {
    for (status, code) in [
        (400, "ThrottlingException"),
        (429, "TooManyRequestsException"),
        (500, "ServiceFailureException"),
        (503, "ServiceUnavailable"),
    ] {
        let error = refusal(Reply::aws_error(status, code)).await;
        assert!(matches!(error, NarratorError::Unavailable { .. }), "{status} {code}: {error:?}");
    }
}

#[tokio::test]
async fn what_lasts_is_unsupported() {
    for (status, code) in [
        (400, "LanguageNotSupportedException"),
        (400, "EngineNotSupportedException"),
        (400, "TextLengthExceededException"),
        (403, "AccessDeniedException"),
    ] {
        let error = refusal(Reply::aws_error(status, code)).await;
        assert!(
            matches!(&error, NarratorError::Unsupported { reason, .. } if reason.contains(code)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_hangs_before_or_within_its_answer_is_given_up() {
    for reply in [Reply::Hang, Reply::Stall] {
        let error = refusal(reply).await;
        let NarratorError::Unavailable { reason, .. } = error else { panic!("{error:?}") };
        assert_eq!(reason, "no answer in time");
    }
}

#[tokio::test]
async fn sound_or_marks_that_cannot_be_read_are_a_failure_that_may_pass() {
    let error = refusal(Reply::json(200, "<html>")).await;
    assert!(matches!(error, NarratorError::Unavailable { .. }), "{error:?}");
    let error = refusal(Reply::Answer(200, "audio/mpeg", None, Vec::new())).await;
    assert!(matches!(error, NarratorError::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn what_polly_cannot_speak_is_not_even_asked() {
    let double = Double::serve(answer).await;
    for script in [script("ஆமென்.", "ta", 1.0), script("آمین۔", "ur", 1.0), script(" — ", "en", 1.0)]
    {
        let error = ask(&double, &script).await.unwrap_err();
        assert!(matches!(error, NarratorError::Unsupported { .. }), "{error:?}");
    }
    assert!(double.requests().is_empty());
}
