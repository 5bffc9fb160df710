//! The loudness and peak levels that all films are made to.

/// Integrated loudness of every film. What podcasts and streaming sites ask of stereo speech.
pub const TARGET_LUFS: f64 = -16.0;

/// No peak between samples may pass this, decoded, or cheap converters distort (EBU R 128 s2).
pub const MAX_TRUE_PEAK_DBTP: f64 = -1.0;

/// What the limiter aims at: AAC at 192 kbit/s raises peaks by up to about half a decibel.
pub(super) const CEILING_DBTP: f64 = -1.5;

/// How far from its aim the master may be before its gain is corrected.
pub(super) const MASTER_TOLERANCE_LU: f64 = 0.1;

/// How far from [`TARGET_LUFS`] the encoded sound may be. FFmpeg's encoder leaves out what it takes to be
/// unheard, which makes speech quieter by up to 0.6 LU.
pub(super) const ENCODED_TOLERANCE_LU: f64 = 0.3;

/// Where music stands, a pad as well as a track, before it is ducked.
pub(super) const MUSIC_LUFS: f64 = -20.0;
