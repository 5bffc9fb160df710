//! Transparency, grey and profiles.

use film_pictures::BACKGROUND;
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageEncoder, Luma, LumaA, Rgba, RgbaImage};
use moxcms::{
    ColorProfile, DataColorSpace, Layout, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d,
    ProfileClass, TransformOptions, Xyzd,
};

use crate::corpus::{HEIGHT, QUARTERS, WIDTH, cmyk_jpeg, jpeg, palette_png, picture, png, webp};
use crate::support::{assert_shows_quarters, difference, fill, pixel, quarters};

const SIZE: (u32, u32) = (WIDTH, HEIGHT);

/// The colour of a file that is all of one.
fn colour(file: &[u8]) -> [u8; 3] {
    pixel(&fill(file, WIDTH, HEIGHT).unwrap().rgb, SIZE, 0.5, 0.5)
}

#[test]
fn what_is_transparent_shows_white() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(WIDTH, HEIGHT, Rgba([200, 10, 10, 0])));
    let half = DynamicImage::ImageRgba8(RgbaImage::from_pixel(WIDTH, HEIGHT, Rgba([255, 0, 100, 128])));
    assert_eq!(colour(&png(&clear, |_| {})), BACKGROUND);
    assert_eq!(colour(&webp(&clear, |_| {})), BACKGROUND);
    assert_eq!(colour(&png(&half, |_| {})), [255, 127, 177]);
    assert_eq!(colour(&webp(&half, |_| {})), [255, 127, 177]);
    assert_eq!(colour(&png(&DynamicImage::ImageRgba16(half.to_rgba16()), |_| {})), [255, 127, 177]);
    let grey = DynamicImage::ImageLumaA8(GrayAlphaImage::from_pixel(WIDTH, HEIGHT, LumaA([55, 51])));
    assert_eq!(colour(&png(&grey, |_| {})), [215, 215, 215]);
    let seen = quarters(&fill(&palette_png(Some([255, 0, 255, 0])), WIDTH, HEIGHT).unwrap().rgb, SIZE);
    assert_eq!(seen, [QUARTERS[0], BACKGROUND, QUARTERS[2], BACKGROUND]);
}

#[test]
fn a_patch_of_display_p3_has_the_colour_of_srgb_that_it_was_made_from() {
    let (srgb, p3) = (ColorProfile::new_srgb(), ColorProfile::new_display_p3());
    let wanted = [200, 60, 40];
    let to = srgb.create_transform_8bit(Layout::Rgb, &p3, Layout::Rgb, TransformOptions::default()).unwrap();
    let mut stored = [0; 3];
    to.transform(&wanted, &mut stored).unwrap();
    assert!(stored.iter().zip([186, 69, 48]).all(|(a, b): (&u8, u8)| a.abs_diff(b) <= 2), "{stored:?}");
    let patch = DynamicImage::ImageRgb8(image::RgbImage::from_pixel(WIDTH, HEIGHT, image::Rgb(stored)));
    let profile = || p3.encode().unwrap();
    let files = [
        png(&patch, |e| e.set_icc_profile(profile()).unwrap()),
        jpeg(&patch.to_rgb8(), |e| e.set_icc_profile(profile()).unwrap()),
        webp(&patch, |e| e.set_icc_profile(profile()).unwrap()),
    ];
    for file in files {
        let seen = colour(&file);
        assert!(difference([seen; 4], [wanted; 4]) <= 3, "{seen:?}");
    }
}

#[test]
fn a_black_drawing_on_nothing_is_seen_on_white() {
    let line = |x, y| Rgba(if x == y { [0, 0, 0, 255] } else { [0, 0, 0, 0] });
    let drawing = DynamicImage::ImageRgba8(RgbaImage::from_fn(WIDTH, HEIGHT, line));
    for file in [png(&drawing, |_| {}), webp(&drawing, |_| {})] {
        let rgb = fill(&file, WIDTH, HEIGHT).unwrap().rgb;
        assert_eq!((pixel(&rgb, SIZE, 0.0, 0.0), pixel(&rgb, SIZE, 0.9, 0.1)), ([0; 3], BACKGROUND));
    }
}

#[test]
fn grey_is_grey_and_a_grey_profile_is_heeded() {
    let grey = DynamicImage::ImageLuma8(GrayImage::from_pixel(WIDTH, HEIGHT, Luma([64])));
    assert_eq!(colour(&png(&grey, |_| {})), [64, 64, 64]);
    let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    // A quarter of the light is 137 in sRGB.
    let [r, g, b] = colour(&png(&grey, |e| e.set_icc_profile(linear).unwrap()));
    assert!(r == g && g == b && r.abs_diff(137) <= 2, "{r} {g} {b}");
}

#[test]
fn a_profile_that_cannot_be_read_or_is_for_other_samples_counts_as_srgb() {
    let grey = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    for (name, profile) in [("broken", b"not a profile".repeat(20)), ("grey", grey)] {
        assert_shows_quarters(name, &jpeg(&picture(), |e| e.set_icc_profile(profile).unwrap()), 6);
    }
}

#[test]
fn inks_are_converted_by_their_profile() {
    // A printer whose every ink but black prints green.
    let lab = |l: f32, a: f32, b: f32| {
        let scaled = [l * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0];
        scaled.map(|sample| sample.round() as u16)
    };
    let inks = (0..16).map(|corner| match corner {
        0 => lab(100.0, 0.0, 0.0),
        corner if corner & 1 == 1 => lab(0.0, 0.0, 0.0),
        _ => lab(60.0, -60.0, 50.0),
    });
    let straight = |channels: usize| LutStore::Store16([0, u16::MAX].repeat(channels));
    let lut = LutDataType {
        num_input_channels: 4,
        num_output_channels: 3,
        num_clut_grid_points: 2,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 2,
        num_output_table_entries: 2,
        input_table: straight(4),
        clut_table: LutStore::Store16(inks.flatten().collect()),
        output_table: straight(3),
        lut_type: LutType::Lut16,
    };
    let mut printer = ColorProfile::new_srgb();
    (printer.color_space, printer.pcs) = (DataColorSpace::Cmyk, DataColorSpace::Lab);
    (printer.red_trc, printer.green_trc, printer.blue_trc, printer.cicp) = (None, None, None, None);
    let colorants = [&mut printer.red_colorant, &mut printer.green_colorant, &mut printer.blue_colorant];
    colorants.into_iter().for_each(|colorant| *colorant = Xyzd::default());
    printer.profile_class = ProfileClass::OutputDevice;
    printer.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(lut.clone()));
    printer.lut_a_to_b_colorimetric = Some(LutWarehouse::Lut(lut));
    let profile = printer.encode().unwrap();
    let segment = [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat();
    let file = cmyk_jpeg(0, vec![(0xe2, segment)]);
    let seen = quarters(&fill(&file, WIDTH, HEIGHT).unwrap().rgb, SIZE);
    assert!(difference(seen, QUARTERS) > 60, "the profile is not used: {seen:?}");
    // Red is made of magenta and yellow ink, and so is green here.
    let [r, g, b] = seen[0];
    assert!(g > r && g > b, "{seen:?}");
}
