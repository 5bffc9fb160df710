//! Measures how close a film is to the ideal scene.
//!
//! Looked at are the frames between the fades, from the upper edge down to above the captions: everywhere else the scene
//! is not the picture alone. There the ideal is the picture resampled in double precision where the camera looks.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use film_engine::VideoFormat;
use film_engine::motion::View;
use film_painter::Size;

use crate::peers::scene::Scene;
use crate::registration::{Ideal, Matrix};
use crate::setup::Setup;
use crate::{jitter, quality};

/// Rows left out above the captions, because an encoder smears their edges.
const MARGIN: u32 = 16;

/// The result of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Similarity {
    /// VMAF against the ideal frames, if there is a libvmaf.
    pub(crate) vmaf: Option<f64>,
    /// How far patches lie off the camera's path, a constant offset taken away: RMS in pixels.
    pub(crate) jitter: f64,
}

/// The part of the scene that is compared: frames between the fades, rows above the captions.
pub(crate) struct ComparedRegion<'a> {
    scene: &'a Scene,
    format: VideoFormat,
    first: u32,
    frames: u32,
}

impl<'a> ComparedRegion<'a> {
    pub(crate) fn of(scene: &'a Scene) -> Result<Self> {
        let (whole, fade) = (scene.format.size, scene.span.crossfade);
        let captions = scene.overlays.iter().map(|overlay| overlay.bitmap.y).min().unwrap_or(whole.height);
        let height = captions.saturating_sub(MARGIN) / 2 * 2;
        let format = VideoFormat { size: Size { height, ..whole }, ..scene.format };
        let frames = scene.frames().saturating_sub(2 * fade);
        ensure!(frames >= 15, "a scene with fades takes two seconds");
        Ok(Self { scene, format, first: fade, frames })
    }

    /// Where a frame of the part looks.
    fn view(&self, frame: u32) -> View {
        let View { centre, extent } = self.scene.view(self.first + frame);
        let share = f64::from(self.format.size.height) / f64::from(self.scene.format.size.height);
        let (top, down) = (centre.1 - extent.1 / 2.0, extent.1 * share);
        View { centre: (centre.0, top + down / 2.0), extent: (extent.0, down) }
    }

    /// Draws the ideal frames of a matrix into a file: their luma is what is compared, their chroma is grey.
    pub(crate) fn draw_ideal(&self, matrix: Matrix, file: &Path) -> Result<()> {
        let ideal = Ideal::new(&self.scene.picture, matrix);
        let size = self.format.size;
        let grey = vec![128; size.width as usize * size.height as usize / 2];
        let mut out = BufWriter::new(File::create(file)?);
        for frame in 0..self.frames {
            out.write_all(&ideal.frame(size, self.view(frame)))?;
            out.write_all(&grey)?;
        }
        Ok(out.flush()?)
    }

    /// Compares a film with the ideal frames of its matrix, in the file `ideal`.
    pub(crate) fn compare(
        &self,
        setup: &Setup,
        film: &Path,
        matrix: Matrix,
        ideal: &Path,
    ) -> Result<Similarity> {
        let file = self.extract(setup, film)?;
        let path = |frame| self.view(frame);
        let picture = Ideal::new(&self.scene.picture, matrix);
        let jitter = jitter::measure_file(setup, &file, &picture, &path, self.format.size)?;
        let vmaf = match &setup.vmaf {
            None => None,
            Some(program) => Some(quality::compare(program, &self.format, &file, ideal)?.vmaf),
        };
        fs::remove_file(&file)?;
        Ok(Similarity { vmaf, jitter })
    }

    /// Decodes the part of a film. Full range becomes limited; nothing else changes.
    fn extract(&self, setup: &Setup, film: &Path) -> Result<PathBuf> {
        let file = setup.scratch().join("part.y4m");
        let (first, end) = (self.first, self.first + self.frames);
        let Size { width, height } = self.format.size;
        let filter = format!(
            "trim=start_frame={first}:end_frame={end},setpts=PTS-STARTPTS,crop={width}:{height}:0:0,\
             scale=out_range=tv,format=yuv420p"
        );
        let status = Command::new(&setup.ffmpeg.program)
            .args(["-v", "error", "-nostdin", "-y", "-i"])
            .arg(film)
            .args(["-vf", &filter, "-f", "yuv4mpegpipe"])
            .arg(&file)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "FFmpeg could not decode {}", film.display());
        let mut head = String::new();
        BufReader::new(File::open(&file)?).read_line(&mut head)?;
        let found = frames_within(fs::metadata(&file)?.len(), &head, self.format.size);
        let found = found.context("a part of a frame was decoded")?;
        ensure!(found == u64::from(self.frames), "{found} frames for {}", self.frames);
        Ok(file)
    }
}

/// Whole frames in a YUV4MPEG2 file of so many bytes that begins with this line.
fn frames_within(bytes: u64, head: &str, size: Size) -> Option<u64> {
    let frame = "FRAME\n".len() as u64 + u64::from(size.width) * u64::from(size.height) * 3 / 2;
    let content = bytes.checked_sub(head.len() as u64)?;
    content.is_multiple_of(frame).then_some(content / frame)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;

    #[test]
    fn frames_of_a_file_are_counted_and_broken_ones_found() {
        let size = Size { width: 4, height: 2 };
        let head = "YUV4MPEG2 W4 H2 F30:1\n";
        assert_eq!(frames_within(22 + 3 * 18, head, size), Some(3));
        assert_eq!(frames_within(22 + 3 * 18 - 1, head, size), None);
        assert_eq!(frames_within(5, head, size), None);
    }

    #[test]
    fn what_is_looked_at_ends_above_the_captions() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::new(folder.path().join("scene"), 60).unwrap();
        let part = ComparedRegion::of(&scene).unwrap();
        assert_eq!((part.first, part.frames, part.format.size.height), (15, 30, 848));
        let (whole, view) = (scene.view(15), part.view(0));
        assert_eq!((view.centre.0, view.extent.0), (whole.centre.0, whole.extent.0));
        let top = |view: View| view.centre.1 - view.extent.1 / 2.0;
        assert!((top(view) - top(whole)).abs() < 1e-12);
        assert!((view.extent.1 / whole.extent.1 - 848.0 / 1080.0).abs() < 1e-12);
    }
}
