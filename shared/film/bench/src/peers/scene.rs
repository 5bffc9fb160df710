//! The scene that all are given, and our way of making it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use film::encoder::{Settings, raw_input};
use film::frames::{Compositor, Overlay, Shot};
use film::motion::{Camera, MAX_ZOOM, Pose, View};
use film::timeline::{ClipSpan, FrameRate};
use film::{Aspect, Ffmpeg, Tier, VideoFormat};
use film_painter::{Picture, SceneKind, Size};
use nix::fcntl::{FcntlArg, fcntl};
use serde_json::json;

use super::process;
use crate::material;

/// What stays where it is while the picture grows, as shares of the frame.
pub(crate) const POINT: (f64, f64) = (0.42, 0.46);

/// Frames a second.
pub(crate) const RATE: FrameRate = FrameRate::F30;

/// Frames in which a whole zoom is made; fewer zoom less far, not faster.
const WHOLE: u32 = 300;

/// The picture: larger than the frame by more than the zoom.
const PICTURE: Size = Size { width: 2304, height: 1296 };

/// Bytes that wait between this process and FFmpeg, as in a film's own clips.
const PIPE: i32 = 1 << 20;

/// One picture under a zoom about a point, three captions, fades from and to black.
pub(crate) struct Scene {
    pub(crate) format: VideoFormat,
    pub(crate) picture: Picture,
    pub(crate) span: ClipSpan,
    pub(crate) overlays: Vec<Overlay>,
    camera: Camera,
    /// Holds `picture.png`, `caption0.png` and so on, and `scene.json`, which says the rest.
    pub(crate) folder: PathBuf,
}

impl Scene {
    /// Paints the picture and writes the files that others read.
    pub(crate) fn new(folder: PathBuf, frames: u32) -> Result<Self> {
        let format = VideoFormat::new(Tier::Hd1080, Aspect::Wide, RATE);
        let picture = material::painted(SceneKind::Forest, PICTURE).picture;
        let mut overlays = material::captions(format.size, frames);
        for overlay in &mut overlays {
            // The others show captions at once, unless they are told more than their users do.
            overlay.fade = 0;
        }
        let reach = f64::from(frames.min(WHOLE)) / f64::from(WHOLE);
        let zoom = 1.0 + (MAX_ZOOM - 1.0) * reach;
        // Where a view's middle lies when the point is seen at its place.
        let middle = |point: f64| point + (0.5 - point) / zoom;
        let wide = Pose { zoom: 1.0, centre: (0.5, 0.5) };
        let near = Pose { zoom, centre: (middle(POINT.0), middle(POINT.1)) };
        let camera = Camera::between(wide, near, picture.size, format.size, frames);
        let span = ClipSpan::new(frames, format.rate.default_crossfade(), true, true);
        let scene = Self { format, picture, span, overlays, camera, folder };
        scene.write()?;
        Ok(scene)
    }

    /// Frames of the film.
    pub(crate) fn frames(&self) -> u32 {
        self.span.frames()
    }

    /// Where a frame looks.
    pub(crate) fn view(&self, frame: u32) -> View {
        self.camera.view(frame)
    }

    /// How near each frame looks.
    pub(crate) fn zooms(&self) -> Vec<f64> {
        (0..self.frames()).map(|frame| 1.0 / self.view(frame).extent.0).collect()
    }

    fn write(&self) -> Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let Size { width, height } = self.picture.size;
        let picture = self.folder.join("picture.png");
        image::save_buffer(picture, &self.picture.rgb, width, height, image::ColorType::Rgb8)?;
        let mut captions = Vec::new();
        for (number, Overlay { bitmap, frames, .. }) in self.overlays.iter().enumerate() {
            let file = format!("caption{number}.png");
            let path = self.folder.join(&file);
            image::save_buffer(path, &bitmap.rgba, bitmap.width, bitmap.height, image::ColorType::Rgba8)?;
            let (from, to) = (frames.start, frames.end);
            captions.push(json!({ "file": file, "x": bitmap.x, "y": bitmap.y, "from": from, "to": to }));
        }
        let said = json!({
            "width": self.format.size.width,
            "height": self.format.size.height,
            "fps": self.format.rate.fps(),
            "picture": "picture.png",
            "point": [POINT.0, POINT.1],
            "zooms": self.zooms(),
            "captions": captions,
            "fade": self.span.crossfade,
        });
        Ok(std::fs::write(self.folder.join("scene.json"), said.to_string())?)
    }

    /// Makes the film as [`film::clip::render_clip`] does, which would choose a move itself. Gives the most memory that
    /// this process and its FFmpeg had at once, in bytes.
    pub(crate) fn render(&self, ffmpeg: &Ffmpeg, out: &Path) -> Result<u64> {
        let mut encoder = Command::new(&ffmpeg.program)
            .args(["-v", "error", "-y"])
            .args(raw_input(&self.format))
            .args(["-i", "pipe:0"])
            .args(Settings::of(self.format.tier).arguments(&self.format))
            .arg(out)
            .stdin(Stdio::piped())
            .spawn()?;
        let mut pipe = encoder.stdin.take().context("an encoder has an input")?;
        // A system that refuses is only slower.
        let _ = fcntl(&pipe, FcntlArg::F_SETPIPE_SZ(PIPE));
        let shot = Shot::new(&self.picture, self.camera.clone(), &self.overlays, self.format.size)?;
        let mut compositor = Compositor::new(self.format.size);
        let mut bytes = vec![0; compositor.frame_bytes()];
        let mut peak = 0;
        for frame in 0..self.frames() {
            compositor.draw(&shot, frame, self.span.mix(frame), None, &mut bytes)?;
            pipe.write_all(&bytes)?;
            if frame % 30 == 29 {
                // FFmpeg is among this process's children.
                peak = peak.max(process::memory(std::process::id()));
            }
        }
        drop(pipe);
        ensure!(encoder.wait()?.success(), "FFmpeg could not encode {}", out.display());
        Ok(peak)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;

    #[test]
    fn the_point_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::new(folder.path().join("scene"), 60).unwrap();
        for frame in 0..60 {
            let View { centre, extent } = scene.view(frame);
            let seen = |point, centre, extent| (point - (centre - extent / 2.0)) / extent;
            assert!((seen(POINT.0, centre.0, extent.0) - POINT.0).abs() < 1e-9, "frame {frame}");
            assert!((seen(POINT.1, centre.1, extent.1) - POINT.1).abs() < 1e-9, "frame {frame}");
        }
        let zooms = scene.zooms();
        assert!((zooms[0] - 1.0).abs() < 1e-9 && (zooms[59] - 1.03).abs() < 1e-9, "{zooms:?}");
        let said: serde_json::Value =
            serde_json::from_slice(&std::fs::read(scene.folder.join("scene.json")).unwrap()).unwrap();
        assert_eq!(said["zooms"].as_array().unwrap().len(), 60);
        assert_eq!(
            (said["captions"][1]["from"].as_u64(), said["captions"][1]["to"].as_u64()),
            (Some(20), Some(40))
        );
    }
}
