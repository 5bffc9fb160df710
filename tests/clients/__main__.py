"""Generates clients from `openapi.json`, and makes a film with each of them on a stack of its own.

    python3 infra/setup --clients
    .local/venv-clients/bin/python tests/clients

Three generators that many use: openapi-typescript with openapi-fetch, openapi-python-client, and OpenAPI Generator, which
needs Java. Each client signs in, makes a project, asks for a quote, renders, and fetches the film, its thumbnail and its
captions, without a header that it sets by hand. Each has one type for all problems.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DESCRIPTION = ROOT / "openapi.json"
STACK = [str(ROOT / ".local/venv/bin/python"), str(ROOT / "infra/local/stack.py")]
PROGRAMS = Path(sys.executable).parent
sys.path.insert(0, str(ROOT / "infra" / "setup"))

# Found by the line above.
import packages  # noqa: E402
from layout import LOCAL, SetupError  # noqa: E402

MOST_MODELS = 250
"""A model for each response of each route would be some nine hundred files."""


def main() -> None:
    """Starts a stack, and runs the journey of each client on it."""
    clients = {"openapi-typescript": typescript, "openapi-python-client": python_client}
    if shutil.which("java"):
        clients["openapi-generator"] = openapi_generator
    else:
        print("clients: openapi-generator is passed over, because there is no Java on this machine")
    with tempfile.TemporaryDirectory(prefix="devotional-clients-") as folder:
        data = Path(folder) / "stack"
        try:
            stack = start(data)
            failed = [name for name, make in clients.items() if not journey(name, make, stack, Path(folder))]
        finally:
            subprocess.run([*STACK, "reset", "--data", str(data)], stderr=subprocess.DEVNULL)
    print(f"{len(clients) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def start(data: Path) -> dict[str, str]:
    """Starts a stack in a folder, with the rate limits of the template; gives its outputs."""
    started = subprocess.run([*STACK, "up", "--data", str(data), "--port", "0"], stdout=subprocess.PIPE, text=True)
    if started.returncode != 0:
        sys.exit("clients: the stack did not start")
    outputs: dict[str, str] = json.loads(Path(started.stdout.strip()).read_text())
    return outputs


def journey(name: str, make: Callable[[Path], list[str]], stack: dict[str, str], folder: Path) -> bool:
    """Generates a client and runs its journey. Whether it reached the film."""
    print(f"{name}:", flush=True)
    try:
        command = make(folder)
    except (subprocess.CalledProcessError, SetupError, TooManyModels) as error:
        print(f"the client was not generated: {error}")
        return False
    environment = os.environ | {"PYTHONPATH": f"{folder}:{HERE}"}
    email = f"{name}@example.com"
    return subprocess.run([*command, stack["api"], stack["mail"], email], env=environment).returncode == 0


class TooManyModels(Exception):
    """The description makes a generator write a type for each response, instead of one for all problems."""


def check_models(models: Path) -> None:
    """Raises when there are as many models as if each response had its own."""
    count = len(list(models.glob("*.py")))
    if count > MOST_MODELS:
        raise TooManyModels(f"{count} models")


def typescript(folder: Path) -> list[str]:
    """The client of openapi-typescript and openapi-fetch, compiled."""
    installed = LOCAL / "clients"
    installed.mkdir(parents=True, exist_ok=True)
    with (installed / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages.ensure_node_packages(HERE / "typescript", installed)
    node, modules = packages.node_program(), installed / "node_modules"
    project = folder / "typescript"
    project.mkdir()
    (project / "node_modules").symlink_to(modules)
    for name in ("film.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / "typescript" / name, project)
    generate = [node, modules / "openapi-typescript/bin/cli.js", DESCRIPTION, "--output", project / "schema.d.ts"]
    subprocess.run(generate, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run([node, modules / "typescript/bin/tsc", "--project", project], check=True)
    return [node, str(project / "built" / "film.js")]


def python_client(folder: Path) -> list[str]:
    """The client of openapi-python-client. What it cannot read of the description is an error."""
    config = folder / "config.yaml"
    # The generator knows no picture's media type; this is its own way to tell it that these are bytes.
    config.write_text(
        "package_name_override: devotionalai\npost_hooks: []\n"
        "content_type_overrides: {image/jpeg: application/octet-stream}\n"
    )
    generate = [PROGRAMS / "openapi-python-client", "generate", "--path", DESCRIPTION, "--meta", "none"]
    generate += ["--config", config, "--output-path", folder / "devotionalai", "--fail-on-warning"]
    subprocess.run(generate, check=True)
    check_models(folder / "devotionalai" / "models")
    return [sys.executable, str(HERE / "python_client.py")]


def openapi_generator(folder: Path) -> list[str]:
    """The client of OpenAPI Generator."""
    generated = folder / "generated"
    generate = [PROGRAMS / "openapi-generator-cli", "generate", "--generator-name", "python"]
    generate += ["--input-spec", DESCRIPTION, "--output", generated]
    generate += ["--additional-properties", "packageName=devotionalai_generated"]
    subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
    (folder / "devotionalai_generated").symlink_to(generated / "devotionalai_generated")
    check_models(generated / "devotionalai_generated" / "models")
    return [sys.executable, str(HERE / "generator_client.py")]


if __name__ == "__main__":
    main()
