//! Makes a picture of the size that a model offers into one of the requested size.

use ::image::imageops::FilterType;

use crate::image::Picture;

/// Decodes a PNG, crops it about its centre to the aspect ratio of `width × height`, and scales it to that size.
///
/// # Errors
/// The decoder's message, when the bytes are no PNG or the picture is more than 8192 pixels wide or high.
pub(crate) fn decode_and_crop(png: &[u8], width: u32, height: u32) -> Result<Picture, String> {
    let mut reader = ::image::ImageReader::with_format(std::io::Cursor::new(png), ::image::ImageFormat::Png);
    let mut limits = ::image::Limits::default();
    // Four times the longest side that any image model gives. A larger picture could exhaust the memory.
    (limits.max_image_width, limits.max_image_height) = (Some(8192), Some(8192));
    reader.limits(limits);
    let decoded = reader.decode().map_err(|error| format!("the answer's picture: {error}"))?;
    let rgb = if (decoded.width(), decoded.height()) == (width, height) {
        decoded.into_rgb8()
    } else {
        decoded.resize_to_fill(width, height, FilterType::Lanczos3).into_rgb8()
    };
    // The composition is unknown, so the centre is the best guess of what must stay in frame.
    Ok(Picture { width, height, rgb: rgb.into_raw(), focus: (0.5, 0.5) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red on the left third, green in the middle, blue on the right.
    fn thirds() -> Vec<u8> {
        let picture = ::image::RgbImage::from_fn(300, 100, |x, _| {
            let mut pixel = [0; 3];
            pixel[(x / 100) as usize] = 255;
            ::image::Rgb(pixel)
        });
        let mut png = Vec::new();
        picture.write_to(&mut std::io::Cursor::new(&mut png), ::image::ImageFormat::Png).unwrap();
        png
    }

    #[test]
    fn the_middle_is_kept_and_the_size_is_exact() {
        let picture = decode_and_crop(&thirds(), 64, 64).unwrap();
        assert_eq!(picture.rgb.len(), 64 * 64 * 3);
        assert!(picture.rgb.chunks_exact(3).skip(16).step_by(64).all(|pixel| pixel == [0, 255, 0]));
        assert_eq!(picture.focus, (0.5, 0.5));
    }

    #[test]
    fn a_picture_of_the_right_size_is_left_alone() {
        let picture = decode_and_crop(&thirds(), 300, 100).unwrap();
        assert_eq!(
            (&picture.rgb[..3], &picture.rgb[picture.rgb.len() - 3..]),
            (&[255, 0, 0][..], &[0, 0, 255][..])
        );
    }

    #[test]
    fn bytes_that_are_no_png_are_an_error() {
        assert!(decode_and_crop(b"not a picture", 8, 8).is_err());
    }
}
