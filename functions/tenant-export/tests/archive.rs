//! An archive that is stopped and resumed has the same bytes as one that is made in one go, and other programs read it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::File as LocalFile;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use tenancy::TenantId;
use tenant_export::archive::{ArchiveError, FileDigest};
use tenant_export::pack::{Content, PartSink, SizeMismatch, StoredParts, pack};
use tenant_export::size::archive_bytes;
use tenant_export::snapshot::{File, Snapshot};

#[derive(Debug, thiserror::Error)]
enum SinkError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Size(#[from] SizeMismatch),
}

/// A stream of generated content, which follows from the file's name, in pieces of a given size.
struct Generated {
    seed: u8,
    at: u64,
    bytes: u64,
    piece: usize,
}

impl Content for Generated {
    type Error = SinkError;

    async fn next(&mut self) -> Result<Option<impl AsRef<[u8]>>, SinkError> {
        let left = usize::try_from(self.bytes - self.at).unwrap_or(usize::MAX).min(self.piece);
        if left == 0 {
            return Ok(None);
        }
        let piece: Vec<u8> = match self.seed {
            0 => vec![0; left],
            seed => (self.at..self.at + left as u64).map(|at| content(seed, at)).collect(),
        };
        self.at += left as u64;
        Ok(Some(piece))
    }
}

fn content(seed: u8, at: u64) -> u8 {
    (at.wrapping_mul(u64::from(seed) + 31) >> 3).to_le_bytes()[0]
}

/// A sink that holds parts and digests in memory.
struct Memory {
    piece: usize,
    digests: RefCell<BTreeMap<usize, FileDigest>>,
    parts: RefCell<BTreeMap<u32, Vec<u8>>>,
    /// After how many parts it says that the time is up.
    deadline: Cell<u32>,
    opened: RefCell<Vec<(String, u64)>>,
    largest: Cell<usize>,
}

impl Memory {
    fn new(piece: usize) -> Self {
        let (digests, parts, opened) = Default::default();
        Self { piece, digests, parts, deadline: Cell::new(u32::MAX), opened, largest: Cell::new(0) }
    }

    fn kept(&self) -> StoredParts {
        let digests = self.digests.borrow().values().copied().collect();
        StoredParts { digests, parts: u32::try_from(self.parts.borrow().len()).unwrap() }
    }

    fn bytes(&self) -> Vec<u8> {
        self.parts.borrow().values().flatten().copied().collect()
    }
}

impl PartSink for Memory {
    type Error = SinkError;
    type Content = Generated;

    async fn open(&self, file: &File, from: u64) -> Result<Generated, SinkError> {
        self.opened.borrow_mut().push((file.name.clone(), from));
        Ok(Generated { seed: seed_of(file), at: from, bytes: file.bytes, piece: self.piece })
    }

    async fn keep_digests(&self, first: usize, digests: &[FileDigest]) -> Result<(), SinkError> {
        self.digests.borrow_mut().extend((first..).zip(digests.iter().copied()));
        Ok(())
    }

    async fn keep_part(&self, number: u32, bytes: Vec<u8>) -> Result<bool, SinkError> {
        self.largest.set(self.largest.get().max(bytes.len()));
        self.parts.borrow_mut().insert(number, bytes);
        self.deadline.set(self.deadline.get().saturating_sub(1));
        Ok(self.deadline.get() > 0)
    }
}

fn seed_of(file: &File) -> u8 {
    file.version.parse().unwrap()
}

fn snapshot(sizes: &[u64]) -> Snapshot {
    let file = |(index, bytes): (usize, &u64)| File {
        name: format!("objects/{index}.bin"),
        key: format!("tenants/t/{index}.bin"),
        version: (index % 200 + 1).to_string(),
        bytes: *bytes,
        modified_at: 1_790_000_000 + i64::try_from(index).unwrap(),
    };
    let files = sizes.iter().enumerate().map(file).collect();
    Snapshot { tenant: TenantId::default(), taken_at: 1_790_000_000, files }
}

