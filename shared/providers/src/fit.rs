//! A picture of a model's size made one of the asked size.

use film_painter::{Picture, Size};
use image::imageops::FilterType;

/// Decodes a PNG, crops it about its centre to the asked aspect and scales it: `size` exactly, nothing distorted.
///
/// # Errors
/// In words, when the bytes are no PNG or one of unreasonable size.
pub(super) fn covering(png: &[u8], size: Size) -> Result<Picture, String> {
    let mut reader = image::ImageReader::with_format(std::io::Cursor::new(png), image::ImageFormat::Png);
    let mut limits = image::Limits::default();
    // Four times the longest side that any image model gives, so that a hostile answer cannot exhaust the memory.
    (limits.max_image_width, limits.max_image_height) = (Some(8192), Some(8192));
    reader.limits(limits);
    let decoded = reader.decode().map_err(|error| format!("the answer's picture: {error}"))?;
    let rgb = if (decoded.width(), decoded.height()) == (size.width, size.height) {
        decoded.into_rgb8()
    } else {
        decoded.resize_to_fill(size.width, size.height, FilterType::Lanczos3).into_rgb8()
    };
    // What matters most stands in the middle of a picture whose composition nobody knows.
    Ok(Picture { size, rgb: rgb.into_raw(), focus: (0.5, 0.5) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red on the left third, green in the middle, blue on the right.
    fn thirds() -> Vec<u8> {
        let picture = image::RgbImage::from_fn(300, 100, |x, _| {
            let mut pixel = [0; 3];
            pixel[(x / 100) as usize] = 255;
            image::Rgb(pixel)
        });
        let mut png = Vec::new();
        picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        png
    }

    #[test]
    fn the_middle_is_kept_and_the_size_is_exact() {
        let picture = covering(&thirds(), Size { width: 64, height: 64 }).unwrap();
        assert_eq!(picture.rgb.len(), 64 * 64 * 3);
        assert!(picture.rgb.chunks_exact(3).skip(16).step_by(64).all(|pixel| pixel == [0, 255, 0]));
        assert_eq!(picture.focus, (0.5, 0.5));
    }

    #[test]
    fn a_picture_of_the_right_size_is_left_alone() {
        let picture = covering(&thirds(), Size { width: 300, height: 100 }).unwrap();
        assert_eq!(
            (&picture.rgb[..3], &picture.rgb[picture.rgb.len() - 3..]),
            (&[255, 0, 0][..], &[0, 0, 255][..])
        );
    }

    #[test]
    fn what_is_no_png_is_said() {
        assert!(covering(b"not a picture", Size { width: 8, height: 8 }).is_err());
    }
}
