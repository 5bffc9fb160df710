//! The fonts that `make setup` fetched, loaded once for all tests.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::Fonts;

pub(crate) fn fonts() -> &'static Fonts {
    static FONTS: LazyLock<Fonts> = LazyLock::new(|| match Fonts::load(&root()) {
        Ok(fonts) => fonts,
        Err(error) => panic!("{error} (run `make setup`, or set DEVOTIONAL_ASSETS)"),
    });
    &FONTS
}

pub(crate) fn root() -> PathBuf {
    let in_workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.local/assets");
    std::env::var_os("DEVOTIONAL_ASSETS").map_or_else(in_workspace, PathBuf::from)
}