/// Runs a future that never waits.
fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A resumed archive has the same bytes, and resuming reads at most one file again.
    #[test]
    fn an_archive_is_the_same_however_often_it_is_stopped(
        sizes in prop::collection::vec(0_u64..3000, 0..20),
        part in 64_usize..2000,
        piece in 1_usize..700,
        stops in prop::collection::vec(1_u32..6, 0..8),
    ) {
        let snapshot = snapshot(&sizes);
        let whole = Memory::new(piece);
        prop_assert!(run(pack(&snapshot, StoredParts::default(), part, &whole)).unwrap());
        prop_assert_eq!(whole.bytes().len() as u64, archive_bytes(&snapshot).unwrap());

        let stopped = Memory::new(piece);
        for stop in stops {
            stopped.deadline.set(stop);
            stopped.opened.borrow_mut().clear();
            let kept = stopped.kept();
            // An archive is not resumed behind a last part that is smaller.
            if stopped.parts.borrow().values().any(|bytes| bytes.len() < part) {
                break;
            }
            let known = kept.digests.len();
            run(pack(&snapshot, kept, part, &stopped)).unwrap();
            let opened = stopped.opened.borrow();
            let again = opened.iter().filter(|(name, _)| snapshot.files[..known].iter().any(|f| f.name == *name));
            prop_assert!(again.count() <= 1, "{:?}", opened);
        }
        stopped.deadline.set(u32::MAX);
        let mut kept = stopped.kept();
        kept.parts = stopped.parts.borrow().values().take_while(|bytes| bytes.len() == part).count().try_into().unwrap();
        prop_assert!(run(pack(&snapshot, kept, part, &stopped)).unwrap());
        prop_assert_eq!(stopped.bytes(), whole.bytes());
        prop_assert!(stopped.largest.get() <= part);
    }
}

/// Python's zipfile reads the archive, and `sha256sum` finds for every file the hash in both lists.
#[test]
fn others_read_it() {
    let snapshot = snapshot(&[0, 1, 70_000, 5, 1_000_000]);
    let memory = Memory::new(4096);
    assert!(run(pack(&snapshot, StoredParts::default(), 1 << 16, &memory)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("export.zip");
    std::fs::write(&archive, memory.bytes()).unwrap();
    check(&archive, 7);
}

/// A file of more than 4 GiB in front of another: sizes and offsets that need 64 bits, written to a sparse file. Memory
/// holds one part, whatever the size.
#[test]
fn sizes_beyond_32_bits_are_read_by_others() {
    let mut snapshot = snapshot(&[3, 4_100 << 20, 5]);
    snapshot.files[1].version = "0".into();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    let sparse =
        Sparse { memory: Memory::new(1 << 20), file: RefCell::new(LocalFile::create(&path).unwrap()) };
    assert!(run(pack(&snapshot, StoredParts::default(), PART, &sparse)).unwrap());
    let bytes = archive_bytes(&snapshot).unwrap();
    sparse.file.borrow().set_len(bytes).unwrap();
    assert!(bytes > 4_100 << 20 && sparse.memory.largest.get() == PART);
    check(&path, 5);

    // Resumed behind the large file, of which nothing is read again.
    let parts = u32::try_from((bytes - 1) / PART as u64).unwrap();
    let tail = Memory::new(1 << 20);
    let kept = StoredParts { digests: sparse.memory.kept().digests, parts };
    assert!(run(pack(&snapshot, kept, PART, &tail)).unwrap());
    let opened = tail.opened.borrow();
    assert!(opened.iter().all(|(name, from)| name != "objects/1.bin" || *from > 4_000 << 20), "{opened:?}");
    let mut end = vec![0; tail.bytes().len()];
    let mut file = LocalFile::open(&path).unwrap();
    file.seek(SeekFrom::End(-i64::try_from(end.len()).unwrap())).unwrap();
    file.read_exact(&mut end).unwrap();
    assert_eq!(end, tail.bytes());
}

const PART: usize = 8 << 20;

/// A sink that writes parts to a sparse file: parts that are all zeros become holes.
struct Sparse {
    memory: Memory,
    file: RefCell<LocalFile>,
}

impl PartSink for Sparse {
    type Error = SinkError;
    type Content = Generated;

    async fn open(&self, file: &File, from: u64) -> Result<Generated, SinkError> {
        self.memory.open(file, from).await
    }

    async fn keep_digests(&self, first: usize, digests: &[FileDigest]) -> Result<(), SinkError> {
        self.memory.keep_digests(first, digests).await
    }

    async fn keep_part(&self, number: u32, bytes: Vec<u8>) -> Result<bool, SinkError> {
        self.memory.largest.set(self.memory.largest.get().max(bytes.len()));
        if bytes.iter().any(|byte| *byte != 0) {
            let mut file = self.file.borrow_mut();
            file.seek(SeekFrom::Start(u64::from(number - 1) * PART as u64)).unwrap();
            file.write_all(&bytes).unwrap();
        }
        Ok(true)
    }
}

/// Compares an archive with its manifest, read by Python's zipfile.
fn check(archive: &Path, files: usize) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_archive.py");
    let output = Command::new("python3").arg(script).arg(archive).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.split_whitespace().next().and_then(|n| n.parse().ok()), Some(files), "{said}");
}
