//! Jitter: where each frame really shows the picture's details, compared with the camera's path.
//!
//! On a grid of patches each frame is registered on the picture itself, resampled at the ideal place in double
//! precision, by iterating the linear least squares of Lucas and Kanade (1981) with a free brightness. What is left is
//! by how much a patch lies off its path. The patch's mean over the scene is taken away, for a picture that is off by
//! the same all the time does not tremble.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use film_engine::VideoFormat;
use film_engine::encoder::Settings;
use film_engine::frames::{Compositor, Shot};
use film_engine::motion::{Camera, Pose, View};
use film_engine::timeline::{FrameRate, Mix};
use film_painter::{Picture, SceneKind, Size};
use film_vocabulary::{Aspect, Resolution};

use crate::figures::Figures;
use crate::registration::{Ideal, Matrix, PATCH};
use crate::setup::Setup;
use crate::{clip, fixtures, table};

/// Moves of the three kinds, as zooms and centres at both ends. A zoom draws near a point off the middle.
pub(crate) const MOVES: [(&str, Pose, Pose); 3] = [
    ("pan", Pose { zoom: 1.1, centre: (0.46, 0.48) }, Pose { zoom: 1.1, centre: (0.54, 0.52) }),
    ("zoom", Pose { zoom: 1.0, centre: (0.5, 0.5) }, Pose { zoom: 1.08, centre: (0.5, 0.5) }),
    ("both", Pose { zoom: 1.02, centre: (0.49, 0.5) }, Pose { zoom: 1.1, centre: (0.53, 0.47) }),
];

/// The camera's view on each frame.
pub(crate) type CameraPath<'a> = &'a dyn Fn(u32) -> View;

/// Pixels by which patches of raw frames (Y, U, V one after the other) lie off the path: the root of the mean square of
/// both directions over patches and frames.
fn measure(
    ideal: &Ideal,
    path: CameraPath<'_>,
    size: Size,
    mut frames: impl FnMut(&mut [u8]) -> Result<bool>,
) -> Result<f64> {
    let mut bytes = vec![0; size.width as usize * size.height as usize * 3 / 2];
    let places = grid(size);
    let mut errors: Vec<Vec<(f64, f64)>> = vec![Vec::new(); places.len()];
    let mut frame = 0;
    while frames(&mut bytes)? {
        for (place, errors) in places.iter().zip(&mut errors) {
            errors.extend(ideal.register(&bytes, size, path(frame), *place));
        }
        frame += 1;
    }
    let mut squares = (0.0, 0usize);
    // A patch without texture, such as flat sky, shows no movement and is left out.
    for errors in errors.iter().filter(|errors| errors.len() == frame as usize) {
        let count = errors.len() as f64;
        let mean = errors.iter().fold((0.0, 0.0), |sum, e| (sum.0 + e.0 / count, sum.1 + e.1 / count));
        squares.0 += errors.iter().map(|e| (e.0 - mean.0).powi(2) + (e.1 - mean.1).powi(2)).sum::<f64>();
        squares.1 += 2 * errors.len();
    }
    ensure!(squares.1 > 0, "no patch of the picture has anything to hold on to");
    Ok((squares.0 / squares.1 as f64).sqrt())
}

/// Top left corners of patches, six across and four down, none at the edge.
fn grid(size: Size) -> Vec<(usize, usize)> {
    let spread = |extent: u32, count: usize, i: usize| {
        let room = extent as usize - PATCH - 32;
        16 + room * i / (count - 1)
    };
    (0..4).flat_map(|y| (0..6).map(move |x| (spread(size.width, 6, x), spread(size.height, 4, y)))).collect()
}

/// Frames from the middle of a move over a picture.
pub(crate) struct Scene<'a> {
    pub(crate) picture: &'a Picture,
    pub(crate) camera: &'a Camera,
    pub(crate) size: Size,
    /// How many of the move's frames.
    pub(crate) frames: u32,
}

impl Scene<'_> {
    /// Frames of a move of which some are looked at: at least ten seconds, so that a short look sees no faster move.
    pub(crate) fn whole(frames: u32) -> u32 {
        frames.max(300)
    }

    fn first(&self) -> u32 {
        (Self::whole(self.frames) - self.frames) / 2
    }

    /// Draws the frames into a file.
    pub(crate) fn draw(&self, file: &Path) -> Result<()> {
        self.write(&Shot::new(self.picture, self.camera.clone(), &[], self.size)?, file)
    }

    fn write(&self, shot: &Shot, file: &Path) -> Result<()> {
        let mut compositor = Compositor::new(self.size);
        let mut bytes = vec![0; compositor.frame_bytes()];
        let mut out = BufWriter::new(File::create(file)?);
        for frame in 0..self.frames {
            compositor.draw(shot, self.first() + frame, Mix::Alone, None, &mut bytes)?;
            out.write_all(&bytes)?;
        }
        Ok(out.flush()?)
    }

    /// Jitter of frames before encoding, by way of a file. They are drawn without grain, which belongs to what is seen
    /// but not to the picture that they are compared with.
    fn drawn(&self, file: &Path) -> Result<f64> {
        self.write(&Shot::with_grain(self.picture, self.camera.clone(), &[], self.size, 0.0)?, file)?;
        measure(&self.ideal(), &|frame| self.view(frame), self.size, read_frames(File::open(file)?))
    }

    /// Jitter of an encoded film of the frames.
    pub(crate) fn delivered(&self, setup: &Setup, film: &Path) -> Result<f64> {
        measure_file(setup, film, &self.ideal(), &|frame| self.view(frame), self.size)
    }

    fn ideal(&self) -> Ideal {
        Ideal::new(self.picture, Matrix::Bt709)
    }

    fn view(&self, frame: u32) -> View {
        self.camera.view(self.first() + frame)
    }
}

