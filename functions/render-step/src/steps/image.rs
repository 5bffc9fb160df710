use std::io::Cursor;

use ::image::{ImageReader, Limits, imageops::FilterType};
use cloud::bucket::Content;
use film_painter::{Brief, Picture, Size};
use metering::Amounts;
use storyboard::UploadId;
use studio::{ImageInput, LeasedStep};
use tenancy::{ObjectKey, TenantId};

use super::{compute, keep};
use crate::artefacts::encode_picture;
use crate::error::StepError;
use crate::kit::Kit;
use crate::made::Made;

/// Longest side of an uploaded picture; decoding a larger one could exhaust the function's memory.
const LONGEST_SIDE: u32 = 12_000;

/// A picture for a scene: the person's own, or one made by the provider. Cost with the painter: 2 to 3 CPU s.
pub async fn run(kit: &Kit, leased: &LeasedStep, input: &ImageInput) -> Result<Made, StepError> {
    let size = Size { width: input.width, height: input.height };
    let (picture, made) = match input.upload {
        Some(upload) => {
            let made = Made { provider: "upload".to_owned(), ..Made::default() };
            (own(kit, &leased.tenant, upload, size).await?, made)
        }
        None => {
            let answer = kit.providers.illustrate(&brief(input), size).await?;
            let made = Made {
                provider: answer.provider,
                degraded: answer.degraded,
                cost_micro_usd: answer.cost_micro_usd,
                fallbacks: answer.fallbacks,
                notes: answer.notes,
                used: Amounts { images: 1, ..Amounts::default() },
                ..Made::default()
            };
            (answer.value, made)
        }
    };
    let png = compute(move || encode_picture(&picture)).await?;
    keep(
        kit,
        &ObjectKey::image(&leased.tenant, &leased.artefact_version()),
        Content::Bytes(png),
        "image/png",
        made,
    )
    .await
}

fn brief(input: &ImageInput) -> Brief {
    Brief {
        prompt: input.prompt.clone(),
        keywords: input.keywords.clone(),
        tradition: input.tradition,
        film_seed: u64::from(input.film_seed),
        scene_seed: u64::from(input.scene_seed),
    }
}

/// A person's own picture, filling the size with what is in its middle.
async fn own(kit: &Kit, tenant: &TenantId, upload: UploadId, size: Size) -> Result<Picture, StepError> {
    let bytes = kit.bucket.get(&ObjectKey::upload(tenant, upload.uuid())).await?;
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
