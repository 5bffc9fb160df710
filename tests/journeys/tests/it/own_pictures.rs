//! Pictures of one's own: what cannot be used is refused when a storyboard names it, and what is fits the film.

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use client::{Api, ApiResponse, JobStatus, Method, Project, StatusCode};
use harness::{Aws, DRAFT, TestUser, minutes, new_user, shared};
use serde_json::{Value, json};
use tenancy::{ObjectKey, TenantId};

const SCENES: [&str; 2] = ["The LORD is my light.", "Whom shall I fear?"];

/// A blue PNG, written by Python's zlib: 12,000 × 1 is about 100 bytes.
fn png(width: u32, height: u32) -> Result<Vec<u8>> {
    coloured(width, height, [40, 60, 200])
}

/// A PNG of one colour.
fn coloured(width: u32, height: u32, colour: [u8; 3]) -> Result<Vec<u8>> {
    const WRITE: &str = "import sys, zlib, struct
width, height, *colour = map(int, sys.argv[1:])
def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
rows = (b'\\0' + bytes(colour) * width) * height
header = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
png = b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b'')
sys.stdout.buffer.write(png)";
    let sizes = [width, height].into_iter().chain(colour.map(u32::from)).map(|number| number.to_string());
    let written = std::process::Command::new("python3").args(["-c", WRITE]).args(sizes).output()?;
    ensure!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    Ok(written.stdout)
}

/// Sets the picture of the second scene.
async fn name(api: &Api, project: &Project, upload: &str) -> Result<ApiResponse> {
    let revision = api.project(&project.id).await?.revision;
    let scenes = [json!({"text": SCENES[0]}), json!({"text": SCENES[1], "image": upload})];
    let storyboard = json!({"revision": revision, "scenes": scenes});
    let path = format!("/api/v1/projects/{}/storyboard", project.id);
    Ok(api.call(Method::PUT, &path).json(&storyboard).send().await?)
}

async fn project(user: &TestUser) -> Result<Project> {
    Ok(user.api.create_project(&harness::text(&SCENES.join("\n\n"))).await?)
}

#[tokio::test]
async fn a_picture_that_cannot_be_used_is_refused_when_a_storyboard_names_it() -> Result<()> {
    let user = new_user(&shared()?).await?;
    let project = project(&user).await?;
    for (content_type, file, reason) in [
        ("image/png", vec![b'x'; 1000], "It is no picture."),
        ("image/png", png(12_000, 1)?, "It is 12000 × 1 pixels"),
        ("image/jpeg", png(1, 21)?, "It is 1 × 21 pixels"),
        ("image/png", png(10_000, 5_001)?, "It has 50.0 megapixels"),
        ("image/png", png(16, 9)?[..20].to_vec(), "The file ends before"),
        ("image/jpeg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "It is a HEIC"),
        ("image/webp", b"GIF89a\x01\0\x01\0\0\0\0".to_vec(), "It is a GIF"),
    ] {
        let id = user.api.upload(&project.id, content_type, file).await?;
        let refused = name(&user.api, &project, &id).await?;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        let problem: Value = serde_json::from_slice(&refused.body)?;
        assert_eq!(problem["code"], "invalid");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.starts_with(reason)), "{problem}");
        // The place is the scene's picture, whatever the member that says so is called.
        let said = problem.to_string();
        assert!(said.contains("scenes[1].image") || said.contains("/scenes/1/image"), "{problem}");
    }
    let untouched = user.api.storyboard(&project.id).await?;
    assert!(untouched.scenes.iter().all(|scene| scene.image.is_none()));
    let heic = json!({"kind": "image", "content_type": "image/heic", "bytes": 9});
    let path = format!("/api/v1/projects/{}/assets", project.id);
    let refused = user.api.call(Method::POST, &path).json(&heic).send().await?;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(String::from_utf8_lossy(&refused.body).contains("HEIC and AVIF cannot be decoded"));
    Ok(())
}