/// Frames from a reader, until there are no more.
fn read_frames(mut from: impl Read) -> impl FnMut(&mut [u8]) -> Result<bool> {
    move |bytes| match from.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Jitter of a film file.
pub(crate) fn measure_file(
    setup: &Setup,
    file: &Path,
    ideal: &Ideal,
    path: CameraPath<'_>,
    size: Size,
) -> Result<f64> {
    let mut decoder = Command::new(&setup.ffmpeg.program)
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(file)
        .args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let pipe = decoder.stdout.take().context("a decoder has an output")?;
    let jitter = measure(ideal, path, size, read_frames(pipe));
    ensure!(decoder.wait()?.success(), "FFmpeg could not decode {}", file.display());
    jitter
}

/// FFmpeg's own way, as its users recommend it: `zoompan` on a picture enlarged to 8,000 pixels.
fn zoompan(setup: &Setup, picture: &Picture, format: &VideoFormat, frames: u32, out: &Path) -> Result<()> {
    let still = setup.scratch().join("still.ppm");
    let head = format!("P6\n{} {}\n255\n", picture.size.width, picture.size.height);
    std::fs::write(&still, [head.as_bytes(), &picture.rgb].concat())?;
    let Size { width, height } = format.size;
    let filter = format!(
        "scale=8000:-1,zoompan=z='{}':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)':d={frames}:s={width}x{height}:fps=30,\
         scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "1+0.008*on/30"
    );
    let status = Command::new(&setup.ffmpeg.program)
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(still)
        .args(["-vf", &filter, "-frames:v", &frames.to_string(), "-c:v", "libx264", "-preset", "veryfast"])
        .args(["-crf", "20"])
        .arg(out)
        .status()?;
    ensure!(status.success(), "FFmpeg's zoompan failed");
    Ok(())
}

/// `jitter_px_rms`: of delivered files, the mean of pan, zoom and both. `jitter_drawn_px_rms`: of frames before encoding.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, FrameRate::F30);
    let frames = setup.seconds * format.rate.fps();
    // As films are made: the picture is as large as the frame.
    let scene = fixtures::painted(SceneKind::Forest, format.size);
    let picture = &scene.picture;
    let (raw, film) = (setup.scratch().join("frames.yuv"), setup.scratch().join("clip.mp4"));
    let settings = Settings::of(format.resolution);
    let (mut rows, mut sums) = (Vec::new(), (0.0, 0.0));
    for (name, from, to) in MOVES {
        let camera = Camera::between(from, to, picture.size, format.size, Scene::whole(frames));
        let scene = Scene { picture, camera: &camera, size: format.size, frames };
        let drawn = scene.drawn(&raw)?;
        scene.draw(&raw)?;
        clip::encode(setup, &format, &settings, &raw, &film)?;
        let delivered = scene.delivered(setup, &film)?;
        rows.push(vec![name.to_owned(), format!("{drawn:.4}"), format!("{delivered:.4}")]);
        sums = (sums.0 + drawn / MOVES.len() as f64, sums.1 + delivered / MOVES.len() as f64);
        figures.set(&format!("jitter_{name}_px_rms"), delivered);
    }
    let peer = |frame: u32| {
        let zoom = 1.0 + 0.008 * f64::from(frame) / 30.0;
        View { centre: (0.5, 0.5), extent: (1.0 / zoom, 1.0 / zoom) }
    };
    zoompan(setup, picture, &format, frames, &film)?;
    let theirs = measure_file(setup, &film, &Ideal::new(picture, Matrix::Bt709), &peer, format.size)?;
    rows.push(vec!["zoom, by FFmpeg's zoompan".into(), "–".into(), format!("{theirs:.4}")]);
    table::print("Jitter at 1080p30, RMS in pixels", &["move", "drawn", "delivered"], &rows);
    figures.set("jitter_drawn_px_rms", sums.0);
    figures.set("jitter_px_rms", sums.1);
    figures.set("jitter_zoompan_px_rms", theirs);
    Ok(())
}
