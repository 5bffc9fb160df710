use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use film_vocabulary::Tradition;

use crate::backoff::Backoff;
use crate::chain::ImageChain;
use crate::mock_server::{MockServer, Reply, sdk_config};
use crate::scripted::Scripted;

fn request(tradition: Tradition) -> ImageRequest {
    ImageRequest {
        prompt: "A shepherd by still waters.".to_owned(),
        keywords: vec!["pasture".to_owned(), "water".to_owned()],
        tradition,
        film_seed: 7,
        scene_seed: 1,
        width: 96,
        height: 54,
    }
}

fn answer(finish_reason: Option<&str>, image: &[u8]) -> Reply {
    let body = serde_json::json!({
        "seeds": [2_130_420_379_u32], "finish_reasons": [finish_reason], "images": [BASE64.encode(image)],
    });
    Reply::json(200, &body.to_string())
}

fn png() -> Vec<u8> {
    let mut png = Vec::new();
    ::image::RgbImage::from_pixel(134, 76, ::image::Rgb([10, 200, 30]))
        .write_to(&mut std::io::Cursor::new(&mut png), ::image::ImageFormat::Png)
        .unwrap();
    png
}

/// The program that cargo built beside this test.
fn pictures() -> PicturePipe {
    let own = std::env::current_exe().unwrap();
    PicturePipe::new(own.ancestors().nth(2).unwrap().join("picture-pipe")).unwrap()
}

fn bedrock(server: &MockServer, timeout: Duration) -> Bedrock {
    let settings = BedrockSettings {
        model: "stability.stable-image-core-v1:1".to_owned(),
        region: "us-west-2".to_owned(),
        timeout,
    };
    Bedrock::new(&sdk_config(server), settings, pictures())
}

async fn ask(server: &MockServer, timeout: Duration) -> Result<Picture, ImageError> {
    bedrock(server, timeout).generate(&request(Tradition::Universal)).await
}

async fn refusal(reply: Reply) -> ImageError {
    let server = MockServer::serve(move |_| reply.clone()).await;
    let error = ask(&server, Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(server.requests().len(), 1, "the SDK client must leave retries to the chain");
    error
}

#[tokio::test]
async fn a_picture_is_asked_for_and_made_the_asked_size() {
    let server = MockServer::serve(|_| answer(None, &png())).await;
    let picture = ask(&server, Duration::from_secs(5)).await.unwrap();
    assert_eq!((picture.width, picture.height, picture.rgb.len()), (96, 54, 96 * 54 * 3));
    assert_eq!(&picture.rgb[..3], [10, 200, 30]);

    let received = &server.requests()[0];
    assert_eq!(received.path, "/model/stability.stable-image-core-v1%3A1/invoke");
    assert!(received.head.contains("/us-west-2/bedrock/aws4_request"), "{}", received.head);
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!((&body["aspect_ratio"], &body["output_format"]), (&"16:9".into(), &"png".into()));
    let seed = body["seed"].as_u64().unwrap();
    assert!(seed > 0 && u32::try_from(seed).is_ok());
    assert!(body["prompt"].as_str().unwrap().starts_with("A shepherd by still waters. pasture, water. "));
    assert!(body["negative_prompt"].as_str().unwrap().contains("watermark"));
}

#[tokio::test]
async fn a_chain_retries_after_throttling() {
    let calls = AtomicU32::new(0);
    let server = MockServer::serve(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Reply::aws_error(429, "ThrottlingException"),
        _ => answer(None, &png()),
    })
    .await;
    let backoff = Backoff { tries: 3, base: Duration::from_millis(2) };
    let chain = ImageChain::new(
        vec![Arc::new(bedrock(&server, Duration::from_secs(5)))],
        Scripted::<Result<Picture, ImageError>>::new("painter", Vec::new()),
        backoff,
    );
    let answer = chain.generate(&request(Tradition::Universal)).await.unwrap();
    assert_eq!((answer.provider.as_str(), answer.attempts, answer.degraded), ("bedrock", 3, false));
}

