//! The fonts of scripts that the image of the render step does not carry: read from the bucket when a text needs them.

use std::collections::HashMap;

use anyhow::Context as _;
use cloud::bucket::Bucket;
use film_captions::Fonts;
use serde::Deserialize;
use tenancy::{ContentHash, ObjectKey};

use crate::error::StepError;

/// The manifest of these fonts, which the set-up and `make fonts` read too.
const MANIFEST: &str = include_str!("../../../infra/assets/scripts.json");

#[derive(Deserialize)]
struct Manifest {
    assets: Vec<Asset>,
}

#[derive(Deserialize)]
struct Asset {
    path: String,
    sha256: ContentHash,
}

/// Captions' fonts, with a bucket for those that the assets folder lacks. A font that was read stays loaded as long as
/// the process lives, so an instance reads each of them once.
pub(crate) struct ScriptFonts {
    fonts: Fonts,
    /// Reached with the function's own role: a tenant's role sees nothing outside the tenant's prefix.
    bucket: Bucket,
    /// The hash of each file, by its name.
    hashes: HashMap<String, ContentHash>,
}

impl ScriptFonts {
    /// # Errors
    /// When the manifest does not parse.
    pub(crate) fn new(fonts: Fonts, bucket: Bucket) -> anyhow::Result<Self> {
        let manifest: Manifest = serde_json::from_str(MANIFEST).context("infra/assets/scripts.json")?;
        let name = |asset: Asset| Some((asset.path.strip_prefix("fonts/")?.to_owned(), asset.sha256));
        Ok(Self { fonts, bucket, hashes: manifest.assets.into_iter().filter_map(name).collect() })
    }

    /// The fonts, among them those of every script that the text in this language is written in.
    ///
    /// # Errors
    /// [`StepError::Font`] when the bucket has no such font, or another file under its name; [`StepError::Bucket`] when
    /// the bucket does not answer.
    pub(crate) async fn ready_for(&self, text: &str, language: &str) -> Result<&Fonts, StepError> {
        for file in self.fonts.absent(text, language) {
            let missing = |reason: &str| StepError::Font { file, reason: reason.to_owned() };
            let hash = self.hashes.get(file).ok_or_else(|| missing("no manifest lists it"))?;
            let data = match self.bucket.get(&ObjectKey::font(hash)).await {
                Ok(data) => data,
                Err(cloud::bucket::BucketError::NotFound(key)) => {
                    return Err(missing(&format!("there is no object {key}: `make fonts` stores it")));
                }
                Err(error) => return Err(error.into()),
            };
            if ContentHash::of(&data) != *hash {
                return Err(missing("the object has another hash than the manifest states"));
            }
            self.fonts.add(file, data)?;
        }
        Ok(&self.fonts)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_manifest_lists_every_font_that_a_text_can_need() {
        let manifest: Manifest = serde_json::from_str(MANIFEST).unwrap();
        let listed: BTreeSet<&str> =
            manifest.assets.iter().filter_map(|asset| asset.path.strip_prefix("fonts/")).collect();
        assert_eq!(listed, Fonts::of_scripts().collect());
    }
}
