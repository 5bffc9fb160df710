//! espeak-ng as a separate process: it turns text into phonemes for the neural voices, and is the voice of last resort.

pub(crate) mod process;
pub mod protocol;
