//! Paths of models, voices and libraries below the assets folder, as listed in `infra/assets/voices.json`.

use std::path::{Path, PathBuf};

/// The assets folder, which `make setup` fills.
#[derive(Clone, Debug)]
pub(crate) struct Assets(PathBuf);

impl Assets {
    pub(crate) fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    pub(crate) fn onnxruntime(&self) -> PathBuf {
        self.0.join("onnxruntime/libonnxruntime.so")
    }

    pub(crate) fn kokoro_model(&self) -> PathBuf {
        self.0.join("kokoro/model.onnx")
    }

    pub(crate) fn kokoro_vocabulary(&self) -> PathBuf {
        self.0.join("kokoro/vocab.json")
    }

    pub(crate) fn kokoro_voices(&self) -> PathBuf {
        self.0.join("kokoro/voices")
    }

    pub(crate) fn hibari_model(&self) -> PathBuf {
        self.0.join("hibari/hibari.onnx")
    }

    pub(crate) fn hibari_vocabulary(&self) -> PathBuf {
        self.0.join("hibari/vocab.json")
    }

    /// The model that points Arabic, with the numbers of its letters and marks.
    pub(crate) fn tashkeel(&self) -> PathBuf {
        self.0.join("tashkeel")
    }

    /// The model that points Hebrew.
    pub(crate) fn nakdimon_model(&self) -> PathBuf {
        self.0.join("nakdimon/nakdimon.onnx")
    }

    pub(crate) fn espeak_library(&self) -> PathBuf {
        self.0.join("espeak-ng/libespeak-ng.so")
    }

    /// The folder that holds `espeak-ng-data`.
    pub(crate) fn espeak_data(&self) -> PathBuf {
        self.0.join("espeak-ng")
    }
}
