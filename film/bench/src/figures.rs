//! Figures by name, kept in a file that the README quotes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Figures with plain names, such as `clip_over_encode_only`. Those that a run does not measure stay.
pub(crate) struct Figures {
    file: PathBuf,
    values: BTreeMap<String, f64>,
}

impl Figures {
    /// The figures of earlier runs, or none.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let values = match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("{} holds no figures: delete it", file.display()))?,
            Err(_) => BTreeMap::new(),
        };
        Ok(Self { file: file.to_owned(), values })
    }

    /// Sets a figure, rounded to four significant digits.
    pub(crate) fn set(&mut self, name: &str, value: f64) {
        let digits = 3 - value.abs().log10().floor().clamp(-9.0, 9.0) as i32;
        let scale = 10f64.powi(digits);
        let rounded =
            if value == 0.0 || !value.is_finite() { value } else { (value * scale).round() / scale };
        self.values.insert(name.to_owned(), rounded);
    }

    /// Writes the file.
    pub(crate) fn save(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut text = serde_json::to_string_pretty(&self.values)?;
        text.push('\n');
        std::fs::write(&self.file, text).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

/// The processor and how many of it: costs mean nothing without.
pub(crate) fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{processors} × {}", model.map_or("unknown processor", |(_, name)| name.trim()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;

    #[test]
    fn figures_are_added_to_those_of_earlier_runs() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out/bench.json");
        let mut first = Figures::open(&file).unwrap();
        first.set("a", 1.234_56);
        first.set("b", 0.0);
        first.save().unwrap();
        let mut second = Figures::open(&file).unwrap();
        second.set("c", -98_765.4);
        second.save().unwrap();
        let wanted = [("a".to_owned(), 1.235), ("b".to_owned(), 0.0), ("c".to_owned(), -98_770.0)];
        assert_eq!(Figures::open(&file).unwrap().values, BTreeMap::from(wanted));
    }
}
