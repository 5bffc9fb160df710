//! Formats by their first bytes.

use crate::refusal::Refusal;

/// A format that is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// PNG, also animated.
    Png,
    /// JPEG: baseline, extended and progressive, Huffman coded, 8 bits a sample.
    Jpeg,
    /// WebP: lossy, lossless, and animated.
    Webp,
}

/// Whether pictures of this media type are decoded.
#[must_use]
pub fn is_media_type(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/webp")
}

/// Formats that are told by name, with their article: the bytes, where they stand, and the name.
const OTHERS: [(&[u8], usize, &str); 19] = [
    (b"GIF8", 0, "a GIF"),
    (b"BM", 0, "a BMP"),
    (b"II*\0", 0, "a TIFF"),
    (b"MM\0*", 0, "a TIFF"),
    (b"II+\0", 0, "a TIFF"),
    (b"MM\0+", 0, "a TIFF"),
    (b"\0\0\x01\0", 0, "an icon"),
    (b"8BPS", 0, "a Photoshop file"),
    (b"%PDF", 0, "a PDF"),
    (b"<svg", 0, "an SVG"),
    (b"\xff\x0a", 0, "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", 0, "a JPEG XL"),
    (b"\0\0\0\x0cjP  ", 0, "a JPEG 2000"),
    (b"\xff\x4f\xff\x51", 0, "a JPEG 2000"),
    (b"qoif", 0, "a QOI"),
    (b"v/1\x01", 0, "an OpenEXR"),
    (b"#?RADIANCE", 0, "a Radiance picture"),
    (b"\x1a\x45\xdf\xa3", 0, "a Matroska or WebM video"),
    (b"ftypqt", 4, "a QuickTime video"),
];

/// The brands of HEIF that phones write, and the one of AVIF, with the names of the formats. Source: ISO/IEC 23008-12
/// and the AV1 image format, <https://aomediacodec.github.io/av1-avif/>.
const BRANDS: [(&[u8; 4], &str); 10] = [
    (b"avif", "an AVIF"),
    (b"avis", "an AVIF"),
    (b"heic", "a HEIC"),
    (b"heix", "a HEIC"),
    (b"heim", "a HEIC"),
    (b"heis", "a HEIC"),
    (b"hevc", "a HEIC"),
    (b"hevx", "a HEIC"),
    (b"mif1", "a HEIF"),
    (b"msf1", "a HEIF"),
];

/// The format of a file that begins with these bytes, or none when there are too few bytes to tell.
///
/// # Errors
/// [`Refusal::OtherFormat`] or [`Refusal::Unknown`].
pub(crate) fn format(start: &[u8]) -> Result<Option<PictureFormat>, Refusal> {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    if start.starts_with(PNG) {
        return Ok(Some(PictureFormat::Png));
    }
    if start.starts_with(b"\xff\xd8\xff") {
        return Ok(Some(PictureFormat::Jpeg));
    }
    if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
        return Ok(Some(PictureFormat::Webp));
    }
    let other = OTHERS.iter().find(|(bytes, at, _)| start.get(*at..at + bytes.len()) == Some(bytes));
    if let Some((_, _, name)) = other {
        return Err(Refusal::OtherFormat((*name).to_owned()));
    }
    if start.get(4..8) == Some(b"ftyp") {
        let brand = BRANDS.iter().find(|(brand, _)| start.get(8..12) == Some(brand.as_slice()));
        return Err(Refusal::OtherFormat(brand.map_or("a video", |(_, name)| name).to_owned()));
    }
    let may_become =
        |magic: &[u8]| !start.is_empty() && start.len() < magic.len() && magic.starts_with(start);
    let may_become_webp = start.starts_with(b"RIFF") && start.len() < 12;
    if may_become(PNG) || may_become(b"\xff\xd8\xff") || may_become(b"RIFF") || may_become_webp {
        return Ok(None);
    }
    Err(Refusal::Unknown)
}
