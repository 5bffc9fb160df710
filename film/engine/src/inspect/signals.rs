//! Decodes a film with FFmpeg's detectors for black and frozen pictures, loudness and damage.
//!
//! The first pass decodes reference frames only, one in eight as clips are encoded here, which costs a quarter: what is
//! black or frozen for long enough to be seen is so on those too. If the first pass finds anything, a second one decodes
//! all of the film and decides. That every frame is there, and when it is shown, is read from the file's tables;
//! damage inside a frame that no other refers to is not looked for.

use std::path::Path;

use crate::error::FilmError;
use crate::ffmpeg::arguments::Arguments;
use crate::ffmpeg::program::Ffmpeg;
use crate::inspect::report::TimeRange;
use crate::soundtrack::loudness::{Loudness, read_summary};

/// Black is a picture of which 99 % of the pixels lie under 3 % of white, for 0.4 s: a night sky is brighter.
const BLACK: &str = "blackdetect=d=0.4:pic_th=0.99:pix_th=0.03";

/// The filter of the first pass. 0.4 s of black last at least 0.25 s when only one frame in eight is decoded, at 24 frames
/// a second or more.
const QUICK_BLACK: &str = "blackdetect=d=0.25:pic_th=0.99:pix_th=0.03";

/// Frozen is a mean difference of less than 5 in 10,000 from a picture three seconds ago. An encoded still
/// differs from itself by 2, between its frame types; a slow zoom on a clear sky, the least that moves in any
/// film, by more than 10.
const FROZEN: &str = "freezedetect=n=0.0005:d=3";

const LOUDNESS: &str = "ebur128=peak=true:framelog=verbose";

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Signals {
    pub(super) codec: String,
    pub(super) pixel_format: String,
    pub(super) colour: String,
    pub(super) loudness: Option<Loudness>,
    pub(super) black: Vec<TimeRange>,
    pub(super) frozen: Vec<TimeRange>,
    pub(super) damage: Option<String>,
}

pub(super) fn decode(path: &Path, sound: bool, ffmpeg: &Ffmpeg, end_ms: f64) -> Result<Signals, FilmError> {
    let quick = decode_with(path, sound, ffmpeg, end_ms, (&["-skip_frame", "noref"], QUICK_BLACK))?;
    if quick.black.is_empty() && quick.frozen.is_empty() && quick.damage.is_none() {
        return Ok(quick);
    }
    decode_with(path, sound, ffmpeg, end_ms, (&[], BLACK))
}

/// Decodes with options for the decoder, and a detector of black.
fn decode_with(
    path: &Path,
    sound: bool,
    ffmpeg: &Ffmpeg,
    end_ms: f64,
    (options, black): (&[&str], &str),
) -> Result<Signals, FilmError> {
    let picture = format!("[0:v:0]{black},{FROZEN}[v]");
    let graph = if sound { format!("{picture};[0:a:0]{LOUDNESS}[a]") } else { picture };
    let arguments = Arguments::new()
        .text(options)
        .text(&["-i"])
        .path(path)
        .text(&["-filter_complex", &graph, "-map", "[v]"])
        .text(if sound { &["-map", "[a]"] } else { &[] })
        .text(&["-f", "null", "-"]);
    let said = ffmpeg.run(arguments, path)?;
    Ok(read(&said, end_ms))
}

fn read(said: &str, end_ms: f64) -> Signals {
    let (codec, pixel_format, colour) = stream(said).unwrap_or_default();
    let mut signals =
        Signals { codec, pixel_format, colour, loudness: read_summary(said), ..Signals::default() };
    let mut frozen_since = None;
    for line in said.lines() {
        if let (Some(start_ms), Some(end_ms)) = (value(line, "black_start:"), value(line, "black_end:")) {
            signals.black.push(TimeRange { start_ms, end_ms });
        }
        if let Some(start) = value(line, "freeze_start:") {
            frozen_since = Some(start);
        }
        if let (Some(end_ms), Some(start_ms)) = (value(line, "freeze_end:"), frozen_since) {
            signals.frozen.push(TimeRange { start_ms, end_ms });
            frozen_since = None;
        }
        if signals.damage.is_none() && is_damage(line) {
            signals.damage = Some(line.trim().to_owned());
        }
    }
    // FFmpeg prints no `freeze_end` for a picture that is frozen to the end of the film.
    signals.frozen.extend(frozen_since.map(|start_ms| TimeRange { start_ms, end_ms: end_ms.round() as u64 }));
    signals
}

/// Seconds behind a label, as milliseconds.
fn value(line: &str, label: &str) -> Option<u64> {
    let text = line.split_once(label)?.1.split_whitespace().next()?;
    text.parse::<f64>().ok().map(|seconds| (seconds * 1000.0).round().max(0.0) as u64)
}

/// True for a line in which a decoder or the demuxer reports damaged data.
fn is_damage(line: &str) -> bool {
    ["error while decoding", "Invalid data found", "corrupt", "Invalid NAL", "concealing", "partial file"]
        .iter()
        .any(|sign| line.contains(sign))
}

/// Codec with profile, pixel format and colour tags of `Video: h264 (High) (avc1 / 0x31637661),
/// yuv420p(tv, bt709, progressive), 1920x1080 …`.
fn stream(said: &str) -> Option<(String, String, String)> {
    let line = said.lines().find_map(|line| line.split_once(": Video: "))?.1;
    let (codec, rest) = line.split_once(" (avc1")?;
    let format = rest.split_once(", ")?.1;
    let name_ends = format.find(['(', ','])?;
    let (name, rest) = format.split_at(name_ends);
    let tags = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or("", |(tags, _)| tags);
    let colour: Vec<&str> = tags.split(", ").filter(|tag| *tag != "progressive").collect();
    Some((codec.to_owned(), name.to_owned(), colour.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 320x180, 30 fps
  Stream #0:1[0x2](eng): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, stereo, fltp, 192 kb/s
  Stream #0:0: Video: wrapped_avframe, yuv420p(tv, bt709, progressive), 320x180
[blackdetect @ 0x5] black_start:1.5 black_end:2.25 black_duration:0.75
[freezedetect @ 0x6] lavfi.freezedetect.freeze_start: 4
[freezedetect @ 0x6] lavfi.freezedetect.freeze_duration: 3.2
[freezedetect @ 0x6] lavfi.freezedetect.freeze_end: 7.2
[freezedetect @ 0x6] lavfi.freezedetect.freeze_start: 9.5
";

    #[test]
    fn reads_what_ffmpeg_says() {
        let signals = read(SAID, 12_345.0);
        assert_eq!(signals.codec, "h264 (High)");
        assert_eq!(signals.pixel_format, "yuv420p");
        assert_eq!(signals.colour, "tv, bt709");
        assert_eq!(signals.black, [TimeRange { start_ms: 1500, end_ms: 2250 }]);
        let frozen =
            [TimeRange { start_ms: 4000, end_ms: 7200 }, TimeRange { start_ms: 9500, end_ms: 12_345 }];
        assert_eq!(signals.frozen, frozen);
        assert_eq!(signals.damage, None);
        let damaged = format!("{SAID}[h264 @ 0x7] error while decoding MB 3 4, bytestream -5\n");
        assert!(read(&damaged, 0.0).damage.unwrap().contains("MB 3 4"));
    }
}
