//! The scene that all programs render.
//!
//! The engine makes it by [`render_clip`], as it makes every film's clips, and so by a camera of its own choice. Such a
//! move is always a zoom about a point: that is how others are told of it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use film_engine::clip::{ClipJob, SceneArt, render_clip};
use film_engine::frames::Overlay;
use film_engine::motion::{Camera, View};
use film_engine::shots::Shots;
use film_engine::timeline::{ClipSpan, FrameRate};
use film_engine::{Ffmpeg, VideoFormat};
use film_painter::{Picture, SceneKind, Size};
use film_vocabulary::{Aspect, Resolution};
use serde_json::json;

use crate::fixtures;
use crate::peers::process;

/// Frames a second.
pub(crate) const RATE: FrameRate = FrameRate::F30;

/// The picture: larger than the frame by more than the zoom.
const PICTURE: Size = Size { width: 2304, height: 1296 };

/// Chooses the camera's move: one that draws near, in ten seconds from the whole picture as far as any does.
const SEED: u64 = 367;

/// What the camera draws near to: with this seed and from the whole picture, so that the point lies within the frame,
/// off its middle, in short scenes too.
const FOCUS: (f32, f32) = (0.489, 0.494);

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

/// The fixed point of the zoom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    /// Where in the picture, as shares of it.
    pub(crate) picture: (f64, f64),
    /// Where in the frame, as shares of it. It may lie outside.
    pub(crate) frame: (f64, f64),
}

impl Scene {
    /// Paints the picture and writes the files that others read.
    pub(crate) fn new(folder: PathBuf, frames: u32) -> Result<Self> {
        let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, RATE);
        let picture = Picture { focus: FOCUS, ..fixtures::painted(SceneKind::Forest, PICTURE).picture };
        let mut overlays = fixtures::captions(format.size, frames);
        for overlay in &mut overlays {
            // The others show captions at once, unless they are told more than their users do.
            overlay.fade = 0;
        }
        let camera = Camera::ken_burns(SEED, picture.focus, picture.size, format.size, RATE, frames);
        let span = ClipSpan::new(frames, RATE.default_crossfade(), true, true);
        let scene = Self { format, picture, span, overlays, camera, folder };
        scene.write()?;
        Ok(scene)
    }

    /// Frames of the film.
    pub(crate) fn frames(&self) -> u32 {
        self.span.frames()
    }

    /// The camera's view on a frame.
    pub(crate) fn view(&self, frame: u32) -> View {
        self.camera.view(frame)
    }

    /// How near each frame looks: at 1 the picture just fills the frame.
    pub(crate) fn zooms(&self) -> Vec<f64> {
        (0..self.frames()).map(|frame| 1.0 / self.view(frame).extent.0).collect()
    }

    /// About what the camera zooms. The middle of what it sees lies on a line, evenly with what it sees across: where
    /// that is nothing, the line meets the point.
    pub(crate) fn point(&self) -> Point {
        let (first, last) = (self.view(0), self.view(self.frames() - 1));
        let axis = |middle: (f64, f64), extent: (f64, f64)| {
            let slope = (middle.1 - middle.0) / (extent.1 - extent.0);
            (middle.0 - slope * extent.0, 0.5 - slope)
        };
        let across = axis((first.centre.0, last.centre.0), (first.extent.0, last.extent.0));
        let down = axis((first.centre.1, last.centre.1), (first.extent.1, last.extent.1));
        Point { picture: (across.0, down.0), frame: (across.1, down.1) }
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
        let Point { picture, frame } = self.point();
        let said = json!({
            "width": self.format.size.width,
            "height": self.format.size.height,
            "fps": self.format.rate.fps(),
            "picture": "picture.png",
            "point": { "picture": [picture.0, picture.1], "frame": [frame.0, frame.1] },
            "zooms": self.zooms(),
            "captions": captions,
            "fade": self.span.crossfade,
        });
        Ok(std::fs::write(self.folder.join("scene.json"), said.to_string())?)
    }

    /// Makes the film. Gives the most memory that this process and its FFmpeg had at once, in bytes.
    pub(crate) fn render(&self, ffmpeg: &Ffmpeg, out: &Path) -> Result<u64> {
        let scene = SceneArt {
            picture: &self.picture,
            layers: None,
            seed: SEED,
            frames: self.frames(),
            // What is given to the others is one move.
            shots: Shots::One,
            overlays: &self.overlays,
        };
        let job = ClipJob { format: self.format, span: self.span, scene, next: None };
        let mut peak = 0;
        render_clip(&job, ffmpeg, out, &mut |progress| {
            if progress.done % RATE.fps() == 0 {
                // FFmpeg is among this process's children.
                peak = peak.max(process::memory(std::process::id()));
            }
        })?;
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
        for frames in [60, 300] {
            let scene = Scene::new(folder.path().join("scene"), frames).unwrap();
            let point = scene.point();
            assert!([point.frame.0, point.frame.1].iter().all(|at| (0.1..0.47).contains(at)), "{point:?}");
            for frame in 0..frames {
                let View { centre, extent } = scene.view(frame);
                let seen = |point: f64, centre: f64, extent: f64| 0.5 + (point - centre) / extent;
                let (across, down) = (
                    seen(point.picture.0, centre.0, extent.0) - point.frame.0,
                    seen(point.picture.1, centre.1, extent.1) - point.frame.1,
                );
                assert!(across.abs() < 1e-9 && down.abs() < 1e-9, "frame {frame}: {across}, {down}");
            }
        }
    }

    #[test]
    fn ten_seconds_zoom_from_the_whole_picture_as_far_as_a_camera_goes() {
        let folder = tempfile::tempdir().unwrap();
        let zooms = Scene::new(folder.path().join("scene"), 300).unwrap().zooms();
        assert!(
            zooms.is_sorted() && zooms[0] < 1.002 && zooms[299] > 1.148,
            "{} to {}",
            zooms[0],
            zooms[299]
        );
    }

    #[test]
    fn others_are_told_of_every_frame() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::new(folder.path().join("scene"), 60).unwrap();
        let said = std::fs::read(scene.folder.join("scene.json")).unwrap();
        let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
        assert_eq!(said["zooms"].as_array().unwrap().len(), 60);
        let second = &said["captions"][1];
        assert_eq!((second["from"].as_u64(), second["to"].as_u64()), (Some(20), Some(40)));
    }
}
