//! The settings of the H.264 encoder x264.
//!
//! Every clip is encoded with the same *tuned* settings: superfast with fixed B-frames, one quantiser, and neither
//! lookahead nor adaptive quantisation. Lookahead and macroblock-tree analyse motion to find out which frames others lean
//! on; in a slow move over a still picture the answer is always the same, so these settings state it instead. A rate
//! factor would shrink every frame and measure how hard it is, for a seventh of the time, to make hard pictures worse.
//! Adaptive quantisation moves bits from detail to flat areas, against bands there; grain does that here for less (see
//! `frames/grain.rs`).
//!
//! `make bench-encoder` compares settings. On three painted pictures (trees, still water, stars) in a slow pan at 1080p30,
//! without captions; CPU is that on the last two, against the settings that were taken:
//!
//! | Settings | CPU | Mbit/s | VMAF | PSNR step dB | Jitter px |
//! |---|---|---|---|---|---|
//! | `veryfast`, crf 20 | 2.7 | 1.0 – 2.6 | 89.6 – 92.7 | 0.6 – 1.1 | .057 – .059 |
//! | `superfast`, crf 18 | 2.3 | 7.2 – 14.4 | 94.2 – 96.3 | 0.4 – 0.9 | .020 – .023 |
//! | seven B-frames, `pbratio=1.3`, crf 18 | 1.5 | 2.3 – 4.5 | 94.3 – 96.6 | 0.5 – 0.8 | .045 – .048 |
//! | the same, `aq-mode=0` | 1.1 | 1.6 – 3.9 | 94.1 – 97.0 | 0.5 – 0.8 | .037 – .043 |
//! | the same, `pbratio=1.1`, no pyramid | 1.1 | 2.1 – 5.4 | 94.6 – 97.3 | 0.3 – 0.5 | .032 – .039 |
//! | the same, qp 18 | 1.0 | 1.6 – 5.1 | 94.3 – 97.3 | 0.4 – 0.5 | .031 – .040 |
//! | the same, `weightb=0` | 1 | 1.7 – 4.8 | 94.5 – 97.3 | 0.3 – 0.5 | .029 – .035 |
//! | the same, qp 19 | 0.9 | 1.2 – 3.2 | 94.1 – 97.1 | 0.4 – 0.6 | .033 – .041 |
//! | the same, qp 17, nine B-frames | 1.0 | 1.7 – 4.9 | 94.4 – 97.2 | 0.4 – 0.6 | .024 – .035 |
//! | the same, qp 18, `no-cabac=1` | 0.9 | 2.0 – 5.8 | 94.5 – 97.3 | 0.3 – 0.5 | .029 – .035 |
//!
//! Weights by distance make B-frames between two that differ by a move blurred by different amounts, which trembles. A
//! large `pbratio` makes B-frames so much worse than their neighbours that quality pulses, and a pyramid makes some of
//! them worse than others. Without CABAC, a fifth more bits cost whoever watches more than the tenth of CPU is worth. VMAF
//! is lower on the softest picture, of which little can be lost, whatever the settings.

use std::fmt;

use film_vocabulary::Resolution;

use crate::format::VideoFormat;

/// Settings of x264, in the terms of its own documentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The preset from which `params` deviate, for example `superfast`.
    pub preset: String,
    /// Constant rate factor or constant quantiser.
    pub quality: Quality,
    /// Deviations from the preset, as `name=value` joined by colons.
    pub params: String,
}

/// How x264 decides on quality. Lower numbers give better pictures and larger files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quality {
    /// The constant rate factor, by which harder pictures become a little worse.
    Crf(f32),
    /// The quantiser of P-frames, the same on every picture.
    Qp(u8),
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crf(factor) => write!(f, "crf {factor}"),
            Self::Qp(quantiser) => write!(f, "qp {quantiser}"),
        }
    }
}

/// The tuned settings that the module's documentation explains.
const TUNED: &str = "b-adapt=0:scenecut=0:weightp=0:keyint=300:subme=2:partitions=i8x8:bframes=7:b-pyramid=none:\
                     ipratio=2.5:pbratio=1.1:aq-mode=0:weightb=0:open-gop=0";

impl Settings {
    /// The settings of a resolution.
    pub fn of(resolution: Resolution) -> Self {
        Self { preset: "superfast".into(), quality: quality(resolution), params: TUNED.into() }
    }

    /// FFmpeg's arguments between its input and the output file: no sound, one thread.
    pub fn arguments(&self, format: &VideoFormat) -> Vec<String> {
        let rate = format.rate.fps().to_string();
        let quality = match self.quality {
            Quality::Crf(factor) => ["-crf".to_owned(), factor.to_string()],
            Quality::Qp(quantiser) => ["-qp".to_owned(), quantiser.to_string()],
        };
        let mut arguments: Vec<String> = Vec::new();
        let mut say = |words: &[&str]| arguments.extend(words.iter().map(|&word| word.to_owned()));
        say(&["-an", "-c:v", "libx264", "-preset", &self.preset, "-profile:v", "high"]);
        say(&quality.each_ref().map(String::as_str));
        say(&["-x264-params", &self.params, "-pix_fmt", "yuv420p", "-r", &rate]);
        say(&COLOURS);
        // One thread a scene and scenes in parallel is a quarter cheaper than two threads a scene.
        say(&["-threads", "1", "-flags", "+cgop", "-chroma_sample_location", "left"]);
        say(&["-video_track_timescale", TIMESCALE, "-movie_timescale", TIMESCALE, "-f", "mp4"]);
        arguments
    }
}

/// FFmpeg's arguments for raw frames of a format, up to and without `-i`.
pub fn raw_input(format: &VideoFormat) -> Vec<String> {
    let size = format!("{}x{}", format.size.width, format.size.height);
    let rate = format.rate.fps().to_string();
    let layout = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", &size, "-r", &rate];
    layout.iter().chain(&COLOURS).map(|&word| word.to_owned()).collect()
}

/// Stated on both sides of the encoder: FFmpeg passes the input's tags on only from release 7.
const COLOURS: [&str; 8] =
    ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"];

/// Timescale of every MP4 made here, in ticks a second. 24, 25 and 30 divide it; FFmpeg's default of 1,000 for the movie
/// drifts by 10 ms over a few joins.
pub(crate) const TIMESCALE: &str = "90000";

/// The eye forgives more where pixels are smaller, hence the larger number at 4K; a draft is only looked at once.
fn quality(resolution: Resolution) -> Quality {
    Quality::Qp(match resolution {
        Resolution::P480 => 23,
        Resolution::P720 | Resolution::P1080 => 18,
        Resolution::P2160 => 20,
    })
}
