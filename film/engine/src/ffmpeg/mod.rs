//! FFmpeg as a separate program.
//!
//! It is called, not linked: its encoder x264 is under the GPL, and a process keeps that apart from this
//! crate's licence. That costs a tenth more processor time than linking, and a process can be killed when it hangs.

pub(crate) mod arguments;
mod frame_pipe;
pub(crate) mod process;
pub(crate) mod program;
