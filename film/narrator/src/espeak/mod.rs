//! espeak-ng as a process: it reads text into sounds for the neural voices, and speaks where no other voice can.

mod process;
pub mod protocol;

pub(crate) use process::{EspeakError, EspeakPipe, Reading};
