//! espeak-ng as a process: it reads text into sounds for the neural voices, and speaks where no other voice can.

pub(crate) mod process;
pub mod protocol;
