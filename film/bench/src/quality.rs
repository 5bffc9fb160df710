//! How near a clip is to the frames it was made from.
//!
//! VMAF (Netflix; model `vmaf_v0.6.1`, for a television three picture heights away), PSNR, and CAMBI for bands, all by libvmaf as FFmpeg
//! calls it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use film_engine::VideoFormat;
use film_engine::encoder::raw_input;
use serde_json::Value;

/// What libvmaf says of a clip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quality {
    /// Mean VMAF of all frames, 0 to 100.
    pub(crate) vmaf: f64,
    /// Mean VMAF of the worst second.
    pub(crate) vmaf_worst_second: f64,
    /// Mean difference of luma PSNR between one frame and the next, in dB: large where quality pulses.
    pub(crate) psnr_step_db: f64,
    /// Mean of CAMBI, a measure of visible bands: 0 is none, 24 the worst.
    pub(crate) cambi: f64,
}

/// Compares a clip with its frames.
pub(crate) fn compare(program: &Path, format: &VideoFormat, clip: &Path, frames: &Path) -> Result<Quality> {
    let folder = clip.parent().context("a clip lies in a folder")?;
    // A name without a folder: a colon or a quote in a path would be syntax to the filter.
    let log = "vmaf.json";
    let filter = format!("libvmaf=log_fmt=json:log_path={log}:n_threads=2:feature=name=psnr|name=cambi");
    let status = Command::new(std::path::absolute(program)?)
        .current_dir(folder)
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(clip)
        .args(raw_input(format))
        .arg("-i")
        .arg(frames)
        .args(["-lavfi", &filter, "-f", "null", "-"])
        .stdin(Stdio::null())
        .status()?;
    ensure!(status.success(), "libvmaf could not compare {}", clip.display());
    let said: Value = serde_json::from_slice(&std::fs::read(folder.join(log))?)?;
    let frames = said["frames"].as_array().context("libvmaf names no frames")?;
    let of = |name: &str| -> Vec<f64> {
        frames.iter().filter_map(|frame| frame["metrics"][name].as_f64()).collect()
    };
    summarise(&of("vmaf"), &of("psnr_y"), &of("cambi"), format.rate.fps() as usize)
}

fn summarise(vmaf: &[f64], psnr: &[f64], cambi: &[f64], second: usize) -> Result<Quality> {
    ensure!(
        !vmaf.is_empty() && psnr.len() == vmaf.len() && cambi.len() == vmaf.len(),
        "libvmaf gave no scores"
    );
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let steps: Vec<f64> = psnr.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    Ok(Quality {
        vmaf: mean(vmaf),
        vmaf_worst_second: vmaf.windows(second.min(vmaf.len())).map(mean).fold(f64::INFINITY, f64::min),
        psnr_step_db: mean(&steps),
        cambi: mean(cambi),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;

    #[test]
    fn a_bad_second_and_a_pulse_are_found() {
        let mut vmaf = vec![96.0; 90];
        vmaf[40..70].fill(80.0);
        let psnr: Vec<f64> = (0..90).map(|frame| if frame % 2 == 0 { 41.0 } else { 40.0 }).collect();
        let quality = summarise(&vmaf, &psnr, &[2.0; 90], 30).unwrap();
        assert_eq!(quality.vmaf_worst_second, 80.0);
        assert!((quality.vmaf - (96.0 * 60.0 + 80.0 * 30.0) / 90.0).abs() < 1e-9);
        assert!((quality.psnr_step_db - 1.0).abs() < 1e-9);
        assert!(summarise(&[], &[], &[], 30).is_err());
    }
}
