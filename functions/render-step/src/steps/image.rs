use cloud::bucket::{BucketError, Content};
use film_painter::{Picture, Size};
use film_pictures::{LARGEST_FILE, PipeError, Refusal};
use metering::Amounts;
use providers::ImageRequest;
use storyboard::UploadId;
use studio::{ImageInput, LeasedStep};
use tenancy::{ObjectKey, TenantId};

use super::compute::compute;
use super::store::store_last;
use crate::artefacts::encode_picture;
use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;

/// A picture for a scene: an uploaded one, or one by a provider. Cost: 2 to 3 CPU s with the painter, 0.1 CPU s for
/// each megapixel of an uploaded one.
pub async fn run(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &ImageInput,
) -> Result<StepOutput, StepError> {
    let size = Size { width: input.width, height: input.height };
    let (picture, output) = match input.upload {
        Some(upload) => {
            let output = StepOutput { provider: "upload".to_owned(), ..StepOutput::default() };
            (uploaded(runner, &leased.tenant, upload, size).await?, output)
        }
        None => {
            let outcome = runner.providers.generate_image(&request(input)).await?;
            let used = Amounts { images: 1, ..Amounts::default() };
            let (providers::Picture { width, height, rgb, focus }, output) =
                StepOutput::by_provider(outcome, used);
            (Picture { size: Size { width, height }, rgb, focus }, output)
        }
    };
    let png = compute(move || encode_picture(&picture)).await?;
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

/// The uploaded picture, cropped about its centre and scaled to fill `size`, by a process of its own.
///
/// # Errors
/// [`StepError::Upload`] when there is no such upload or the picture cannot be used, [`StepError::PictureProgram`] when
/// the process failed without the picture's fault.
async fn uploaded(
    runner: &StepRunner,
    tenant: &TenantId,
    upload: UploadId,
    size: Size,
) -> Result<Picture, StepError> {
    let key = ObjectKey::upload(tenant, upload.uuid());
    let missing = || StepError::Upload("It is not there any more. Upload it again.".to_owned());
    let head = runner.bucket.head(&key).await?.ok_or_else(missing)?;
    if head.bytes > LARGEST_FILE {
        return Err(StepError::Upload(Refusal::TooManyBytes(head.bytes).to_string()));
    }
    let file = match runner.bucket.get(&key).await {
        Err(BucketError::NotFound(_)) => return Err(missing()),
        file => file?,
    };
    let filled = runner.pictures.fill(&file, size.width, size.height).await.map_err(|error| match error {
        PipeError::Refused { refusal, messages } => {
            tracing::warn!(reason = messages, "an uploaded picture cannot be used: {refusal}");
            StepError::Upload(refusal.to_string())
        }
        PipeError::Program { .. } => StepError::PictureProgram(error),
    })?;
    tracing::info!(peak_bytes = filled.peak_bytes, "decoded an uploaded picture");
    Ok(Picture { size, rgb: filled.rgb, focus: (0.5, 0.5) })
}
