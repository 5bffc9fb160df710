use std::time::Duration;

use super::*;
use crate::mock_server::{MockServer, Reply, Request, sdk_config};

/// 1.25 s of MP3 as Polly sends it: 24 kHz, mono, without a Xing header. Sine tones of 220 and 330 Hz for 300 ms each
/// at 0.1 s and 0.6 s, silence between and after, encoded at 24 kbit/s with FFmpeg's `libmp3lame`.
pub(super) const TWO_TONES: &[u8] = include_bytes!("fixtures/two-tones.mp3");

fn request(text: &str, language: &str, pace: f32) -> NarrationRequest {
    NarrationRequest { text: text.to_owned(), spoken: None, language: language.to_owned(), voice: None, pace }
}

fn body(request: &Request) -> serde_json::Value {
    serde_json::from_slice(&request.body).unwrap()
}

/// Replies as Polly does. Speech marks count the bytes of what was sent, with its tags and entities.
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

async fn ask(server: &MockServer, request: &NarrationRequest) -> Result<Speech, NarrationError> {
    Polly::new(&sdk_config(server), Engine::Neural, Duration::from_millis(800)).speak(request).await
}

async fn refusal(reply: Reply) -> NarrationError {
    let server = MockServer::serve(move |_| reply.clone()).await;
    let error = ask(&server, &request("Amen.", "en", 1.0)).await.unwrap_err();
    assert!(server.requests().len() <= 2, "the SDK client must leave retries to the chain");
    error
}

fn text_of<'a>(request: &'a NarrationRequest, speech: &Speech) -> Vec<&'a str> {
    speech.words.iter().map(|word| &request.text[word.span.clone()]).collect()
}

#[tokio::test]
async fn a_text_is_spoken_with_the_times_of_its_words() {
    let server = MockServer::serve(answer).await;
    let text = request("“Lord, Lord!”", "en", 1.0);
    let speech = ask(&server, &text).await.unwrap();
    assert_eq!((speech.provider.as_str(), speech.degraded), ("polly", false));
    assert_eq!(text_of(&text, &speech), ["Lord", "Lord"]);
    assert!(
        speech.words[0].start_ms < 60 && speech.words[1].start_ms.abs_diff(520) < 40,
        "{:?}",
        speech.words
    );

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.path, "/v1/speech");
        let body = body(request);
        assert_eq!((&body["VoiceId"], &body["Engine"]), (&"Ruth".into(), &"neural".into()));
        assert_eq!((&body["LanguageCode"], &body["TextType"]), (&"en-US".into(), &"text".into()));
        assert_eq!(body["Text"], text.text);
    }
    let sound = requests.iter().map(body).find(|body| body["OutputFormat"] == "mp3").unwrap();
    assert_eq!(sound["SampleRate"], "24000");
    let marks = requests.iter().map(body).find(|body| body["OutputFormat"] == "json").unwrap();
    assert_eq!(marks["SpeechMarkTypes"], serde_json::json!(["word"]));
}

#[tokio::test]
async fn byte_offsets_of_devanagari_map_to_whole_words() {
    let server = MockServer::serve(answer).await;
    let text = request("हे यहोवा, यहोवा।", "hi", 1.0);
    let speech = ask(&server, &text).await.unwrap();
    assert_eq!(text_of(&text, &speech), ["हे", "यहोवा", "यहोवा"]);
    assert!(speech.words[2].start_ms.abs_diff(520) < 40, "{:?}", speech.words);
}

#[tokio::test]
async fn another_pace_is_sent_as_ssml_and_its_marks_map_back_to_the_text() {
    let server = MockServer::serve(answer).await;
    let text = request("<Lord> & Lord", "en", 0.9);
    let speech = ask(&server, &text).await.unwrap();
    assert_eq!(text_of(&text, &speech), ["Lord", "Lord"]);
    assert!(speech.words[1].start_ms.abs_diff(520) < 40, "{:?}", speech.words);
    let body = body(&server.requests()[0]);
    assert_eq!(body["TextType"], "ssml");
    assert_eq!(body["Text"], "<speak><prosody rate=\"90%\">&lt;Lord&gt; &amp; Lord</prosody></speak>");
}

