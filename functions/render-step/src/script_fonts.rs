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
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::path::PathBuf;
    use std::time::Duration;

    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;

    use super::*;

    const ETHIOPIC: &str = "NotoSansEthiopic-Medium.ttf";

    fn shipped() -> PathBuf {
        // Tests have no settings to read.
        #[allow(clippy::disallowed_methods)]
        let assets = std::env::var("DEVOTIONAL_ASSETS").map(PathBuf::from);
        assets
            .unwrap_or_else(|_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.local/assets")))
            .join("fonts")
    }

    /// A folder of assets as the image of the step has it: without the fonts of single scripts.
    fn image() -> tempfile::TempDir {
        let image = tempfile::tempdir().unwrap();
        let fonts = image.path().join("fonts");
        std::fs::create_dir(&fonts).unwrap();
        let of_scripts: BTreeSet<&str> = Fonts::of_scripts().collect();
        for font in std::fs::read_dir(shipped()).unwrap() {
            let font = font.unwrap();
            let name = font.file_name();
            if !of_scripts.contains(name.to_str().unwrap()) {
                std::os::unix::fs::symlink(font.path().canonicalize().unwrap(), fonts.join(name)).unwrap();
            }
        }
        image
    }

    /// A bucket that gives these answers to GET requests, in order, and then answers no more. The second part gives the
    /// paths that were asked for.
    fn bucket(answers: Vec<(&'static str, Vec<u8>)>) -> (Bucket, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            let answer = |(status, body): (&str, Vec<u8>)| {
                let (mut stream, _) = listener.accept().unwrap();
                let (mut request, mut byte) = (Vec::new(), [0]);
                while !request.ends_with(b"\r\n\r\n") {
                    stream.read_exact(&mut byte).unwrap();
                    request.push(byte[0]);
                }
                let length = body.len();
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
                    .unwrap();
                stream.write_all(&body).unwrap();
                let request = String::from_utf8(request).unwrap();
                request.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned()
            };
            answers.into_iter().map(answer).collect()
        });
        let credentials = Credentials::new("key", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        (Bucket::new(&config, "media".into(), true, Duration::from_secs(5)), asked)
    }

    #[test]
    fn the_manifest_lists_every_font_that_a_text_can_need() {
        let manifest: Manifest = serde_json::from_str(MANIFEST).unwrap();
        let listed: BTreeSet<&str> =
            manifest.assets.iter().filter_map(|asset| asset.path.strip_prefix("fonts/")).collect();
        assert_eq!(listed, Fonts::of_scripts().collect());
    }

    #[tokio::test]
    async fn a_font_is_fetched_when_a_text_needs_it_once_and_only_as_the_manifest_states_it() {
        let image = image();
        let font = std::fs::read(shipped().join(ETHIOPIC)).unwrap();
        let path = format!("/media/{}", ObjectKey::font(&ContentHash::of(&font)));
        let none = br#"<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>"#.to_vec();
        let answers = vec![("404 Not Found", none), ("200 OK", b"another file".to_vec()), ("200 OK", font)];
        let (bucket, asked) = bucket(answers);
        let fonts = ScriptFonts::new(Fonts::load(image.path()).unwrap(), bucket).unwrap();
        assert!(fonts.ready_for("The LORD is my shepherd", "en").await.is_ok(), "nothing is asked for");
        for reason in ["make fonts", "another hash"] {
            let error = fonts.ready_for("አሜን", "am").await.unwrap_err();
            assert!(matches!(error, StepError::Font { file: ETHIOPIC, .. }), "{error}");
            assert!(error.to_string().contains(reason), "{error}");
        }
        let ready = fonts.ready_for("አሜን", "am").await.unwrap();
        assert!(ready.draw("አሜን", "am", (640, 360)).is_ok());
        // No further answer is given.
        assert!(fonts.ready_for("አባታችን ሆይ", "am").await.is_ok());
        assert_eq!(asked.join().unwrap(), [path.as_str(), &path, &path]);
    }
}
