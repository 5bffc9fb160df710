//! Loudness by EBU R 128.

use film_narrator::SAMPLE_RATE;

use crate::error::FilmError;
use crate::soundtrack::stereo::StereoFrame;

pub(super) fn decibels_to_gain(decibels: f64) -> f64 {
    10f64.powf(decibels / 20.0)
}

fn meter_error(error: ebur128::Error) -> FilmError {
    FilmError::Invalid(format!("loudness cannot be measured: {error}"))
}

/// Measures the loudness of stereo sound at 48 kHz.
pub(super) struct Meter(ebur128::EbuR128);

impl Meter {
    pub(super) fn new() -> Result<Self, FilmError> {
        ebur128::EbuR128::new(2, SAMPLE_RATE, ebur128::Mode::I).map(Self).map_err(meter_error)
    }

    pub(super) fn add(&mut self, frames: &[StereoFrame]) -> Result<(), FilmError> {
        self.0.add_frames_f32(frames.as_flattened()).map_err(meter_error)
    }

    /// Integrated loudness in LUFS so far; none if all was silence, or shorter than 0.4 s.
    pub(super) fn integrated(&self) -> Result<Option<f64>, FilmError> {
        let lufs = self.0.loudness_global().map_err(meter_error)?;
        Ok(lufs.is_finite().then_some(lufs))
    }
}

/// The measurement of FFmpeg's `ebur128` filter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Loudness {
    /// Integrated loudness in LUFS; none for silence.
    pub(crate) integrated_lufs: Option<f64>,
    /// True peak in dBTP; none for silence.
    pub(crate) true_peak_dbtp: Option<f64>,
}

/// Reads the filter's summary from FFmpeg's standard error; none if there is no summary.
pub(crate) fn read_summary(said: &str) -> Option<Loudness> {
    let summary = &said[said.rfind("Integrated loudness:")?..];
    let value = |label: &str| {
        let text = summary.lines().find_map(|line| line.trim().strip_prefix(label))?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    // −70 LUFS is the gate's floor, which the filter prints for silence.
    let integrated = value("I:")?;
    let peak = value("Peak:").filter(|peak| peak.is_finite());
    Some(Loudness { integrated_lufs: (integrated > -70.0).then_some(integrated), true_peak_dbtp: peak })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
[Parsed_ebur128_0 @ 0x55] Summary:

  Integrated loudness:
    I:         -16.1 LUFS
    Threshold: -26.5 LUFS

  Loudness range:
    LRA:         4.2 LU

  True peak:
    Peak:       -1.3 dBFS
";

    #[test]
    fn reads_what_ffmpeg_says() {
        let wanted = Loudness { integrated_lufs: Some(-16.1), true_peak_dbtp: Some(-1.3) };
        assert_eq!(read_summary(SAID), Some(wanted));
        let silent = SAID.replace("-16.1", "-70.0").replace("-1.3", "-inf");
        assert_eq!(read_summary(&silent), Some(Loudness { integrated_lufs: None, true_peak_dbtp: None }));
        assert_eq!(read_summary("nothing"), None);
    }

    /// EBU Tech 3341, case 1: a stereo sine of 1 kHz at −23 dBFS measures −23 LUFS.
    #[test]
    fn measures_the_reference_tone() {
        let mut meter = Meter::new().unwrap();
        let tone: Vec<StereoFrame> = (0..SAMPLE_RATE * 5)
            .map(|n| {
                let turn = f64::from(n) * 1000.0 / f64::from(SAMPLE_RATE) * std::f64::consts::TAU;
                [(turn.sin() * decibels_to_gain(-23.0)) as f32; 2]
            })
            .collect();
        meter.add(&tone).unwrap();
        assert!((meter.integrated().unwrap().unwrap() + 23.0).abs() < 0.1);
    }
}