#[tokio::test]
async fn what_is_read_is_sent_each_language_to_its_voice_and_its_times_are_those_of_the_written_words() {
    let server = MockServer::serve(answer).await;
    let written = "Ps 46:1. *Lord* यहोवा ἀγάπη";
    let read = film_reading::read(written, &film_reading::Options::new("en"));
    let text = NarrationRequest { spoken: Some(read.segments), ..request(written, "en", 1.0) };
    let speech = ask(&server, &text).await.unwrap();
    assert_eq!(text_of(&text, &speech), ["Ps", "46", "1", "Lord", "यहोवा", "ἀγάπη"]);
    let mut sent: Vec<(String, String)> = server
        .requests()
        .iter()
        .map(|request| {
            let body = body(request);
            (
                body["LanguageCode"].as_str().unwrap().to_owned(),
                body["Text"].as_str().unwrap().trim().to_owned(),
            )
        })
        .collect();
    sent.sort();
    sent.dedup();
    // Polly has no Greek voice: that word is silent, and not read letter by letter.
    let expected = [("en-US", "Psalm 46, verse 1. Lord"), ("hi-IN", "यहोवा")];
    assert_eq!(sent, expected.map(|(language, text)| (language.to_owned(), text.to_owned())));
    assert!(speech.words[4].start_ms > speech.words[3].end_ms, "{:?}", speech.words);
}

#[tokio::test]
async fn a_long_text_takes_several_calls_and_becomes_one_speech() {
    let server = MockServer::serve(answer).await;
    let text = request(&format!("{}Lord.", "Lord of all the earth, hear us. ".repeat(120)), "en", 1.0);
    let speech = ask(&server, &text).await.unwrap();
    assert_eq!(server.requests().len(), 4);
    assert_eq!(speech.words.len(), 120 * 7 + 1);
    let seconds = speech.samples.len() as f64 / f64::from(crate::narration::SAMPLE_RATE);
    assert!((2.0..2.3).contains(&seconds), "two parts of 0.84 s and a pause of 0.45 s: {seconds}");
}

#[tokio::test]
async fn throttling_and_server_errors_are_unavailable() {
    for (status, code) in [
        (400, "ThrottlingException"),
        (429, "TooManyRequestsException"),
        (500, "ServiceFailureException"),
        (503, "ServiceUnavailable"),
    ] {
        let error = refusal(Reply::aws_error(status, code)).await;
        assert!(matches!(error, NarrationError::Unavailable { .. }), "{status} {code}: {error:?}");
    }
}

#[tokio::test]
async fn permanent_errors_are_unsupported() {
    for (status, code) in [
        (400, "LanguageNotSupportedException"),
        (400, "EngineNotSupportedException"),
        (400, "TextLengthExceededException"),
        (403, "AccessDeniedException"),
    ] {
        let error = refusal(Reply::aws_error(status, code)).await;
        assert!(
            matches!(&error, NarrationError::Unsupported { reason, .. } if reason.contains(code)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_hangs_before_or_within_its_answer_times_out() {
    for reply in [Reply::Hang, Reply::Stall] {
        let error = refusal(reply).await;
        let NarrationError::Unavailable { reason, .. } = error else { panic!("{error:?}") };
        assert_eq!(reason, "no answer in time");
    }
}

#[tokio::test]
async fn unreadable_audio_or_marks_are_unavailable() {
    let error = refusal(Reply::json(200, "<html>")).await;
    assert!(matches!(error, NarrationError::Unavailable { .. }), "{error:?}");
    let error = refusal(Reply::Answer(200, "audio/mpeg", None, Vec::new())).await;
    assert!(matches!(error, NarrationError::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn unsupported_languages_and_silent_texts_are_not_sent() {
    let server = MockServer::serve(answer).await;
    for text in [request("ஆமென்.", "ta", 1.0), request("آمین۔", "ur", 1.0), request(" — ", "en", 1.0)]
    {
        let error = ask(&server, &text).await.unwrap_err();
        assert!(matches!(error, NarrationError::Unsupported { .. }), "{error:?}");
    }
    assert!(server.requests().is_empty());
}
