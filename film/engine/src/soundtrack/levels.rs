//! The loudness and peak levels that all films are made to.

/// Integrated loudness of every film: what podcast and streaming sites recommend for stereo speech.
pub const TARGET_LUFS: f64 = -16.0;

/// Largest true peak of the decoded sound, above which cheap converters distort (EBU R 128 s2).
pub const MAX_TRUE_PEAK_DBTP: f64 = -1.0;

/// The limiter's ceiling: AAC at 192 kbit/s raises peaks by up to about half a decibel.
pub(super) const CEILING_DBTP: f64 = -1.5;

/// How far the master may be from its target loudness before its gain is corrected.
pub(super) const MASTER_TOLERANCE_LU: f64 = 0.1;

/// How far the encoded sound may be from [`TARGET_LUFS`]. FFmpeg's AAC encoder drops what it considers inaudible, which
/// makes speech quieter by up to 0.6 LU.
pub(super) const ENCODED_TOLERANCE_LU: f64 = 0.3;

/// Loudness of music, generated or from a file, before it is ducked.
pub(super) const MUSIC_LUFS: f64 = -20.0;
