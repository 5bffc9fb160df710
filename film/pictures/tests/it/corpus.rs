//! Small files of every kind, made here. All show the same picture: four quarters of flat colour.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};
use moxcms::{ColorProfile, Layout, TransformOptions};

use crate::flat_jpeg::{FlatJpeg, adobe};

/// Pixels. Both are multiples of 16, so that each quarter is of whole blocks of 8 × 8.
pub const WIDTH: u32 = 96;
pub const HEIGHT: u32 = 64;

/// The colours of the quarters from the top left by rows: red, green, blue, yellow.
pub const QUARTERS: [[u8; 3]; 4] = [[230, 40, 40], [40, 180, 60], [40, 60, 200], [240, 210, 60]];

/// A file, its name, and how far its samples may be from [`QUARTERS`].
pub struct Sample {
    pub name: String,
    pub file: Vec<u8>,
    pub tolerance: u8,
}

/// The picture.
pub fn picture() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| Rgb(QUARTERS[quarter(x, y)]))
}

fn quarter(x: u32, y: u32) -> usize {
    usize::from(x >= WIDTH / 2) + 2 * usize::from(y >= HEIGHT / 2)
}

/// One file of each kind that is decoded.
pub fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut add =
        |name: &str, tolerance, file| samples.push(Sample { name: name.to_owned(), file, tolerance });
    let eight = DynamicImage::ImageRgb8(picture());
    add("rgb8.png", 0, png(&eight, |_| {}));
    add("rgba8.png", 0, png(&DynamicImage::ImageRgba8(eight.to_rgba8()), |_| {}));
    add("rgb16.png", 0, png(&DynamicImage::ImageRgb16(eight.to_rgb16()), |_| {}));
    add("rgba16.png", 0, png(&DynamicImage::ImageRgba16(eight.to_rgba16()), |_| {}));
    add("palette.png", 0, palette_png(None));
    add("animated.png", 0, animated_png());
    add("rgb.jpg", 6, jpeg(&picture(), |_| {}));
    add("no-loss.webp", 0, webp(&eight, |_| {}));
    add("alpha.webp", 0, webp(&DynamicImage::ImageRgba8(eight.to_rgba8()), |_| {}));
    add("animated.webp", 1, animated_webp());
    add("progressive.jpg", 6, ycc_jpeg(0xc2, Vec::new()));
    add("cmyk.jpg", 2, cmyk_jpeg(0, Vec::new()));
    add("ycck.jpg", 4, cmyk_jpeg(2, Vec::new()));
    // A preview in the metadata has an end of its own, which does not end the picture.
    let preview = [b"Exif\0\0".as_slice(), &jpeg(&RgbImage::new(8, 8), |_| {})].concat();
    add("preview.jpg", 6, ycc_jpeg(0xc0, vec![(0xe1, preview)]));
    let p3 = ColorProfile::new_display_p3();
    let wide = DynamicImage::ImageRgb8(in_profile(&p3));
    add("display-p3.png", 3, png(&wide, |e| e.set_icc_profile(p3.encode().unwrap()).unwrap()));
    let wide16 = DynamicImage::ImageRgb16(wide.to_rgb16());
    add("display-p3-16.png", 3, png(&wide16, |e| e.set_icc_profile(p3.encode().unwrap()).unwrap()));
    add("display-p3.jpg", 8, jpeg(&wide.to_rgb8(), |e| e.set_icc_profile(p3.encode().unwrap()).unwrap()));
    add("display-p3.webp", 3, webp(&wide, |e| e.set_icc_profile(p3.encode().unwrap()).unwrap()));
    for code in 1..=8 {
        let turned = turned(code);
        let exif = |big_endian| exif(code, big_endian);
        add(
            &format!("turned-{code}.jpg"),
            6,
            jpeg(&turned.to_rgb8(), |e| e.set_exif_metadata(exif(true)).unwrap()),
        );
        add(&format!("turned-{code}.png"), 0, png(&turned, |e| e.set_exif_metadata(exif(false)).unwrap()));
        add(&format!("turned-{code}.webp"), 0, webp(&turned, |e| e.set_exif_metadata(exif(true)).unwrap()));
    }
    samples
}

