//! FFmpeg as a separate program.
//!
//! It is called, not linked: its encoder x264 is under the GPL, and a process keeps that apart from this
//! crate's licence. It costs a tenth more than linking. A process can also be killed when it hangs.

pub(crate) mod arguments;
mod frame_pipe;
pub(crate) mod process;
pub(crate) mod program;
