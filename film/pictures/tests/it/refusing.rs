//! What cannot be used is refused with a reason that says what to do.

use film_pictures::{LARGEST_FILE, Refusal, probe};

use crate::corpus::{all, ycc_jpeg};
use crate::flat_jpeg::FlatJpeg;
use crate::support::refusal;

#[test]
fn other_formats_are_refused_by_name() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice();
    for (start, name) in [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), "a HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a HEIF"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "an AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a video"),
        (b"GIF89a\x01\0\x01\0\0\0\0", "a GIF"),
        (b"II*\0\x08\0\0\0", "a TIFF"),
        (b"BM\x46\0\0\0\0\0", "a BMP"),
        (b"%PDF-1.7\n", "a PDF"),
        (svg, "an SVG"),
        (b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a", "a JPEG XL"),
    ] {
        let refused = refusal(start);
        assert_eq!(refused, Refusal::OtherFormat(name.to_owned()));
        assert!(refused.to_string().contains("Save it as PNG, JPEG or WebP."), "{refused}");
    }
    for garbage in ["x".repeat(1000).as_bytes(), b"", b"\0", b"RIFF\0\0\0\0WAVEfmt "] {
        let refused = refusal(garbage);
        assert!(matches!(refused, Refusal::Unknown), "{refused:?}");
    }
}

#[test]
fn other_ways_of_coding_jpeg_are_refused_by_name() {
    for (frame, precision, name) in [
        (0xc3, 8, "without loss"),
        (0xc5, 8, "with hierarchical coding"),
        (0xc9, 8, "with arithmetic coding"),
        (0xca, 8, "with arithmetic coding"),
        (0xc1, 12, "with more than 8 bits a sample"),
    ] {
        let jpeg = FlatJpeg { frame, precision, components: 3, segments: Vec::new() };
        let file = jpeg.write(16, 16, |_, _| [128; 4]);
        assert_eq!(refusal(&file), Refusal::OtherCoding(name.to_owned()));
    }
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_ends() {
    for sample in all() {
        for tenths in [1, 5, 9] {
            let end = sample.file.len() * tenths / 10;
            let refused = refusal(&sample.file[..end]);
            assert_eq!(refused, Refusal::Truncated, "{} of {tenths} tenths", sample.name);
        }
        let refused = refusal(&sample.file[..sample.file.len() - 2]);
        assert_eq!(refused, Refusal::Truncated, "{}", sample.name);
    }
}

#[test]
fn what_follows_the_picture_is_ignored() {
    // Phones append videos and depth maps.
    let file = [ycc_jpeg(0xc0, Vec::new()), vec![0; 5_000]].concat();
    crate::support::assert_shows_quarters("trailer.jpg", &file, 6);
}

#[test]
fn a_file_of_too_many_bytes_is_refused_unread() {
    assert_eq!(probe(b"", LARGEST_FILE + 1), Err(Refusal::TooManyBytes(LARGEST_FILE + 1)));
}

#[test]
fn a_header_that_stops_is_refused() {
    let signature = b"\x89PNG\r\n\x1a\n";
    assert_eq!(refusal(signature), Refusal::Truncated);
    assert_eq!(refusal(b"\xff\xd8\xff"), Refusal::Truncated);
    assert_eq!(refusal(b"RIFF\x04\0\0\0WEBP"), Refusal::Truncated);
    let no_header = [signature.as_slice(), b"\0\0\0\x0dIDAT", &[0; 16]].concat();
    assert_eq!(refusal(&no_header), Refusal::Damaged);
}