pub fn png(image: &DynamicImage, set: impl FnOnce(&mut PngEncoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    set(&mut encoder);
    image.write_with_encoder(encoder).unwrap();
    file
}

pub fn jpeg(image: &RgbImage, set: impl FnOnce(&mut JpegEncoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    set(&mut encoder);
    image.write_with_encoder(encoder).unwrap();
    file
}

pub fn webp(image: &DynamicImage, set: impl FnOnce(&mut WebPEncoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut file);
    set(&mut encoder);
    image.write_with_encoder(encoder).unwrap();
    file
}

/// A palette of the four colours, with these opacities of them.
pub fn palette_png(opacities: Option<[u8; 4]>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(QUARTERS.concat());
    if let Some(opacities) = opacities {
        encoder.set_trns(opacities.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    let indices: Vec<u8> = picture().enumerate_pixels().map(|(x, y, _)| quarter(x, y) as u8).collect();
    writer.write_image_data(&indices).unwrap();
    writer.finish().unwrap();
    file
}

/// Two frames: the picture, then black.
fn animated_png() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(Cursor::new(&mut file), WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&picture()).unwrap();
    writer.write_image_data(&RgbImage::new(WIDTH, HEIGHT)).unwrap();
    writer.finish().unwrap();
    file
}

/// Two frames: the picture, then black (RFC 9649, 2.7.1.1).
fn animated_webp() -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let padding = if data.len() % 2 == 1 { &[0][..] } else { &[] };
        [name.as_slice(), &length, data, padding].concat()
    };
    let three = |n: u32| n.to_le_bytes()[..3].to_vec();
    let size = [three(WIDTH - 1), three(HEIGHT - 1)].concat();
    let frame = |image: RgbImage| {
        // What is behind the RIFF header of a simple file is the frame's one chunk.
        let bits = webp(&DynamicImage::ImageRgb8(image), |_| {})[12..].to_vec();
        chunk(b"ANMF", &[vec![0; 6], size.clone(), three(100), vec![0], bits].concat())
    };
    let extended = chunk(b"VP8X", &[vec![0b10, 0, 0, 0], size.clone()].concat());
    let animation = chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]);
    let frames = [frame(picture()), frame(RgbImage::new(WIDTH, HEIGHT))].concat();
    let webp = [b"WEBP".to_vec(), extended, animation, frames].concat();
    [b"RIFF".to_vec(), u32::try_from(webp.len()).unwrap().to_le_bytes().to_vec(), webp].concat()
}

fn of_block(column: u16, row: u16) -> [u8; 3] {
    QUARTERS[quarter(u32::from(column) * 8, u32::from(row) * 8)]
}

/// A JPEG of three components, with segments before its frame.
pub fn ycc_jpeg(frame: u8, segments: Vec<(u8, Vec<u8>)>) -> Vec<u8> {
    let jpeg = FlatJpeg { frame, precision: 8, components: 3, segments };
    jpeg.write(WIDTH as u16, HEIGHT as u16, |column, row| {
        let [y, cb, cr] = ycc(of_block(column, row));
        [y, cb, cr, 0]
    })
}

/// A JPEG of four inks, inverted as Adobe writes them, without black. `transform` 0 is CMYK, 2 YCCK.
pub fn cmyk_jpeg(transform: u8, mut segments: Vec<(u8, Vec<u8>)>) -> Vec<u8> {
    segments.push(adobe(transform));
    let jpeg = FlatJpeg { frame: 0xc0, precision: 8, components: 4, segments };
    jpeg.write(WIDTH as u16, HEIGHT as u16, |column, row| {
        let lights = of_block(column, row);
        // An inverted ink is the light that it leaves. YCC is of the lights that are its complements.
        let [a, b, c] = if transform == 2 { ycc(lights.map(|light| 255 - light)) } else { lights };
        [a, b, c, 255]
    })
}

fn ycc([r, g, b]: [u8; 3]) -> [u8; 3] {
    let (r, g, b) = (f32::from(r), f32::from(g), f32::from(b));
    let y = 0.299 * r + 0.587 * g + 0.114 * b;
    [y, 128.0 + (b - y) / 1.772, 128.0 + (r - y) / 1.402].map(|sample| sample.round() as u8)
}

/// The picture as it is stored in a profile's space.
fn in_profile(profile: &ColorProfile) -> RgbImage {
    let srgb = ColorProfile::new_srgb();
    let to =
        srgb.create_transform_8bit(Layout::Rgb, profile, Layout::Rgb, TransformOptions::default()).unwrap();
    let mut stored = picture();
    to.transform(&picture(), &mut stored).unwrap();
    stored
}

/// The picture as it is stored to be upright with an orientation.
fn turned(code: u8) -> DynamicImage {
    let orientation = Orientation::from_exif(code).unwrap();
    let inverse = match orientation {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        itself => itself,
    };
    let mut image = DynamicImage::ImageRgb8(picture());
    image.apply_orientation(inverse);
    image
}

/// EXIF with nothing but an orientation (tag 0x0112, a short).
fn exif(orientation: u8, big_endian: bool) -> Vec<u8> {
    let short = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut tiff = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    tiff.extend(short(42));
    tiff.extend(long(8));
    tiff.extend(short(1));
    tiff.extend(short(0x0112));
    tiff.extend(short(3));
    tiff.extend(long(1));
    tiff.extend(short(orientation.into()));
    tiff.extend([0, 0]);
    tiff.extend(long(0));
    tiff
}
