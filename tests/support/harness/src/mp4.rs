//! What an MP4's index (`moov`) says of a film, read with a parser that has nothing in common with the encoder.

use anyhow::{Context as _, Result};
use re_mp4::{Mp4, StsdBoxContent, Track, TrackKind};

/// The facts of an MP4 with one video and one audio track.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// The video codec after RFC 6381, for example `avc1.64001F`.
    pub picture_codec: String,
    /// The audio codec after RFC 6381: `mp4a.40.2` is AAC-LC.
    pub sound_codec: String,
    /// The audio sample rate, Hz.
    pub sound_rate: u16,
    /// The frame's width, pixels.
    pub width: u16,
    /// The frame's height, pixels.
    pub height: u16,
    /// The number of video frames.
    pub frames: usize,
    /// The duration of the video track as it is presented, milliseconds.
    pub picture_ms: f64,
    /// The duration of the audio track as it is presented, milliseconds.
    pub sound_ms: f64,
    /// Whether `moov` precedes `mdat` (`-movflags +faststart`), so that a player can start before the whole file has
    /// arrived.
    pub starts_fast: bool,
}

impl Film {
    /// Reads the index of a file.
    ///
    /// # Errors
    /// When the bytes are no MP4, a track is missing, or the audio is not AAC.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mp4 = Mp4::read_bytes(bytes)?;
        let track = |kind| mp4.tracks().values().find(move |track| track.kind == Some(kind));
        let picture = track(TrackKind::Video).context("no picture")?;
        let sound = track(TrackKind::Audio).context("no sound")?;
        let StsdBoxContent::Mp4a(description) = &sound.trak(&mp4).mdia.minf.stbl.stsd.contents else {
            anyhow::bail!("the sound is not AAC");
        };
        let esds = description.esds.as_ref().context("the sound has no description")?;
        let config = &esds.es_desc.dec_config;
        Ok(Self {
            picture_codec: picture.codec_string(&mp4).context("an unknown picture codec")?,
            sound_codec: format!("mp4a.{:x}.{}", config.object_type_indication, config.dec_specific.profile),
            sound_rate: description.samplerate.value(),
            width: picture.width,
            height: picture.height,
            frames: picture.samples.len(),
            picture_ms: presented_ms(&mp4, picture),
            sound_ms: presented_ms(&mp4, sound),
            starts_fast: position(bytes, b"moov") < position(bytes, b"mdat"),
        })
    }

    /// The duration of one frame, milliseconds.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a film has far fewer than 2^52 frames")]
    pub fn frame_ms(&self) -> f64 {
        self.picture_ms / self.frames.max(1) as f64
    }
}

/// A track's presented duration: by its edit list, which cuts off the encoder's priming samples; without one, by the
/// sum of its samples.
#[allow(clippy::cast_precision_loss, reason = "a film has far fewer than 2^52 ticks")]
fn presented_ms(mp4: &Mp4, track: &Track) -> f64 {
    let edits = track.trak(mp4).edts.as_ref().and_then(|edits| edits.elst.as_ref());
    match edits {
        Some(edits) => {
            let ticks: u64 = edits.entries.iter().map(|edit| edit.segment_duration).sum();
            ticks as f64 * 1000.0 / f64::from(mp4.moov.mvhd.timescale)
        }
        None => track.duration as f64 * 1000.0 / track.timescale as f64,
    }
}

/// The offset of a top-level box; the length of the file when there is none.
fn position(bytes: &[u8], wanted: &[u8; 4]) -> usize {
    let mut at = 0;
    while let Some(header) = bytes.get(at..at + 8) {
        let (size, name) = header.split_at(4);
        if name == wanted {
            return at;
        }
        match size.try_into().map(u32::from_be_bytes) {
            // 1 announces a 64-bit size, 0 the rest of the file.
            Ok(1) => {
                let long = bytes.get(at + 8..at + 16).and_then(|long| long.try_into().ok());
                at += usize::try_from(long.map_or(0, u64::from_be_bytes)).unwrap_or(bytes.len()).max(16);
            }
            Ok(size @ 8..) => at += size as usize,
            _ => break,
        }
    }
    bytes.len()
}
