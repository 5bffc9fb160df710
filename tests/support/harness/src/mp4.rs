//! What a film's own index says, read with a parser that is none of the product's encoders.

use anyhow::{Context as _, Result};
use re_mp4::{Mp4, StsdBoxContent, Track, TrackKind};

/// An MP4 with one picture and one sound track.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// RFC 6381, for example `avc1.64001F`.
    pub picture_codec: String,
    /// RFC 6381: `mp4a.40.2` is AAC-LC.
    pub sound_codec: String,
    /// Samples of sound a second.
    pub sound_rate: u16,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// How many pictures there are.
    pub frames: usize,
    /// How long the picture is presented, milliseconds.
    pub picture_ms: f64,
    /// How long the sound is presented, milliseconds.
    pub sound_ms: f64,
    /// Whether a player can begin before the whole file has come.
    pub starts_fast: bool,
}

impl Film {
    /// Reads the index.
    ///
    /// # Errors
    /// When it is no MP4 or lacks a track.
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

    /// How long one picture is shown, milliseconds.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a film has far fewer than 2^52 frames")]
    pub fn frame_ms(&self) -> f64 {
        self.picture_ms / self.frames.max(1) as f64
    }
}

/// By the edit list, which cuts off what an encoder needs to get going; without one, by the samples.
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

/// Where a top-level box begins; past the end when there is none.
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
