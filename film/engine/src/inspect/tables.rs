//! Reads lengths and time stamps from the tables of an MP4 file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use re_mp4::{Mp4, Track, TrackKind};

use crate::error::FilmError;

#[derive(Debug)]
pub(super) struct Tables {
    pub(super) picture: PictureTable,
    pub(super) sound: Option<SoundTable>,
}

#[derive(Debug)]
pub(super) struct PictureTable {
    pub(super) width: u32,
    pub(super) height: u32,
    /// When each frame is shown, in order, from the first frame on.
    pub(super) times_ms: Vec<f64>,
    pub(super) shown_ms: f64,
    pub(super) late_ms: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SoundTable {
    pub(super) heard_ms: f64,
    pub(super) late_ms: f64,
}

pub(super) fn read(path: &Path) -> Result<Tables, FilmError> {
    let file = File::open(path).map_err(|e| FilmError::io(path, e))?;
    let bytes = file.metadata().map_err(|e| FilmError::io(path, e))?.len();
    let mp4 = Mp4::read(BufReader::new(file), bytes).map_err(|e| FilmError::malformed(path, e))?;
    let of_kind = |kind| mp4.tracks().values().find(|track| track.kind == Some(kind));
    let picture = of_kind(TrackKind::Video).ok_or_else(|| FilmError::malformed(path, "no picture in it"))?;

    let mut ticks: Vec<i64> = picture.samples.iter().map(|sample| sample.composition_timestamp).collect();
    ticks.sort_unstable();
    let first = ticks.first().copied().unwrap_or_default();
    let to_ms = 1000.0 / picture.timescale.max(1) as f64;
    let times_ms = ticks.iter().map(|tick| (tick - first) as f64 * to_ms).collect();
    let (shown_ms, late_ms) = presentation(&mp4, picture);
    let picture = PictureTable {
        width: u32::from(picture.width),
        height: u32::from(picture.height),
        times_ms,
        shown_ms,
        late_ms,
    };
    let sound = of_kind(TrackKind::Audio).map(|track| {
        let (heard_ms, late_ms) = presentation(&mp4, track);
        SoundTable { heard_ms, late_ms }
    });
    Ok(Tables { picture, sound })
}

/// How long a track is presented and how late it begins, in milliseconds: by its edit list, which cuts off
/// what an encoder needed to get going, or by its samples if it has none.
fn presentation(mp4: &Mp4, track: &Track) -> (f64, f64) {
    let edits = track.trak(mp4).edts.as_ref().and_then(|edits| edits.elst.as_ref());
    let movie = 1000.0 / f64::from(mp4.moov.mvhd.timescale.max(1));
    let Some(edits) = edits else {
        return (track.duration as f64 * 1000.0 / track.timescale.max(1) as f64, 0.0);
    };
    let (mut shown, mut late) = (0.0, 0.0);
    for edit in &edits.entries {
        // A media time of −1, in either width, is an empty edit: nothing is presented for its length.
        let empty = edit.media_time == u64::from(u32::MAX) || edit.media_time == u64::MAX;
        *(if empty { &mut late } else { &mut shown }) += edit.segment_duration as f64 * movie;
    }
    (shown, late)
}
