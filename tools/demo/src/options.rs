//! The command line.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::PossibleValuesParser;

/// Makes a film of a text, through the API of the local stack.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    /// The text, UTF-8; without it, one that comes with the demo in the language
    #[arg(long, value_name = "FILE")]
    pub(crate) text: Option<PathBuf>,

    /// The text's language, a BCP 47 tag
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) lang: String,

    /// The frame's shape
    #[arg(long, value_parser = PossibleValuesParser::new(["16:9", "9:16", "1:1"]), default_value = "16:9")]
    pub(crate) aspect: String,

    /// A voice by name (am_michael), by provider (hibari), or both (kokoro:am_michael)
    #[arg(long)]
    pub(crate) voice: Option<String>,

    /// The frame's size; without it, the API's own choice
    #[arg(long, value_parser = PossibleValuesParser::new(["480p", "720p", "1080p", "4k"]))]
    pub(crate) resolution: Option<String>,

    /// Where the film and what belongs to it are written
    #[arg(long, value_name = "FOLDER", default_value = "out")]
    pub(crate) out: PathBuf,

    /// The folder of the local stack
    #[arg(long, value_name = "FOLDER", env = "DEVOTIONAL_STACK", default_value = ".local/stack")]
    pub(crate) stack: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }
}
