//! The last two files of an archive: the checksums for `sha256sum -c`, and a manifest in JSON.

use serde::Serialize;
use tenancy::{ContentHash, TenantId};

use crate::archive::FileDigest;
use crate::snapshot::Snapshot;

/// The name of the file for `sha256sum -c`, which covers all files of the archive before it.
pub const SHA256_SUMS: &str = "sha256sums.txt";

/// The name of the archive's last file, which lists all others with their sizes and SHA-256.
pub const MANIFEST: &str = "manifest.json";

/// The names, sizes and digests of an archive's files, known when all of them were read.
#[derive(Debug)]
pub struct Manifest<'a> {
    snapshot: &'a Snapshot,
    digests: &'a [FileDigest],
    sums: Option<FileDigest>,
}

/// The manifest up to its list of files.
#[derive(Serialize)]
struct Head {
    tenant: TenantId,
    taken_at: String,
}

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    bytes: u64,
    sha256: ContentHash,
}

impl<'a> Manifest<'a> {
    /// The manifest of a snapshot's files and their digests, which are in the same order.
    #[must_use]
    pub const fn new(snapshot: &'a Snapshot, digests: &'a [FileDigest]) -> Self {
        Self { snapshot, digests, sums: None }
    }

    /// The lines of [`SHA256_SUMS`], as coreutils write them.
    pub fn sums(&self) -> impl Iterator<Item = String> + use<'a> {
        let files = self.snapshot.files.iter().zip(self.digests);
        files.map(|(file, digest)| format!("{}  {}\n", digest.sha256, file.name))
    }

    /// Adds the digest of the checksum file itself, which the manifest lists too.
    pub fn add_sums(&mut self, digest: FileDigest) {
        self.sums = Some(digest);
    }

    /// The text of [`MANIFEST`] in pieces, with one file a line.
    pub fn pieces(&self) -> impl Iterator<Item = String> + use<'a> {
        let files = self.snapshot.files.iter().zip(self.digests);
        let listed = files.map(|(file, digest)| {
            json(&Listed { name: &file.name, bytes: file.bytes, sha256: digest.sha256 })
        });
        let sums_bytes = self.sums().map(|line| line.len() as u64).sum();
        let sums = self
            .sums
            .map(|digest| json(&Listed { name: SHA256_SUMS, bytes: sums_bytes, sha256: digest.sha256 }));
        let taken_at = jiff::Timestamp::from_second(self.snapshot.taken_at).unwrap_or_default().to_string();
        let head = json(&Head { tenant: self.snapshot.tenant, taken_at });
        // The list of files is the object's last member, and the closing brace comes behind it.
        let head = format!("{},\"files\":[\n", head.trim_end_matches('}'));
        let files = listed.chain(sums).enumerate();
        let files = files.map(|(index, file)| if index == 0 { file } else { format!(",\n{file}") });
        std::iter::once(head).chain(files).chain(std::iter::once("\n]}\n".to_owned()))
    }
}

/// Serialising these cannot fail: they are structs of plain values.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
