//! Where the programs that the engine is compared with are installed.

use std::path::PathBuf;

use clap::Args;

/// Where the programs of others are.
#[derive(Args)]
pub(crate) struct Programs {
    /// A Python that has MoviePy.
    #[arg(long, default_value = ".local/venv-peers/bin/python")]
    pub(crate) moviepy: PathBuf,
    /// A folder with Remotion's packages, the bench's composition and a link to Node.js.
    #[arg(long, default_value = ".local/remotion")]
    pub(crate) remotion: PathBuf,
    /// The browser in which Remotion draws.
    #[arg(long, default_value = "/usr/bin/chromium")]
    pub(crate) chromium: PathBuf,
}
