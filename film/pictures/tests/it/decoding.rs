//! Every kind of file becomes the same picture.

use film_pictures::{FIRST_BYTES, Header, MOST_HEADER_BYTES, PictureFormat, Probe, Refusal, probe};

use crate::corpus::{HEIGHT, WIDTH, all, picture, ycc_jpeg};
use crate::support::{assert_shows_quarters, difference, fill, quarters};

#[test]
fn every_kind_of_file_shows_its_colours_where_they_belong() {
    for sample in all() {
        assert_shows_quarters(&sample.name, &sample.file, sample.tolerance);
    }
}

#[test]
fn the_header_says_what_decoding_finds() {
    for sample in all() {
        let Ok(Probe::Accepted(Header { format, width, height })) =
            probe(&sample.file, sample.file.len() as u64)
        else {
            panic!("{}", sample.name);
        };
        let sides = if width > height { (width, height) } else { (height, width) };
        assert_eq!(sides, (WIDTH, HEIGHT), "{}", sample.name);
        let ending = match format {
            PictureFormat::Png => ".png",
            PictureFormat::Jpeg => ".jpg",
            PictureFormat::Webp => ".webp",
        };
        assert!(sample.name.ends_with(ending), "{} is {format:?}", sample.name);
    }
}

#[test]
fn lossy_webp_is_decoded() {
    // One pixel: the file by which web pages find out whether a browser shows lossy WebP.
    let file = b"RIFF\x22\0\0\0WEBPVP8 \x16\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0\x0e\xc0\xfe\x25\xa4\0\x03p\0\0\0\0";
    let picture = fill(file, 2, 2).unwrap();
    assert_eq!(picture.rgb.len(), 12);
}

#[test]
fn the_middle_is_kept_and_the_size_is_exact() {
    let file = crate::corpus::png(&image::DynamicImage::ImageRgb8(picture()), |_| {});
    for (width, height) in [(64, 64), (96, 64), (31, 200), (200, 31), (1, 1), (2208, 1242)] {
        let filled = fill(&file, width, height).unwrap();
        assert_eq!(filled.rgb.len(), (width * height * 3) as usize);
        if width > 1 {
            let seen = quarters(&filled.rgb, (width, height));
            assert!(difference(seen, crate::corpus::QUARTERS) <= 12, "{width} × {height}: {seen:?}");
        }
    }
}

#[test]
fn a_picture_of_the_right_size_is_left_alone() {
    let file = crate::corpus::png(&image::DynamicImage::ImageRgb8(picture()), |_| {});
    assert_eq!(fill(&file, WIDTH, HEIGHT).unwrap().rgb, picture().into_raw());
}

#[test]
fn a_size_behind_metadata_is_found_and_one_too_far_in_is_refused() {
    let metadata = |segments| ycc_jpeg(0xc0, vec![(0xe2, vec![0xff; 65_533]); segments]);
    let file = metadata(12);
    let probed = |file: &[u8], bytes: u64| {
        let start = &file[..file.len().min(usize::try_from(bytes).unwrap())];
        probe(start, file.len() as u64)
    };
    assert_eq!(probed(&file, FIRST_BYTES), Ok(Probe::NeedsMore));
    assert!(matches!(probed(&file, MOST_HEADER_BYTES), Ok(Probe::Accepted(Header { width: WIDTH, .. }))));
    assert_shows_quarters("metadata.jpg", &file, 6);
    let far = metadata(70);
    assert_eq!(probed(&far, FIRST_BYTES), Ok(Probe::NeedsMore));
    assert_eq!(probed(&far, MOST_HEADER_BYTES), Err(Refusal::HeaderTooLong));
}

/// Writes the corpus and its decoded pictures to a folder, to be looked at: `LOOK=folder cargo test … -- --ignored`.
#[test]
#[ignore = "writes files to be looked at"]
fn look_at_the_corpus() {
    let Some(folder) = std::env::var_os("LOOK").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    for sample in all() {
        std::fs::write(folder.join(&sample.name), &sample.file).unwrap();
        let rgb = fill(&sample.file, WIDTH, HEIGHT).unwrap().rgb;
        let path = folder.join(format!("{}.decoded.png", sample.name));
        image::save_buffer(path, &rgb, WIDTH, HEIGHT, image::ColorType::Rgb8).unwrap();
    }
}
