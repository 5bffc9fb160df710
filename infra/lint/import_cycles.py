"""Fails when files of one crate import from each other in a circle.

    python3 infra/lint/import_cycles.py [FOLDER]

A file imports from the file that defines a name: `use` declarations and paths in code count, `mod` declarations and
re-exports (`pub use`) do not, and a name that a file only re-exports is followed to where it is defined. Code under
`#[cfg(test)]` is left out. The check reads source text, not what the compiler knows: an import that a macro makes is
not seen.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ITEM = re.compile(
    r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:default\s+)?(?:const\s+|async\s+|unsafe\s+|extern\s+)*"
    r"(?:fn|struct|enum|trait|type|static|union|const|macro_rules!)\s+([A-Za-z_]\w*)",
    re.MULTILINE,
)
CONSTANT = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?const\s+([A-Za-z_]\w*)\s*:", re.MULTILINE)
MODULE = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;", re.MULTILINE)
INLINE_MODULE = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*\{", re.MULTILINE)
USE = re.compile(r"^\s*(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", re.MULTILINE)
PATH = re.compile(r"(?<![\w:])((?:crate|self|super|[a-z_]\w*)(?:::[A-Za-z_]\w*)+)")
TEST_ATTRIBUTE = re.compile(r"#\[cfg\((?:test|all\(test\b[^\]]*|any\(test\b[^\]]*)\)?\)?\]")
NOISE = re.compile(
    r"//[^\n]*|/\*.*?\*/|b?r(#*)\".*?\"\1|b?\"(?:\\.|[^\"\\])*\"|b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^\\'])'",
    re.DOTALL,
)


@dataclass
class Source:
    """One file of a crate, as a module."""

    path: Path
    module: tuple[str, ...]
    text: str
    defined: set[str] = field(default_factory=set)
    children: set[str] = field(default_factory=set)
    reexports: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What a re-exported name stands for: an absolute path within the crate."""
    globs: list[tuple[str, ...]] = field(default_factory=list)
    """Modules of which everything is re-exported."""


def code_of(text: str) -> str:
    """The text without comments, literals, and what is compiled for tests only; lines stay where they are."""
    text = NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    while found := TEST_ATTRIBUTE.search(text):
        end = item_end(text, found.end())
        text = text[: found.start()] + re.sub(r"[^\n]", " ", text[found.start() : end]) + text[end:]
    return text


def item_end(text: str, start: int) -> int:
    """Where the item that begins at `start` ends: after its `;`, or after the brace that closes its body."""
    depth = 0
    for at in range(start, len(text)):
        character = text[at]
        if character in "{([":
            depth += 1
        elif character in "})]":
            depth -= 1
            if depth == 0 and character == "}":
                return at + 1
        elif character == ";" and depth == 0:
            return at + 1
    return len(text)


def expand(tree: str) -> list[tuple[list[str], str]]:
    """The paths of a `use` tree, each with the name that it brings into scope (`*` for a glob)."""
    tree = tree.strip()
    if not tree:
        return []
    if "{" not in tree:
        path, _, alias = tree.partition(" as ")
        parts = [part.strip() for part in path.strip().split("::") if part.strip()]
        return [(parts, alias.strip() or parts[-1])] if parts else []
    prefix, _, rest = tree.partition("{")
    inner = rest[: rest.rindex("}")]
    head = [part.strip() for part in prefix.split("::") if part.strip()]
    found, depth, begin = [], 0, 0
    for at, character in enumerate(inner + ","):
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            found += expand(inner[begin:at])
            begin = at + 1
    return [(head + path, head[-1] if path == ["self"] else name) for path, name in found]


