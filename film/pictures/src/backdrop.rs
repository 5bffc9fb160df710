//! A picture shown whole, over its own blurred and darkened copy.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// How much of the frame the picture takes where it is largest. A camera that draws nearer by 1.13 still shows all of it.
pub(crate) const SHARE: f64 = 0.88;

/// The point of the frame that a camera should look at: the middle, but higher in an upright picture, because people's
/// faces are there.
pub(crate) const FOCUS_WIDE: (f32, f32) = (0.5, 0.5);
pub(crate) const FOCUS_UPRIGHT: (f32, f32) = (0.5, 0.43);

/// The copy is blurred at a fraction of its size, where it costs nothing.
const BLUR_SCALE: u32 = 24;

/// Standard deviation of the blur, in pixels of the small copy: 2 % of the frame's width.
const BLUR: f32 = 2.0;

/// Share of its light that the copy keeps: dark enough for a light picture to stand before it, and for a dark one not to
/// be lost.
const LIGHT: f64 = 0.45;

/// The darkest part of the shadow about the picture, and its standard deviation as a share of the frame's shorter side.
const SHADOW: f64 = 0.5;
const SHADOW_WIDTH: f64 = 0.014;

/// The largest size of a picture's shape that fits within [`SHARE`] of a frame.
pub(crate) fn inner_size((width, height): (u32, u32), frame: (u32, u32)) -> (u32, u32) {
    let [w, h, fw, fh] = [width, height, frame.0, frame.1].map(f64::from);
    let scale = (fw * SHARE / w).min(fh * SHARE / h);
    let side = |length: f64, most: u32| ((length * scale).round() as u32).clamp(1, most.max(1));
    (side(w, frame.0), side(h, frame.1))
}

/// Puts a picture in the middle of a frame, over its copy.
pub(crate) fn compose(picture: &RgbImage, (width, height): (u32, u32)) -> RgbImage {
    let mut frame = copy(picture, (width, height));
    let (inner_width, inner_height) = picture.dimensions();
    let (left, top) = ((width - inner_width) / 2, (height - inner_height) / 2);
    let deviation = f64::from(width.min(height)) * SHADOW_WIDTH;
    let beyond = |at: u32, from: u32, length: u32| {
        f64::from(from.saturating_sub(at).max(at.saturating_sub(from + length - 1)))
    };
    for (x, y, pixel) in frame.enumerate_pixels_mut() {
        let (dx, dy) = (beyond(x, left, inner_width), beyond(y, top, inner_height));
        let shadow = SHADOW * (-(dx * dx + dy * dy) / (2.0 * deviation * deviation)).exp();
        let light = LIGHT * (1.0 - shadow);
        *pixel = Rgb(pixel.0.map(|sample| (f64::from(sample) * light).round() as u8));
    }
    imageops::replace(&mut frame, picture, i64::from(left), i64::from(top));
    frame
}

/// The part of the picture that has the frame's shape, blurred, in the frame's size.
fn copy(picture: &RgbImage, (width, height): (u32, u32)) -> RgbImage {
    let crop = crate::crop::centred(picture.dimensions(), (width, height));
    let part = imageops::crop_imm(picture, crop.x, crop.y, crop.width, crop.height).to_image();
    let small = ((width / BLUR_SCALE).max(1), (height / BLUR_SCALE).max(1));
    let small = imageops::resize(&part, small.0, small.1, FilterType::Triangle);
    imageops::resize(&imageops::blur(&small, BLUR), width, height, FilterType::CatmullRom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_whole_in_the_middle_and_its_copy_is_darker() {
        let picture = RgbImage::from_pixel(90, 160, Rgb([200, 100, 50]));
        let (frame, inner) = ((320, 180), inner_size((90, 160), (320, 180)));
        assert_eq!(inner, (89, 158));
        let scaled = imageops::resize(&picture, inner.0, inner.1, FilterType::Lanczos3);
        let composed = compose(&scaled, frame);
        assert_eq!(composed.dimensions(), frame);
        let inside = |x, y| composed.get_pixel(x, y).0 == [200, 100, 50];
        assert!(inside(160, 90) && inside(116, 12) && inside(203, 167));
        assert!(!inside(114, 90) && !inside(206, 90) && !inside(160, 9) && !inside(160, 170));
        let Rgb(far) = *composed.get_pixel(4, 90);
        assert!(far.iter().zip([90, 45, 23]).all(|(a, b)| a.abs_diff(b) <= 1), "{far:?}");
        let near = composed.get_pixel(113, 90).0[0];
        assert!(near < 60, "no shadow: {near}");
    }
}
