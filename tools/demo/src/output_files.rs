//! The files that the demo writes: the film, its captions, thumbnail and receipt.

use std::path::{Path, PathBuf};

use client::{Api, Receipt, Video};

use crate::error::DemoError;

/// The longest file name without its extension, characters: it fits into one line of a file listing.
const LONGEST_SLUG: usize = 60;

/// The files of one film, which have the same name and differ in the extension: `<slug>.mp4`, `<slug>.srt` …
pub(crate) struct OutputFiles {
    stem: PathBuf,
}

impl OutputFiles {
    /// The files of a film in a folder, which is created if it does not exist.
    ///
    /// # Errors
    /// [`DemoError::Unwritable`] when the folder cannot be created.
    pub(crate) fn into(folder: &Path, video: &Video) -> Result<Self, DemoError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| DemoError::Unwritable { file: folder.to_owned(), source })?;
        Ok(Self { stem: folder.join(slug(&video.title, &video.project)) })
    }

    /// The path of the file with this extension: `mp4`, `srt`, `vtt`, `jpg`, `json`.
    pub(crate) fn file(&self, ending: &str) -> PathBuf {
        self.stem.with_added_extension(ending)
    }

    /// Downloads all files; gives the receipt.
    ///
    /// # Errors
    /// [`DemoError::Api`] when a request fails, [`DemoError::Incomplete`] when the film does not have the announced size,
    /// [`DemoError::Unwritable`] when a file cannot be written.
    pub(crate) async fn fetch(&self, api: &Api, video: &Video) -> Result<Receipt, DemoError> {
        self.fetch_film(api, video).await?;
        for format in ["srt", "vtt"] {
            self.write(format, api.captions(&video.id, format).await?.as_bytes())?;
        }
        self.write("jpg", &api.thumbnail(&video.id).await?)?;
        let receipt = api.receipt_document(&video.job).await?;
        self.write("json", &receipt.body)?;
        Ok(receipt.json()?)
    }

    async fn fetch_film(&self, api: &Api, video: &Video) -> Result<(), DemoError> {
        let (part, whole) = (self.file("mp4.part"), self.file("mp4"));
        let address = api.download(&video.id).await?;
        let fetched = api.fetch(&address.url, &part).await;
        let arrived = fetched.map_err(|error| DemoError::fetching(error, part.clone()))?;
        if arrived != video.bytes {
            return Err(DemoError::Incomplete { arrived, expected: video.bytes });
        }
        // The film gets its name only when it is complete.
        std::fs::rename(&part, &whole).map_err(|source| DemoError::Unwritable { file: whole, source })
    }

    fn write(&self, ending: &str, content: &[u8]) -> Result<(), DemoError> {
        let file = self.file(ending);
        std::fs::write(&file, content).map_err(|source| DemoError::Unwritable { file, source })
    }
}

/// The title in ASCII letters, digits and hyphens, cut at a hyphen; `otherwise` when nothing of it is left.
fn slug(title: &str, otherwise: &str) -> String {
    let whole = slug::slugify(title);
    let mut slug = whole.as_str();
    while slug.len() > LONGEST_SLUG {
        slug = match slug.rsplit_once('-') {
            Some((shorter, _)) => shorter,
            None => &slug[..LONGEST_SLUG],
        };
    }
    if slug.is_empty() { otherwise.to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_ascii_and_fits_in_a_line() {
        assert_eq!(slug("Psalm 23", "proj_1"), "psalm-23");
        assert_eq!(slug("Prière du soir: «Été»", "proj_1"), "priere-du-soir-ete");
        assert_eq!(slug("../../etc/passwd", "proj_1"), "etc-passwd");
        assert!(slug("المزمور 23", "proj_1").ends_with("23"));
        assert_eq!(slug("!!!", "proj_1"), "proj_1");
        let long = slug(&"blessed are the meek ".repeat(9), "proj_1");
        assert!(long.len() <= LONGEST_SLUG && !long.ends_with('-'), "{long}");
        assert_eq!(slug(&"a".repeat(99), "proj_1").len(), LONGEST_SLUG);
    }

    #[test]
    fn a_dot_in_the_name_stays() {
        let output = OutputFiles { stem: PathBuf::from("out/v1.0") };
        assert_eq!(output.file("mp4"), Path::new("out/v1.0.mp4"));
    }
}
