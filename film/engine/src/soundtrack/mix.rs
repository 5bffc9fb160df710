//! Pass 1: narrations and music mixed into one scratch file.

use film_narrator::SAMPLE_RATE;

use crate::error::FilmError;
use crate::ffmpeg::program::Ffmpeg;
use crate::soundtrack::ducking::Ducking;
use crate::soundtrack::job::{Music, SoundtrackJob};
use crate::soundtrack::loudness::Meter;
use crate::soundtrack::pad::Pad;
use crate::soundtrack::scratch::Scratch;
use crate::soundtrack::stereo::CHUNK;
use crate::soundtrack::track::Track;
use crate::soundtrack::voice::Voices;

/// The music bed: what plays under the voice.
enum Bed {
    Silence,
    Pad(Box<Pad>),
    Track(Box<Track>),
}

/// Writes the mix to the scratch file. Returns its integrated loudness in LUFS, none for silence.
pub(super) fn mix(job: &SoundtrackJob, ffmpeg: &Ffmpeg, scratch: &Scratch) -> Result<Option<f64>, FilmError> {
    let mut voices = Voices::new(&job.voices, job.samples)?;
    let ducking = Ducking::under(voices.intervals());
    let mut bed = match &job.music {
        Music::None => Bed::Silence,
        Music::Pad { mood, seed } => Bed::Pad(Box::new(Pad::new(*mood, *seed)?)),
        Music::Track(path) => Bed::Track(Box::new(Track::open(path, job.samples, ffmpeg, &scratch.music)?)),
    };
    let fades = Fades::of(job.samples);
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let path = &scratch.mix;
    let mut file = hound::WavWriter::create(path, spec).map_err(|e| FilmError::wav(path, e))?;
    let mut meter = Meter::new()?;
    let mut chunk = vec![[0f32; 2]; CHUNK];
    let mut at = 0;
    while at < job.samples {
        let length = (job.samples - at).min(CHUNK as u64) as usize;
        let chunk = &mut chunk[..length];
        match &mut bed {
            Bed::Silence => chunk.fill([0.0; 2]),
            Bed::Pad(pad) => pad.fill(chunk),
            Bed::Track(track) => track.fill(chunk)?,
        }
        for (sample, frame) in (at..).zip(chunk.iter_mut()) {
            let gain = ducking.gain(sample) * fades.gain(sample);
            *frame = frame.map(|s| s * gain);
        }
        voices.add_to(chunk, at)?;
        meter.add(chunk)?;
        for sample in chunk.as_flattened() {
            file.write_sample(*sample).map_err(|e| FilmError::wav(path, e))?;
        }
        at += length as u64;
    }
    file.finalize().map_err(|e| FilmError::wav(path, e))?;
    meter.integrated()
}

/// The music's fades at the film's ends.
struct Fades {
    samples: u64,
    up: u64,
    down: u64,
}

impl Fades {
    fn of(samples: u64) -> Self {
        let second = u64::from(SAMPLE_RATE);
        Self { samples, up: (2 * second).min(samples / 4).max(1), down: (4 * second).min(samples / 3).max(1) }
    }

    fn gain(&self, sample: u64) -> f32 {
        let up = sample as f32 / self.up as f32;
        let down = (self.samples - sample) as f32 / self.down as f32;
        // A quarter of a sine wave: the ear hears a straight line in power as late and sudden.
        (up.min(down).clamp(0.0, 1.0) * std::f32::consts::FRAC_PI_2).sin()
    }
}