#[tokio::test]
async fn a_withheld_picture_is_filtered_and_a_broken_model_is_not() {
    let error = refusal(answer(Some("Filter reason: prompt"), b"")).await;
    assert!(matches!(error, ImageError::Filtered { reason, .. } if reason == "Filter reason: prompt"));
    let error = refusal(answer(Some("Inference error"), b"")).await;
    assert!(matches!(error, ImageError::Unavailable { .. }));
}

#[tokio::test]
async fn transient_errors_are_unavailable() {
    for (status, code) in [
        (429, "ThrottlingException"),
        (429, "ModelNotReadyException"),
        (424, "ModelErrorException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
    ] {
        let error = refusal(Reply::aws_error(status, code)).await;
        assert!(matches!(error, ImageError::Unavailable { .. }), "{status} {code}: {error:?}");
    }
    let error = refusal(Reply::json(200, "<html>")).await;
    assert!(matches!(error, ImageError::Unavailable { .. }), "{error:?}");
    let error = refusal(answer(None, b"not a picture")).await;
    assert!(matches!(error, ImageError::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn permanent_errors_are_rejected() {
    for (status, code) in
        [(400, "ValidationException"), (403, "AccessDeniedException"), (404, "ResourceNotFoundException")]
    {
        let error = refusal(Reply::aws_error(status, code)).await;
        assert!(matches!(&error, ImageError::Rejected { reason, .. } if reason.contains(code)), "{error:?}");
    }
}

#[tokio::test]
async fn a_model_or_a_server_that_takes_too_long_is_a_timeout() {
    let error = refusal(Reply::aws_error(408, "ModelTimeoutException")).await;
    assert!(matches!(error, ImageError::Timeout { .. }), "{error:?}");
    let server = MockServer::serve(|_| Reply::Hang).await;
    let error = ask(&server, Duration::from_millis(200)).await.unwrap_err();
    assert!(matches!(error, ImageError::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn an_unreachable_server_is_unavailable() {
    let server = MockServer::unreachable().await;
    let error = ask(&server, Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(error, ImageError::Unavailable { .. }), "{error:?}");
}

#[test]
fn aniconic_traditions_are_asked_for_without_figures() {
    for tradition in [Tradition::Islamic, Tradition::Jewish, Tradition::Sikh] {
        let body = RequestBody::new(&request(tradition));
        assert!(body.prompt.contains("empty of people"));
        assert!(body.negative_prompt.contains("human figure") && body.negative_prompt.contains("idol"));
    }
    assert!(!RequestBody::new(&request(Tradition::Christian)).negative_prompt.contains("figure"));
}

#[test]
fn the_aspect_ratio_is_the_one_that_crops_least() {
    for (width, height, aspect) in [
        (1920, 1080, "16:9"),
        (1080, 1920, "9:16"),
        (1080, 1080, "1:1"),
        (1080, 1350, "4:5"),
        (2560, 1080, "21:9"),
    ] {
        assert_eq!(nearest_aspect_ratio(width, height), aspect);
    }
}

#[test]
fn a_picture_costs_its_models_price() {
    assert_eq!(picture_micro_usd("stability.stable-image-core-v1:1"), 40_000);
    assert_eq!(picture_micro_usd("stability.sd3-5-large-v1:0"), 80_000);
    assert_eq!(picture_micro_usd("stability.stable-image-ultra-v1:1"), 140_000);
}

#[test]
fn seeds_tell_scenes_and_films_apart_and_are_never_zero() {
    let seeded = |film_seed, scene_seed| {
        seed(&ImageRequest { film_seed, scene_seed, ..request(Tradition::Universal) })
    };
    assert_eq!(seeded(7, 1), seeded(7, 1));
    assert_ne!(seeded(7, 1), seeded(7, 2));
    assert_ne!(seeded(7, 1), seeded(8, 1));
    assert_ne!(seeded(0, 0), 0);
}

#[test]
fn a_long_prompt_is_cut_where_the_model_would_refuse_it() {
    let long = ImageRequest { prompt: "श्री ".repeat(5_000), ..request(Tradition::Universal) };
    assert_eq!(RequestBody::new(&long).prompt.chars().count(), MAX_PROMPT_CHARS);
}
