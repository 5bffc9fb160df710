//! `make openapi`: writes `openapi.json` and `docs/api.md`.

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    for (file, text) in api_description::files()? {
        std::fs::write(&file, text).with_context(|| file.display().to_string())?;
    }
    Ok(())
}
