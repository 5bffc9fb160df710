use std::io::Cursor;

use ::image::{ImageReader, Limits, imageops::FilterType};
use cloud::bucket::Content;
use film_painter::{Picture, Size};
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

/// The longest side of an uploaded picture in pixels. Decoding a larger one could exhaust the function's memory.
const LONGEST_SIDE: u32 = 12_000;

/// A picture for a scene: an uploaded one, or one by a provider. Cost with the painter: 2 to 3 CPU s.
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

/// The uploaded picture, scaled and cropped about its centre to fill `size`.
///
/// # Errors
/// [`StepError::Upload`] when it cannot be decoded or has a side of more than [`LONGEST_SIDE`] pixels.
async fn uploaded(
    runner: &StepRunner,
    tenant: &TenantId,
    upload: UploadId,
    size: Size,
) -> Result<Picture, StepError> {
    let bytes = runner.bucket.get(&ObjectKey::upload(tenant, upload.uuid())).await?;
    compute(move || {
        let mut limits = Limits::default();
        limits.max_image_width = Some(LONGEST_SIDE);
        limits.max_image_height = Some(LONGEST_SIDE);
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
        reader.limits(limits);
        let decoded = reader.decode().map_err(|error| StepError::Upload(error.to_string()))?;
        let filled = decoded.resize_to_fill(size.width, size.height, FilterType::Lanczos3);
        Ok(Picture { size, rgb: filled.into_rgb8().into_raw(), focus: (0.5, 0.5) })
    })
    .await
}