class Crate:
    """The files that one `lib.rs`, `main.rs` or test is compiled from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sources: dict[tuple[str, ...], Source] = {}
        self.load(root, ())
        for source in self.sources.values():
            self.note_reexports(source)

    def load(self, path: Path, module: tuple[str, ...]) -> None:
        text = code_of(path.read_text(encoding="utf-8"))
        source = Source(path, module, text)
        self.sources[module] = source
        source.defined = set(ITEM.findall(text)) | set(CONSTANT.findall(text))
        folder = path.parent if path.stem in ("lib", "main", "mod") or not module else path.with_suffix("")
        for name in MODULE.findall(text):
            for child in (folder / f"{name}.rs", folder / name / "mod.rs"):
                if child.is_file():
                    source.children.add(name)
                    self.load(child, (*module, name))
        source.defined |= set(INLINE_MODULE.findall(text))

    def note_reexports(self, source: Source) -> None:
        for visibility, tree in USE.findall(source.text):
            if not visibility:
                continue
            for path, name in expand(tree):
                absolute = self.absolute(source, path)
                if absolute is None:
                    continue
                if name == "*":
                    source.globs.append(absolute[:-1])
                else:
                    source.reexports[name] = absolute

    def absolute(self, source: Source, path: list[str]) -> tuple[str, ...] | None:
        """The path from the crate's root, or none where it leads out of the crate."""
        first, rest = path[0], path[1:]
        if first == "crate":
            return tuple(rest)
        if first == "self":
            return (*source.module, *rest)
        if first == "super":
            base = source.module[:-1]
            while rest and rest[0] == "super":
                base, rest = base[:-1], rest[1:]
            return (*base, *rest)
        if first in source.children:
            return (*source.module, *path)
        return None

    def definer(self, path: tuple[str, ...], seen: frozenset = frozenset()) -> Source | None:
        """The file that defines what a path names; where nothing says so, the file of its longest module."""
        length = max(n for n in range(len(path) + 1) if path[:n] in self.sources)
        source, rest = self.sources[path[:length]], path[length:]
        if not rest or rest[0] in source.defined or (source.module, rest[0]) in seen:
            return source
        seen = seen | {(source.module, rest[0])}
        if rest[0] in source.reexports:
            return self.definer(source.reexports[rest[0]], seen)
        for module in source.globs:
            found = self.definer((*module, rest[0]), seen) if module in self.sources else None
            if found is not None and rest[0] in found.defined:
                return found
        return source

    def imports(self) -> dict[Path, dict[Path, set[str]]]:
        """For each file, the files that it imports from, and the names that it takes."""
        edges: dict[Path, dict[Path, set[str]]] = {}
        for source in self.sources.values():
            edges.setdefault(source.path, {})
            paths = []
            for visibility, tree in USE.findall(source.text):
                if not visibility:
                    paths += [path for path, _ in expand(tree)]
            body = USE.sub(" ", source.text)
            paths += [found.split("::") for found in PATH.findall(body)]
            for path in paths:
                absolute = self.absolute(source, [part for part in path if part != "*"])
                if absolute is None:
                    continue
                target = self.definer(absolute)
                if target is not None and target.path != source.path:
                    edges[source.path].setdefault(target.path, set()).add(path[-1])
        return edges


def circles(edges: dict[Path, dict[Path, set[str]]]) -> list[list[Path]]:
    """The strongly connected components of more than one file (Tarjan's algorithm)."""
    index: dict[Path, int] = {}
    low: dict[Path, int] = {}
    stack: list[Path] = []
    found = []

    def visit(node: Path) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in edges[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            at = stack.index(node)
            component = stack[at:]
            del stack[at:]
            if len(component) > 1:
                found.append(sorted(component))

    for node in edges:
        if node not in index:
            visit(node)
    return found


def roots(package: Path) -> list[Path]:
    """The files that cargo compiles as crates of their own."""
    found = [package / "src" / "lib.rs", package / "src" / "main.rs"]
    for folder in ("src/bin", "tests", "examples", "benches"):
        found += sorted((package / folder).glob("*.rs"))
        found += sorted((package / folder).glob("*/main.rs"))
    return [path for path in found if path.is_file()]


def main() -> int:
    top = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    skipped = {"target", ".local", ".git", "node_modules", ".aws-sam"}
    packages = [
        manifest.parent
        for folder in top.iterdir()
        if folder.is_dir() and folder.name not in skipped
        for manifest in sorted(folder.rglob("Cargo.toml"))
        if not skipped & set(manifest.parts)
    ]
    if (top / "src").is_dir():
        packages.append(top)
    files = faults = 0
    for root in (root for package in packages for root in roots(package)):
        edges = Crate(root).imports()
        files += len(edges)
        for circle in circles(edges):
            faults += 1
            print(f"{len(circle)} files import from each other in a circle:", file=sys.stderr)
            for path in circle:
                for target, names in edges[path].items():
                    if target in circle:
                        taken = ", ".join(sorted(names))
                        print(f"  {path.relative_to(top)} -> {target.relative_to(top)}: {taken}", file=sys.stderr)
    if faults:
        print("Move what both files need into a file of its own.", file=sys.stderr)
        return 1
    print(f"no circle between {files} files of {len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
