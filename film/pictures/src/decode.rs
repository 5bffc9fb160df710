//! From a file's bytes to pixels. Runs in `picture-pipe` only.

use std::io::{self, Cursor};

use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

use crate::cmyk;
use crate::colour::{self, Layers};
use crate::crop;
pub use crate::decoded::DecodeError;
use crate::decoded::Decoded;
use crate::format::PictureFormat;
use crate::header::{Header, Probe, probe};
use crate::jpeg;
use crate::limits;
use crate::png;
use crate::refusal::Refusal;
use crate::size::check_size;
use crate::system_calls;

/// Takes from this process and this thread, which should be its only one, for ever what decoding does not need: by
/// limits of resources (see the constants of the crate), and by a filter of system calls.
///
/// # Errors
/// When the system refuses a limit or the filter. Nothing must be decoded then.
pub fn confine() -> io::Result<()> {
    limits::confine()?;
    system_calls::confine()
}

/// Decodes a picture, crops it about its centre to the aspect ratio of `width × height`, and scales it to that size.
/// The result has `width × height × 3` bytes of sRGB.
///
/// # Errors
/// Why it cannot be used, with the decoder's message.
pub fn fill(file: &[u8], width: u32, height: u32) -> Result<Vec<u8>, DecodeError> {
    check_size(width, height)?;
    let header = match probe(file, file.len() as u64)? {
        Probe::Accepted(header) => header,
        Probe::NeedsMore => return Err(Refusal::Truncated.into()),
    };
    let decoded = decode(file, header)?;
    // A header that says one size and a decoder that gives another would make the limits worthless.
    if (decoded.width, decoded.height) != (header.width, header.height) {
        let detail = format!("{} × {} instead of {header:?}", decoded.width, decoded.height);
        return Err(DecodeError { refusal: Refusal::Damaged, detail });
    }
    let orientation = decoded.orientation;
    let target = if is_turned(orientation) { (height, width) } else { (width, height) };
    let rgb = cropped(decoded, target)?;
    let scaled = if rgb.dimensions() == target {
        rgb
    } else {
        imageops::resize(&rgb, target.0, target.1, FilterType::Lanczos3)
    };
    let mut upright = DynamicImage::ImageRgb8(scaled);
    upright.apply_orientation(orientation);
    Ok(upright.into_rgb8().into_raw())
}

/// The part of the picture that is kept, in sRGB. Takes the decoded picture, so that its memory is free afterwards.
fn cropped(decoded: Decoded, target: (u32, u32)) -> Result<RgbImage, DecodeError> {
    let crop = crop::centred((decoded.width, decoded.height), target);
    let rgb = colour::to_srgb(&decoded.layers, decoded.width, crop, decoded.profile.as_deref());
    RgbImage::from_raw(crop.width, crop.height, rgb).ok_or_else(|| DecodeError {
        refusal: Refusal::Damaged,
        detail: "fewer pixels than the header says".to_owned(),
    })
}

/// Whether the orientation swaps width and height.
fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn decode(file: &[u8], header: Header) -> Result<Decoded, DecodeError> {
    let format = match header.format {
        PictureFormat::Png => {
            if !png::is_complete(file) {
                return Err(Refusal::Truncated.into());
            }
            ImageFormat::Png
        }
        PictureFormat::Webp => ImageFormat::WebP,
        PictureFormat::Jpeg => {
            if !jpeg::is_complete(file) {
                return Err(Refusal::Truncated.into());
            }
            if let Some(decoded) = cmyk::decode(file)? {
                return Ok(decoded);
            }
            ImageFormat::Jpeg
        }
    };
    // The reader's own limit of memory, 512 MiB, is below that of the process and gives the better message.
    let mut decoder = ImageReader::with_format(Cursor::new(file), format).into_decoder()?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    // Metadata that cannot be read does not spoil the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let layers = Layers::of(DynamicImage::from_decoder(decoder)?);
    Ok(Decoded { width, height, layers, orientation, profile })
}
