//! From a file's bytes to pixels. Runs in `picture-pipe` only.

use std::io::{self, Cursor};

use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

use crate::backdrop;
use crate::cmyk;
use crate::colour::{self, Layers};
use crate::crop::{self, Rectangle};
pub use crate::decoded::DecodeError;
use crate::decoded::Decoded;
use crate::fit::{self, Fit};
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

/// A picture in the shape and size of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// `width × height × 3` bytes of sRGB.
    pub rgb: Vec<u8>,
    /// The point that must stay in view, as fractions of width and height.
    pub focus: (f32, f32),
}

/// Decodes a picture and brings it to the shape and the size `width × height`.
///
/// # Errors
/// Why it cannot be used, with the decoder's message.
pub fn fill(file: &[u8], width: u32, height: u32, fit: Fit) -> Result<Fitted, DecodeError> {
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
    let turned = |(width, height)| if is_turned(orientation) { (height, width) } else { (width, height) };
    let (stored, frame) = ((decoded.width, decoded.height), (width, height));
    let size = turned(stored);
    if fit.is_over_its_copy(size, frame) {
        let whole = Rectangle { x: 0, y: 0, width: stored.0, height: stored.1 };
        let picture = scaled(decoded, whole, turned(backdrop::inner_size(size, frame)))?;
        let rgb = backdrop::compose(&picture, frame).into_raw();
        let is_upright = u64::from(size.0) * u64::from(height) < u64::from(size.1) * u64::from(width);
        let focus = if is_upright { backdrop::FOCUS_UPRIGHT } else { backdrop::FOCUS_WIDE };
        return Ok(Fitted { rgb, focus });
    }
    let (crop, focus) = match fit {
        Fit::About { x, y } => {
            let (crop, focus) = fit::about(size, frame, (x, y));
            (crop.as_stored(orientation, size), focus)
        }
        Fit::Centre | Fit::Whole => (crop::centred(stored, turned(frame)), (0.5, 0.5)),
    };
    Ok(Fitted { rgb: scaled(decoded, crop, turned(frame))?.into_raw(), focus })
}

/// A part of the picture, in a size that is given as the picture is stored; upright. Takes the decoded picture, so that
/// its memory is free afterwards.
fn scaled(decoded: Decoded, crop: Rectangle, size: (u32, u32)) -> Result<RgbImage, DecodeError> {
    let orientation = decoded.orientation;
    let rgb = cropped(decoded, crop)?;
    let scaled = if rgb.dimensions() == size {
        rgb
    } else {
        imageops::resize(&rgb, size.0, size.1, FilterType::Lanczos3)
    };
    let mut upright = DynamicImage::ImageRgb8(scaled);
    upright.apply_orientation(orientation);
    Ok(upright.into_rgb8())
}

/// The part of the picture that is kept, in sRGB.
fn cropped(decoded: Decoded, crop: Rectangle) -> Result<RgbImage, DecodeError> {
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
