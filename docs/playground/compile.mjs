// Compiles the modules of an archive with the Python that will run them, and packs the result.
// Arguments: the folder of pyodide, the archive of sources, the archive to write.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, plain, packed] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: resolve(folder) + "/" });
python.unpackArchive(new Uint8Array(readFileSync(plain)), "zip", { extractDir: "/library" });
python.runPython(`
import compileall, zipfile
from pathlib import Path

root = Path("/library")
for path in sorted(root.rglob("*.py")):
    # As a module without its source is found, and without a look at when that was written.
    done = compileall.compile_file(
        path, ddir=str(path.parent.relative_to(root)), quiet=1, legacy=True,
        invalidation_mode=__import__("py_compile").PycInvalidationMode.UNCHECKED_HASH,
    )
    assert done, path
    path.unlink()
with zipfile.ZipFile("/packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        archive.write(path, path.relative_to(root))
`);
writeFileSync(packed, python.FS.readFile("/packed.zip"));
