// Runs the library, away from the page so that the page never waits: takes { id, name, given }, answers
// { id, answer } or { id, error }. Everything comes from beside this file.
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { Language, Parser } from "./tree-sitter/web-tree-sitter.js";

const beside = (path) => new URL(path, import.meta.url).href;
const bytes = async (path) => new Uint8Array(await (await fetch(beside(path))).arrayBuffer());
const report = (stage) => postMessage({ stage });

// What the library reads of a syntax tree, as nested lists; columns count bytes of UTF-8.
function written(node, lines, encoder) {
  const { row, column } = node.startPosition;
  const text = node.type.endsWith("_key") ? node.text : null;
  const children = node.namedChildren.map((child) => written(child, lines, encoder));
  const start = encoder.encode(lines[row].slice(0, column)).length;
  return [node.type, row, start, text, node.hasError, children];
}

async function parserOfToml() {
  await Parser.init({ locateFile: (name) => beside(`tree-sitter/${name}`) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(await bytes("tree-sitter/tree-sitter-toml.wasm")));
  const encoder = new TextEncoder();
  return (text) => {
    const tree = parser.parse(text);
    const found = JSON.stringify(written(tree.rootNode, text.split("\n"), encoder));
    tree.delete();
    return found;
  };
}

async function engine() {
  report("python");
  const [python, parse, library] = await Promise.all([
    loadPyodide({ indexURL: beside("pyodide/") }),
    parserOfToml(),
    bytes("library.zip"),
  ]);
  report("library");
  python.unpackArchive(library, "zip", { extractDir: "/library" });
  python.registerJsModule("playground_parser", { parse });
  python.runPython("import sys; sys.path.insert(0, '/library')");
  return python.pyimport("engine").ask;
}

const asked = engine();
asked.catch((error) => postMessage({ failed: String(error) }));

addEventListener("message", async ({ data: { id, name, given } }) => {
  try {
    const ask = await asked;
    postMessage({ id, answer: JSON.parse(ask(name, JSON.stringify(given))) });
  } catch (error) {
    postMessage({ id, error: String(error).trim().split("\n").at(-1) });
  }
});