#[tokio::test]
async fn the_focus_of_a_picture_is_kept_comes_back_as_it_was_sent_and_makes_another_picture() -> Result<()> {
    let user = new_user(&shared()?).await?;
    let project = project(&user).await?;
    let id = user.api.upload(&project.id, "image/png", png(90, 160)?).await?;
    name(&user.api, &project, &id).await?.success()?;
    assert_eq!(ended(&user.api, &project).await?.status, JobStatus::Done);

    let path = format!("/api/v1/projects/{}/storyboard", project.id);
    let put = async |scene: Value| {
        let revision = user.api.project(&project.id).await?.revision;
        let body = json!({"revision": revision, "scenes": [{"text": SCENES[0]}, scene]});
        anyhow::Ok(user.api.call(Method::PUT, &path).json(&body).send().await?)
    };
    let focus = json!({"x": 0.5, "y": 0.1234});
    let set = put(json!({"text": SCENES[1], "image": id, "focus": focus})).await?;
    let set: Value = set.json()?;
    assert_eq!((&set["scenes"][0]["focus"], &set["scenes"][1]["focus"]), (&Value::Null, &focus));
    // What is read is sent back as it is, and stays what it was.
    let mut read: Value = user.api.get(&path).await?.json()?;
    for member in ["project", "verses"] {
        read.as_object_mut().context("no object")?.remove(member);
    }
    let again: Value = user.api.call(Method::PUT, &path).json(&read).send().await?.json()?;
    assert_eq!(again["scenes"], set["scenes"]);

    let job = ended(&user.api, &project).await?;
    assert_eq!(job.status, JobStatus::Done, "{:?}", job.failure);
    let receipt = user.api.receipt(&job.id).await?;
    let made: Vec<&str> = receipt.steps.iter().filter(|s| !s.reused).map(|s| s.id.as_str()).collect();
    assert!(made.iter().any(|step| step.starts_with("image-")), "{made:?}");
    assert!(!made.iter().any(|step| step.starts_with("narration-")), "{made:?}");

    for (scene, place) in [
        (json!({"text": SCENES[1], "focus": focus}), "focus"),
        (json!({"text": SCENES[1], "image": id, "focus": {"x": 1.5, "y": 0}}), "focus"),
        (json!({"text": SCENES[1], "image": id, "focus": {"x": 0.5}}), "focus"),
    ] {
        let refused = put(scene).await?;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        assert!(refused.text().contains(place), "{}", refused.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_film_that_fails_for_a_black_picture_names_its_scene() -> Result<()> {
    let user = new_user(&shared()?).await?;
    let project = project(&user).await?;
    let id = user.api.upload(&project.id, "image/png", coloured(320, 180, [0, 0, 0])?).await?;
    name(&user.api, &project, &id).await?.success()?;
    let failure = ended(&user.api, &project).await?.failure.context("the job did not fail")?;
    assert_eq!((failure.code.as_str(), failure.status), ("upload_unreadable", 422), "{failure:?}");
    assert!(failure.message.contains("The picture of scene 2 is black"), "{failure:?}");
    Ok(())
}

#[tokio::test]
async fn a_picture_that_became_a_bomb_fails_its_job_with_the_reason_and_costs_the_worker_no_memory()
-> Result<()> {
    let stack = shared()?;
    let user = new_user(&stack).await?;
    let project = project(&user).await?;
    let id = user.api.upload(&project.id, "image/png", png(320, 180)?).await?;
    name(&user.api, &project, &id).await?.success()?;
    // Past the API: as if the check did not exist.
    let tenant: TenantId = user.signed_in.tenant.parse()?;
    let key = ObjectKey::upload(&tenant, id.rsplit('_').next().context("no id")?.parse()?);
    Aws::of(&stack)?.bucket()?.put(&key, png(12_000, 1)?, "image/png").await?;
    let job = ended(&user.api, &project).await?;
    let failure = job.failure.context("the job did not fail")?;
    assert_eq!((failure.code.as_str(), failure.status), ("upload_unreadable", 422));
    assert!(failure.message.contains("It is 12000 × 1 pixels"), "{failure:?}");
    assert!(failure.step.is_some_and(|step| step.starts_with("image-")));
    let mut peaks = String::new();
    for worker in harness::function_processes(&stack, "render-step")? {
        let status = std::fs::read_to_string(format!("/proc/{}/status", worker.pid())).unwrap_or_default();
        let peak_kb = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB"));
        let Some(peak_kb) = peak_kb.and_then(|kb| kb.trim().parse::<u64>().ok()) else { continue };
        write!(peaks, " {} MiB", peak_kb >> 10)?;
        assert!(peak_kb < 3 << 20, "a worker had {peak_kb} kB");
        hidden(worker.pid()).await?;
    }
    eprintln!("peak memory of the workers:{peaks}");

    // The worker lives, and a picture that can be used is shown.
    Aws::of(&stack)?.bucket()?.put(&key, png(12_000, 600)?, "image/png").await?;
    let job = ended(&user.api, &project).await?;
    assert_eq!(job.status, JobStatus::Done, "{:?}", job.failure);
    Ok(())
}

/// Waits until a worker that may just have started hides its memory and environment, which hold credentials, from other
/// processes of its user: a program that a picture has taken over is one.
async fn hidden(worker: u32) -> Result<()> {
    let is_root = std::fs::metadata("/proc/self")?.uid() == 0;
    for _ in 0..50 {
        match std::fs::read(format!("/proc/{worker}/environ")) {
            // Root sees it all the same.
            Ok(shown) if is_root => {
                ensure!(!String::from_utf8_lossy(&shown).contains("INSPECTABLE"), "workers need not hide");
                return Ok(());
            }
            // It has ended.
            Ok(shown) if shown.is_empty() => return Ok(()),
            Ok(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(_) => return Ok(()),
        }
    }
    anyhow::bail!("the environment of a worker can be read")
}

async fn ended(api: &Api, project: &Project) -> Result<client::Job> {
    let mut job = api.render(&project.id, Some(DRAFT), None).await?;
    let deadline = std::time::Instant::now() + minutes(4);
    while !job.has_ended() {
        ensure!(std::time::Instant::now() < deadline, "{job:?}");
        job = api.job_after(&job.id, job.version).await?;
    }
    Ok(job)
}
