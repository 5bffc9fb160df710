use cloud::bucket::{BucketError, Content};
use film_painter::{Picture, Size};
use film_pictures::{LARGEST_FILE, PipeError, Refusal};
use metering::Amounts;
use providers::ImageRequest;
use storyboard::{Fit, UploadId};
use studio::{ImageInput, LeasedStep};
use tenancy::{ObjectKey, TenantId};

use super::compute::compute;
use super::store::store_last;
use crate::artefacts::encode_picture;
use crate::error::StepError;
use crate::output::StepOutput;
use crate::painter;
use crate::runner::StepRunner;

/// The provider's name in receipts where the picture was uploaded.
pub const UPLOADED: &str = "upload";

/// A picture for a scene: an uploaded one, or one by a provider. Cost: 2 to 3 CPU s with the painter, 0.1 CPU s for
/// each megapixel of an uploaded one.
pub async fn run(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &ImageInput,
) -> Result<StepOutput, StepError> {
    let size = Size { width: input.width, height: input.height };
    let (picture, brief, output) = match input.upload {
        Some(upload) => {
            let output = StepOutput { provider: UPLOADED.to_owned(), ..StepOutput::default() };
            (uploaded(runner, &leased.tenant, (upload, input.fit), size).await?, None, output)
        }
        None => {
            let request = request(input);
            let outcome = runner.providers.generate_image(&request).await?;
            let used = Amounts { images: 1, ..Amounts::default() };
            let (providers::Picture { width, height, rgb, focus }, output) =
                StepOutput::by_provider(outcome, used);
            let brief = (output.provider == painter::NAME).then(|| painter::brief(&request));
            (Picture { size: Size { width, height }, rgb, focus }, brief, output)
        }
    };
    let png = compute(move || encode_picture(&picture, brief.as_ref())).await?;
    let key = ObjectKey::image(&leased.tenant, &leased.artefact_version());
    store_last(runner, &key, Content::Bytes(png), "image/png", output).await
}

fn request(input: &ImageInput) -> ImageRequest {
    ImageRequest {
        prompt: input.prompt.clone(),
        keywords: input.keywords.clone(),
        tradition: input.tradition,
        film_seed: u64::from(input.film_seed),
        scene_seed: u64::from(input.scene_seed),
        width: input.width,
        height: input.height,
    }
}

/// The uploaded picture in the shape and size `size`, made by a process of its own.
///
/// # Errors
/// [`StepError::Upload`] when there is no such upload or the picture cannot be used, [`StepError::PictureProgram`] when
/// the process failed without the picture's fault.
async fn uploaded(
    runner: &StepRunner,
    tenant: &TenantId,
    (upload, fit): (UploadId, Option<Fit>),
    size: Size,
) -> Result<Picture, StepError> {
    let key = ObjectKey::upload(tenant, upload.uuid());
    let missing = || StepError::Upload("It is not there any more. Upload it again.".to_owned());
    let head = runner.bucket.head(&key).await?.ok_or_else(missing)?;
    if head.bytes > LARGEST_FILE {
        let refusal = Refusal::TooManyBytes(head.bytes);
        return Err(StepError::Upload(format!("{refusal} The picture is {upload}.")));
    }
    let file = match runner.bucket.get(&key).await {
        Err(BucketError::NotFound(_)) => return Err(missing()),
        file => file?,
    };
    let fit = match fit {
        None => film_pictures::Fit::Centre,
        #[allow(clippy::cast_possible_truncation, reason = "from 0 to 1")]
        Some(Fit::About(focus)) => film_pictures::Fit::About { x: focus.x() as f32, y: focus.y() as f32 },
        Some(Fit::Whole) => film_pictures::Fit::Whole,
    };
    let filled =
        runner.pictures.fill(&file, size.width, size.height, fit).await.map_err(|error| match error {
            PipeError::Refused { refusal, messages } => {
                tracing::warn!(reason = messages, "an uploaded picture cannot be used: {refusal}");
                StepError::Upload(format!("{refusal} The picture is {upload}."))
            }
            PipeError::Program { .. } => StepError::PictureProgram(error),
        })?;
    tracing::info!(peak_bytes = filled.peak_bytes, "decoded an uploaded picture");
    Ok(Picture { size, rgb: filled.rgb, focus: filled.focus })
}
