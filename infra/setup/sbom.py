"""Writes a software bill of materials of what is deployed, as one CycloneDX document.

    .local/venv-sbom/bin/python infra/setup/sbom.py out/sbom.cdx.json

It lists the functions with every crate that they link (by cargo-cyclonedx), the models, voices, fonts and libraries of
`infra/assets`, and the render image with its FFmpeg. The document is validated against CycloneDX's schema, and nothing
in it depends on the folder or the time of the build.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import binaries
from layout import CARGO_TOOLS, MANIFESTS, ROOT, SetupError

Json = dict[str, Any]
SPEC = "1.5"
PART = "sbom-part"
"""The name of the files that cargo-cyclonedx writes beside each manifest; they are deleted again."""

IMAGE = ROOT / "infra" / "render-image" / "Dockerfile"


def written() -> str:
    """The document as text. Raises `SetupError` when it cannot be made or is not valid."""
    time = _output("git", "log", "-1", "--format=%ct").strip()
    names = binaries.deployed()
    listed = json.loads(_output("cargo", "metadata", "--no-deps", "--locked", "--format-version", "1"))
    packages = {
        package["name"]: Path(package["manifest_path"])
        for package in listed["packages"]
        if any("bin" in target["kind"] and target["name"] in names for target in package["targets"])
    }
    targets = [target for package in listed["packages"] for target in package["targets"]]
    built = {target["name"] for target in targets if "bin" in target["kind"]}
    if names - built:
        raise SetupError(f"no crate builds what is deployed: {sorted(names - built)}")
    parts = _cargo_parts(packages, time)
    components, depends = _merged(parts)
    functions = sorted(part["metadata"]["component"]["bom-ref"] for part in parts)
    others = [*_assets(), *_image()]
    components |= {component["bom-ref"]: component for component in others}
    version = parts[0]["metadata"]["component"]["version"]
    product = {"type": "application", "bom-ref": "devotionalai", "name": "devotionalai", "version": version}
    depends["devotionalai"] = {*functions, *(component["bom-ref"] for component in others)}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {"timestamp": parts[0]["metadata"]["timestamp"], "component": product},
        "components": [components[ref] for ref in sorted(components)],
        "dependencies": [{"ref": ref, "dependsOn": sorted(depends[ref])} for ref in sorted(depends)],
    }
    content = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}"
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    _check(text, document, len(packages))
    return text


def _cargo_parts(packages: dict[str, Path], time: str) -> list[Json]:
    """The documents of these packages."""
    command = [str(CARGO_TOOLS / "bin" / "cargo-cyclonedx"), "cyclonedx", "--format", "json", "--spec-version", SPEC]
    command += ["--override-filename", PART, "--quiet"]
    try:
        if subprocess.run(command, cwd=ROOT, env={**os.environ, "SOURCE_DATE_EPOCH": time}).returncode != 0:
            raise SetupError("cargo-cyclonedx failed: see above")
        files = [manifest.parent / f"{PART}.json" for manifest in packages.values()]
        # Crates of the workspace are named by their folder: by its path in the repository.
        texts = [file.read_text(encoding="utf-8").replace(f"file://{ROOT}", "file://.") for file in files]
        return [json.loads(text) for text in texts]
    finally:
        for file in ROOT.glob(f"*/**/{PART}.json"):
            file.unlink()


def _merged(parts: list[Json]) -> tuple[dict[str, Json], dict[str, set[str]]]:
    """The components of all parts by their reference, and on which others each depends."""
    components: dict[str, Json] = {}
    depends: dict[str, set[str]] = {}
    for part in parts:
        itself = {**part["metadata"]["component"], "type": "application"}
        # The targets of the package itself, which are no packages.
        itself.pop("components", None)
        for component in [itself, *part.get("components", [])]:
            components.setdefault(component["bom-ref"], component)
        components[itself["bom-ref"]] = itself
        for dependency in part.get("dependencies", []):
            depends.setdefault(dependency["ref"], set()).update(dependency.get("dependsOn", []))
    return components, depends


def _assets() -> list[Json]:
    """Models, voices, fonts and libraries of the render image, and the fonts that it fetches, by the manifests."""
    found = []
    for manifest in sorted(MANIFESTS.glob("*.json")):
        for asset in json.loads(manifest.read_text(encoding="utf-8"))["assets"]:
            variants = asset.get("platform") or {"": asset}
            for machine, variant in sorted(variants.items()):
                name = f"{asset['path']} ({machine})" if machine else asset["path"]
                component: Json = {
                    "type": "machine-learning-model" if name.endswith(".onnx") else "file",
                    "bom-ref": f"asset:{name}",
                    "name": name,
                    "version": variant.get("sha256") or variant["sha256_tree"],
                    "properties": [
                        {"name": "devotionalai:from", "value": f"{kind}:{source}"}
                        for part in variant.get("parts") or [variant["tree"]]
                        for kind, source in part.items()
                        if kind in ("pypi", "npm", "crate")
                    ],
                }
                # A folder's hash is one of names and contents, which no other program would compute alike.
                if "sha256" in variant:
                    component["hashes"] = [{"alg": "SHA-256", "content": variant["sha256"]}]
                if "licence" in asset:
                    component["licenses"] = [{"license": {"name": asset["licence"]}}]
                found.append(component)
    return found


def _image() -> list[Json]:
    """The base image and FFmpeg, as the Dockerfile pins them."""
    text = IMAGE.read_text(encoding="utf-8")
    base = re.search(r"^FROM (\S+):(\S+)", text, re.MULTILINE)
    ffmpeg = re.search(r"^ARG FFMPEG=(\S+)", text, re.MULTILINE)
    if base is None or ffmpeg is None:
        raise SetupError(f"{IMAGE.relative_to(ROOT)} does not pin its image and FFmpeg")
    image = f"pkg:docker/{base[1]}@{quote(base[2], safe='')}"
    program = f"pkg:deb/debian/ffmpeg@{quote(ffmpeg[1], safe='')}?distro=debian-12"
    return [
        _package("container", base[1], base[2], image),
        _package("application", "ffmpeg", ffmpeg[1], program),
    ]


def _package(kind: str, name: str, version: str, purl: str) -> Json:
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _check(text: str, document: Json, functions: int) -> None:
    """Raises `SetupError` unless the document is valid, whole and free of this machine's paths."""
    error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
    if error is not None:
        raise SetupError(f"the document is no valid CycloneDX {SPEC}: {error}")
    known = {component["bom-ref"] for component in document["components"]} | {"devotionalai"}
    named = {ref for entry in document["dependencies"] for ref in [entry["ref"], *entry["dependsOn"]]}
    if named - known:
        raise SetupError(f"the document depends on what it does not list: {sorted(named - known)[:3]}")
    if functions < 15 or str(ROOT) in text:
        raise SetupError("functions are missing from the document, or it names a folder of this machine")


def _output(*command: str) -> str:
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode != 0:
        raise SetupError(f"{' '.join(command)}: {run.stderr.strip()}")
    return run.stdout


def main() -> None:
    """The command line."""
    target = Path(sys.argv[1])
    try:
        text = written()
    except SetupError as error:
        sys.exit(f"sbom: {error}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    count = len(json.loads(text)["components"])
    print(f"{target}: {count} components, valid CycloneDX {SPEC}")


if __name__ == "__main__":
    main()
