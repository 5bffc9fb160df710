//! From a storyboard to an inspected film.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use film_captions::{Chapter, Cue, Fonts, srt, vtt};
use film_engine::clip::{ClipJob, render_clip};
use film_engine::inspect::{Expected, inspect};
use film_engine::soundtrack::{Music, SoundtrackJob, SpeechSource, Voice, make_soundtrack};
use film_engine::stitch::{StitchJob, stitch};
use film_engine::timeline::Timeline;
use film_engine::{Ffmpeg, VideoFormat};
use film_narrator::{EmbeddedNarrator, EmbeddedSettings};

use crate::error::RenderError;
use crate::options::Render;
use crate::parallel::in_parallel;
use crate::progress::{bar, step};
use crate::scene::{CROSSFADE, RATE, Scene};
use crate::storyboard::{MusicChoice, Storyboard};

/// The finished film in numbers, printed for the user.
pub(crate) struct Summary {
    film: Duration,
    took: Duration,
    bytes: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.bytes as f64 / 1e6;
        let (film, took) = (self.film.as_secs_f64(), self.took.as_secs_f64());
        write!(f, "{film:.1} s, {megabytes:.1} MB, made in {took:.1} s")
    }
}

/// Renders the storyboard that the options name.
pub(crate) fn render(options: &Render) -> Result<Summary, RenderError> {
    let started = Instant::now();
    let storyboard = Storyboard::read(&options.storyboard)?;
    let ffmpeg = Ffmpeg::new(&options.ffmpeg);
    ffmpeg.check()?;
    let fonts = Fonts::load(&options.assets).map_err(RenderError::Fonts)?;
    let espeak = options.espeak.clone().unwrap_or_else(beside_this_program);
    let narrator = EmbeddedNarrator::with(EmbeddedSettings::new(&options.assets, &espeak))
        .map_err(RenderError::Narrator)?;
    let jobs = options.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let format = VideoFormat::new(options.resolution.into(), options.aspect.into(), RATE);
    let folder =
        options.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |source| RenderError::Write { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    // Beside the film, so that the last step need not move a file to another disk.
    let scratch = tempfile::tempdir_in(folder).map_err(failed)?;

    let count = storyboard.scenes.len();
    let scenes = {
        let bar = bar("scenes", count as u64, "");
        let made = in_parallel(jobs, count, |i| {
            let scene = Scene::make(&storyboard, i, &format, &narrator, &fonts)?;
            bar.inc(1);
            Ok(scene)
        })?;
        bar.finish();
        made
    };
    let lengths = scenes.iter().map(|scene| scene.length).collect();
    let timeline = Timeline::new(RATE, CROSSFADE, lengths).map_err(film_engine::FilmError::from)?;
    let clips = render_clips(&scenes, &timeline, format, jobs, &ffmpeg, scratch.path())?;
    write_captions(&scenes, &timeline, &storyboard, &options.out)?;

    let is_heard =
        !matches!(storyboard.music, MusicChoice::Pad(false)) || scenes.iter().any(|scene| !scene.is_silent);
    let sound = scratch.path().join("sound.m4a");
    step("sound", || Ok(make_soundtrack(&soundtrack(&storyboard, scenes, &timeline), &ffmpeg, &sound)?))?;
    let job = StitchJob {
        clips,
        sound,
        title: storyboard.title.clone(),
        language: storyboard.language.clone(),
        chapters: chapters(&storyboard, &timeline),
    };
    let report = step("film", || Ok(stitch(&job, &ffmpeg, &options.out)?))?;
    let expected = Expected {
        frames: timeline.frames(),
        rate: RATE,
        size: format.size,
        fade: CROSSFADE,
        sound: is_heard,
    };
    let found = step("inspection", || Ok(inspect(&options.out, &expected, &ffmpeg)?))?;
    if let Some(problem) = found.problems.first() {
        return Err(RenderError::Inspection(problem.to_string()));
    }
    let film = Duration::from_millis(timeline.ms());
    Ok(Summary { film, took: started.elapsed(), bytes: report.bytes })
}

fn render_clips(
    scenes: &[Scene],
    timeline: &Timeline,
    format: VideoFormat,
    jobs: usize,
    ffmpeg: &Ffmpeg,
    scratch: &Path,
) -> Result<Vec<PathBuf>, RenderError> {
    let bar = bar("frames", timeline.frames(), "");
    let clips = in_parallel(jobs, scenes.len(), |i| {
        let out = scratch.join(format!("clip{i}.mp4"));
        let next = scenes.get(i + 1).map(Scene::art);
        let job = ClipJob { format, span: timeline.clip(i), scene: scenes[i].art(), next };
        render_clip(&job, ffmpeg, &out, &mut |_| bar.inc(1))?;
        Ok(out)
    })?;
    bar.finish();
    Ok(clips)
}

fn soundtrack(storyboard: &Storyboard, scenes: Vec<Scene>, timeline: &Timeline) -> SoundtrackJob {
    let music = match &storyboard.music {
        MusicChoice::Pad(false) => Music::None,
        MusicChoice::Pad(true) => Music::pad(storyboard.tradition, storyboard.seed),
        MusicChoice::File(file) => Music::Track(file.clone()),
    };
    let voices = scenes
        .into_iter()
        .enumerate()
        .filter(|(_, scene)| !scene.is_silent)
        .map(|(i, scene)| Voice {
            start: timeline.speech_start(i),
            speech: SpeechSource::Samples(scene.speech.samples),
        })
        .collect();
    SoundtrackJob { samples: timeline.samples(), voices, music }
}

/// Captions of the whole film, as SRT and as WebVTT beside it.
fn write_captions(
    scenes: &[Scene],
    timeline: &Timeline,
    storyboard: &Storyboard,
    film: &Path,
) -> Result<(), RenderError> {
    let mut placed = Vec::new();
    for (i, scene) in scenes.iter().enumerate() {
        let start = u32::try_from(timeline.scene_start_ms(i)).unwrap_or(u32::MAX);
        placed.extend(scene.captions.iter().map(|cue| Cue {
            start_ms: cue.start_ms.saturating_add(start),
            end_ms: cue.end_ms.saturating_add(start),
            ..cue.clone()
        }));
    }
    for (ending, text) in [("srt", srt(&placed)), ("vtt", vtt(&placed, &storyboard.language))] {
        let path = film.with_extension(ending);
        fs::write(&path, text).map_err(|source| RenderError::Write { path, source })?;
    }
    Ok(())
}

/// A chapter begins with each scene that names one, and lasts until the next.
fn chapters(storyboard: &Storyboard, timeline: &Timeline) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (i, scene) in storyboard.scenes.iter().enumerate() {
        let Some(title) = &scene.chapter else { continue };
        let start_ms = timeline.scene_start_ms(i);
        if let Some(before) = chapters.last_mut() {
            before.end_ms = start_ms;
        }
        chapters.push(Chapter { title: title.clone(), start_ms, end_ms: timeline.ms() });
    }
    chapters
}

/// The path of `espeak-pipe`, which is built together with this program into the same folder.
fn beside_this_program() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.with_file_name("espeak-pipe")
}
