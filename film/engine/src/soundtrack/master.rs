//! Pass 2: the mix brought to its loudness and limited.

use film_narrator::SAMPLE_RATE;

use crate::error::FilmError;
use crate::soundtrack::levels::{
    CEILING_DBTP, ENCODED_TOLERANCE_LU, MASTER_TOLERANCE_LU, MAX_TRUE_PEAK_DBTP, TARGET_LUFS,
};
use crate::soundtrack::limiter::Limiter;
use crate::soundtrack::loudness::{Loudness, Meter, decibels_to_gain};
use crate::soundtrack::scratch::Scratch;
use crate::soundtrack::stereo::CHUNK;

/// The levels that the master is made to, so that the encoded sound has the right ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Aim {
    lufs: f64,
    ceiling_dbtp: f64,
}

impl Aim {
    /// The aim of the first try.
    pub(super) fn first() -> Self {
        Self { lufs: TARGET_LUFS, ceiling_dbtp: CEILING_DBTP }
    }

    /// Moves the aim by the error of the encoded sound; false if that was within tolerance.
    pub(super) fn correct(&mut self, encoded: Loudness) -> bool {
        let before = *self;
        if let Some(off) = encoded.integrated_lufs.map(|lufs| TARGET_LUFS - lufs)
            && off.abs() > ENCODED_TOLERANCE_LU
        {
            self.lufs += off;
        }
        if let Some(over) = encoded.true_peak_dbtp.map(|peak| peak - MAX_TRUE_PEAK_DBTP)
            && over > 0.0
        {
            self.ceiling_dbtp -= over + 0.2;
        }
        *self != before
    }
}

/// Writes the master: gain to the target loudness, then the limiter.
pub(super) fn master(samples: u64, mixed: Option<f64>, aim: Aim, scratch: &Scratch) -> Result<(), FilmError> {
    let mut gain_db = mixed.map_or(0.0, |lufs| aim.lufs - lufs);
    // The limiter removes only peaks, so one correction is usually enough; very loud speech takes up to three.
    for _ in 0..4 {
        let measured = master_once(samples, gain_db, aim.ceiling_dbtp, scratch)?;
        let Some(short) = measured.map(|lufs| aim.lufs - lufs) else { return Ok(()) };
        if short.abs() <= MASTER_TOLERANCE_LU {
            return Ok(());
        }
        gain_db += short;
    }
    Ok(())
}

fn master_once(
    samples: u64,
    gain_db: f64,
    ceiling: f64,
    scratch: &Scratch,
) -> Result<Option<f64>, FilmError> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let (from, to) = (&scratch.mix, &scratch.master);
    let mut source = hound::WavReader::open(from).map_err(|e| FilmError::wav(from, e))?;
    let mut file = hound::WavWriter::create(to, spec).map_err(|e| FilmError::wav(to, e))?;
    let mut mixed = source.samples::<f32>();
    let mut meter = Meter::new()?;
    let mut limiter = Limiter::new(decibels_to_gain(ceiling));
    let gain = decibels_to_gain(gain_db) as f32;
    let mut chunk = Vec::with_capacity(CHUNK);
    // Silence after the mix flushes the limiter's delay line.
    let (mut left, mut late) = (samples + limiter.delay() as u64, limiter.delay());
    while left > 0 {
        chunk.clear();
        for _ in 0..left.min(CHUNK as u64) {
            let mut next = || mixed.next().unwrap_or(Ok(0.0)).map_err(|e| FilmError::wav(from, e));
            chunk.push([next()? * gain, next()? * gain]);
        }
        left -= chunk.len() as u64;
        limiter.process(&mut chunk);
        let early = late.min(chunk.len());
        late -= early;
        let heard = &chunk[early..];
        meter.add(heard)?;
        for sample in heard.as_flattened() {
            let whole = (f64::from(*sample) * 8_388_607.0).round().clamp(-8_388_608.0, 8_388_607.0);
            file.write_sample(whole as i32).map_err(|e| FilmError::wav(to, e))?;
        }
    }
    file.finalize().map_err(|e| FilmError::wav(to, e))?;
    meter.integrated()
}
