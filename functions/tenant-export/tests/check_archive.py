"""Checks an export against its own lists: python3 check_archive.py export.zip

Reads it with Python's zipfile, checks every CRC-32, and compares each file's size and SHA-256 with manifest.json
and sha256sums.txt. Prints the number of files and bytes.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile

PIECE = 1 << 20


def main(path: str) -> None:
    """Checks the archive at this path. Raises `AssertionError` when something differs."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        assert len(set(names)) == len(names), "a name stands twice"
        assert names[-2:] == ["sha256sums.txt", "manifest.json"], names[-2:]
        assert all(entry.compress_type == zipfile.ZIP_STORED for entry in entries), "something is compressed"
        digests = {entry.filename: _digest(archive, entry) for entry in entries}
        manifest = json.loads(archive.read("manifest.json"))
        sums = archive.read("sha256sums.txt").decode().splitlines()
    listed = {file["name"]: (file["bytes"], file["sha256"]) for file in manifest["files"]}
    found = {entry.filename: (entry.file_size, digests[entry.filename]) for entry in entries[:-1]}
    assert listed == found, "the manifest lists something else"
    summed = dict(line.split("  ", 1)[::-1] for line in sums)
    assert summed == {name: digest for name, (_, digest) in found.items() if name != "sha256sums.txt"}
    print(len(entries), "files,", sum(entry.file_size for entry in entries), "bytes")


def _digest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    digest = hashlib.sha256()
    # Reading to the end checks the CRC-32.
    with archive.open(entry) as content:
        while piece := content.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1])
