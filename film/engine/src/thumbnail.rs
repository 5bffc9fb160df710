//! The thumbnail of a film, as a JPEG.
//!
//! Costs 0.3 CPU s from a picture of 2048 × 1152 pixels.

use film_captions::CaptionBitmap;
use film_painter::{Picture, Size};
use film_vocabulary::Aspect;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use crate::error::FilmError;
use crate::motion::Camera;

/// At this quality 1280 × 720 pixels take 100 to 300 kB; YouTube takes two megabytes.
const QUALITY: u8 = 88;

/// Pixels of a thumbnail: 1,280 along the longer side, as YouTube asks.
pub fn thumbnail_size(aspect: Aspect) -> Size {
    match aspect {
        Aspect::Landscape => Size { width: 1280, height: 720 },
        Aspect::Portrait => Size { width: 720, height: 1280 },
        Aspect::Square => Size { width: 1280, height: 1280 },
    }
}

/// Makes a JPEG from a scene's picture, cropped about its focus, with an optional title drawn for
/// [`thumbnail_size`].
///
/// # Errors
/// [`FilmError::Invalid`] if the picture's or the title's bytes do not fit their size, or the title leaves the
/// frame.
pub fn thumbnail(
    picture: &Picture,
    aspect: Aspect,
    title: Option<&CaptionBitmap>,
) -> Result<Vec<u8>, FilmError> {
    let size = thumbnail_size(aspect);
    let Size { width, height } = picture.size;
    let whole = RgbImage::from_raw(width, height, picture.rgb.clone())
        .filter(|_| width > 0 && height > 0)
        .ok_or_else(|| FilmError::Invalid(format!("a picture of {width}×{height} pixels has other bytes")))?;
    let view = Camera::still(picture.focus, picture.size, size).view(0);
    let pixels = |share: f64, of: u32| (share * f64::from(of)).round() as u32;
    let left = pixels(view.centre.0 - view.extent.0 / 2.0, width).min(width - 1);
    let top = pixels(view.centre.1 - view.extent.1 / 2.0, height).min(height - 1);
    let across = pixels(view.extent.0, width).clamp(1, width - left);
    let down = pixels(view.extent.1, height).clamp(1, height - top);
    let cropped = imageops::crop_imm(&whole, left, top, across, down).to_image();
    let mut image = imageops::resize(&cropped, size.width, size.height, FilterType::Lanczos3);
    if let Some(title) = title {
        lay_on(&mut image, title)?;
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&image)
        .map_err(|error| FilmError::Invalid(format!("the thumbnail cannot be encoded: {error}")))?;
    Ok(jpeg)
}

fn lay_on(image: &mut RgbImage, title: &CaptionBitmap) -> Result<(), FilmError> {
    let fits =
        |from: u32, length: u32, within: u32| from.checked_add(length).is_some_and(|end| end <= within);
    if !fits(title.x, title.width, image.width()) || !fits(title.y, title.height, image.height()) {
        return Err(FilmError::Invalid("the thumbnail's title leaves the frame".into()));
    }
    if title.rgba.len() != title.width as usize * title.height as usize * 4 {
        return Err(FilmError::Invalid("the thumbnail's title has other bytes than its size".into()));
    }
    for (index, [r, g, b, a]) in title.rgba.as_chunks::<4>().0.iter().enumerate() {
        let (x, y) = (index as u32 % title.width, index as u32 / title.width);
        let Rgb(under) = *image.get_pixel(title.x + x, title.y + y);
        let alpha = u16::from(*a);
        let over = [*r, *g, *b];
        let mixed: [u8; 3] = std::array::from_fn(|i| {
            ((u16::from(over[i]) * alpha + u16::from(under[i]) * (255 - alpha) + 127) / 255) as u8
        });
        image.put_pixel(title.x + x, title.y + y, Rgb(mixed));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        let rgb = (0..90u32).flat_map(|y| (0..160u32).flat_map(move |x| [x as u8, y as u8, 60])).collect();
        Picture { size: Size { width: 160, height: 90 }, rgb, focus: (0.9, 0.5) }
    }

    #[test]
    fn has_the_right_size_in_every_aspect() {
        for aspect in [Aspect::Landscape, Aspect::Portrait, Aspect::Square] {
            let jpeg = thumbnail(&picture(), aspect, None).unwrap();
            let image = image::load_from_memory(&jpeg).unwrap();
            let size = thumbnail_size(aspect);
            assert_eq!((image.width(), image.height()), (size.width, size.height));
        }
    }

    #[test]
    fn is_cropped_about_the_focus_and_carries_the_title() {
        let title = CaptionBitmap { x: 0, y: 0, width: 64, height: 64, rgba: [255; 64 * 64 * 4].to_vec() };
        let jpeg = thumbnail(&picture(), Aspect::Portrait, Some(&title)).unwrap();
        let image = image::load_from_memory(&jpeg).unwrap().into_rgb8();
        assert!(image.get_pixel(20, 20).0.iter().all(|c| *c > 250));
        // The crop is 51 pixels wide and lies at the right edge: from column 109 on.
        assert!(image.get_pixel(4, 1000).0[0] > 100);
        let outside = CaptionBitmap { x: 1000, ..title };
        assert!(thumbnail(&picture(), Aspect::Portrait, Some(&outside)).is_err());
    }
}
