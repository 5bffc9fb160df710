//! JPEG with four inks. The crate `image` converts such files without their profile, so the inks are taken from
//! `zune-jpeg`, its decoder.

use image::metadata::Orientation;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::colour::{Layers, Model, Space};
use crate::decoded::{DecodeError, Decoded};
use crate::jpeg;
use crate::refusal::Refusal;
use crate::size::check_size;

/// Decodes a JPEG of four inks; none when the file has another number of components.
///
/// # Errors
/// When the file is damaged.
pub(crate) fn decode(file: &[u8]) -> Result<Option<Decoded>, DecodeError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| DecodeError {
        refusal: Refusal::Damaged,
        detail: error.to_string(),
    };
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let stored = decoder.input_colorspace();
    let (Some(stored @ (ColorSpace::CMYK | ColorSpace::YCCK)), Some((width, height))) =
        (stored, decoder.dimensions())
    else {
        return Ok(None);
    };
    let (width, height) = (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0));
    check_size(width, height)?;
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(stored));
    let mut samples = decoder.decode().map_err(damaged)?;
    if samples.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        return Ok(None);
    }
    if stored == ColorSpace::YCCK {
        samples.chunks_exact_mut(4).for_each(from_ycck);
    }
    if jpeg::is_adobe(file) {
        samples.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    let exif = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    Ok(Some(Decoded {
        width,
        height,
        layers: Layers::Eight { samples, model: Model { space: Space::Cmyk, has_alpha: false } },
        orientation: exif.unwrap_or(Orientation::NoTransforms),
        profile: decoder.icc_profile(),
    }))
}

/// YCC to CMY in place, black left as it is: each ink is the complement of a light of ITU-T T.871.
fn from_ycck(pixel: &mut [u8]) {
    let (y, cb, cr) = (f32::from(pixel[0]), f32::from(pixel[1]) - 128.0, f32::from(pixel[2]) - 128.0);
    let lights = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
    for (ink, light) in pixel.iter_mut().zip(lights) {
        // A cast from float to integer saturates.
        *ink = 255 - light.round() as u8;
    }
}
