//! The segments of a JPEG file (ITU-T T.81, annex B).

use crate::refusal::Refusal;
use crate::size::Found;

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;
const ADOBE: u8 = 0xee;

/// A marker and the bytes of its segment, without the length.
struct Segment<'a> {
    marker: u8,
    data: &'a [u8],
}

/// What follows in the file.
enum Next<'a> {
    Segment(Segment<'a>),
    /// The end of the picture.
    End,
    /// The bytes end within or before a segment, whose marker is given where it stands there.
    Short,
}

/// Walks from segment to segment. Bytes between segments are skipped, as decoders do.
struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    /// From behind the start of the image.
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2 }
    }

    fn next(&mut self) -> Result<Next<'a>, Refusal> {
        loop {
            let Some(&[first, marker]) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()) else {
                return Ok(Next::Short);
            };
            match (first, marker) {
                (0xff, END_OF_IMAGE) => return Ok(Next::End),
                // Padding, stuffed zeros and restarts have no segment.
                (0xff, 0xff) => self.at += 1,
                (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => self.at += 2,
                (0xff, marker) => {
                    let Some(&length) = self.bytes.get(self.at + 2..).and_then(|rest| rest.first_chunk())
                    else {
                        return Ok(Next::Short);
                    };
                    let length = usize::from(u16::from_be_bytes(length));
                    if length < 2 {
                        return Err(Refusal::Damaged);
                    }
                    let (from, to) = (self.at + 4, self.at + 2 + length);
                    self.at = to;
                    let Some(data) = self.bytes.get(from..to) else { return Ok(Next::Short) };
                    return Ok(Next::Segment(Segment { marker, data }));
                }
                _ => self.at += 1,
            }
        }
    }
}

/// Width and height from the frame header.
///
/// # Errors
/// [`Refusal::OtherCoding`] for a way of coding that is not decoded, [`Refusal::Damaged`] when no frame header comes
/// before the picture.
pub(crate) fn size(start: &[u8]) -> Result<Found, Refusal> {
    let mut segments = Segments::of(start);
    loop {
        let segment = match segments.next()? {
            Next::Segment(segment) => segment,
            Next::End => return Err(Refusal::Damaged),
            Next::Short => return Ok(Found::Short),
        };
        let coding = match segment.marker {
            START_OF_SCAN => return Err(Refusal::Damaged),
            0xc0..=0xc2 => None,
            0xc3 => Some("without loss"),
            0xc5..=0xc7 => Some("with hierarchical coding"),
            0xc9..=0xcb | 0xcd..=0xcf => Some("with arithmetic coding"),
            _ => continue,
        };
        let &[precision, h1, h0, w1, w0, components, ..] = segment.data else { return Err(Refusal::Damaged) };
        let coding = coding.or_else(|| (precision != 8).then_some("with more than 8 bits a sample"));
        if let Some(coding) = coding {
            return Err(Refusal::OtherCoding(coding.to_owned()));
        }
        if !matches!(components, 1 | 3 | 4) {
            return Err(Refusal::Damaged);
        }
        return Ok(Found::Size(u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into()));
    }
}

/// Whether the picture is followed by its end marker. Decoders fill what is missing of a shorter one with grey.
pub(crate) fn is_complete(file: &[u8]) -> bool {
    let mut segments = Segments::of(file);
    loop {
        match segments.next() {
            Ok(Next::Segment(_)) => {}
            Ok(Next::End) => return true,
            Ok(Next::Short) | Err(_) => return false,
        }
    }
}

/// Whether the file has Adobe's segment: its CMYK samples are then stored inverted.
pub(crate) fn is_adobe(file: &[u8]) -> bool {
    let mut segments = Segments::of(file);
    while let Ok(Next::Segment(segment)) = segments.next() {
        match segment.marker {
            ADOBE if segment.data.starts_with(b"Adobe") => return true,
            START_OF_SCAN => return false,
            _ => {}
        }
    }
    false
}
