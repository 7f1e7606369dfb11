"""Photograph the playground for the README: `python -m docs.photograph_playground`.

It needs what `make playground` builds and Chromium; the picture is as the page is when it opens.
"""

from __future__ import annotations

import struct
import sys
import threading
import zlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from docs.playground.build import TARGET
from tools.announce import chromium

PICTURE = Path(__file__).parent / "_static" / "playground.png"
SIZE: ViewportSize = {"width": 900, "height": 520}
SIGNATURE = b"\x89PNG\r\n\x1a\n"
READY = 300_000  # milliseconds: as long as a busy machine may take to start Python


def photograph(address: str) -> None:
    """Open the page, wait until it has answered, and keep what is seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-lcd-text"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
        page.goto(address)
        page.wait_for_selector("body[data-answered]", state="attached", timeout=READY)
        # How long the answer took says only how busy this machine was.
        page.locator("#status").evaluate("(status) => { status.style.visibility = 'hidden'; }")
        PICTURE.write_bytes(repacked(page.screenshot()))
        browser.close()


def repacked(png: bytes) -> bytes:
    """Compress the pixels of a PNG as far as zlib can; browsers are in a hurry."""
    place, chunks, pixels = len(SIGNATURE), list[tuple[bytes, bytes]](), b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        pixels += data if kind == b"IDAT" else b""
        chunks += [] if kind == b"IDAT" else [(kind, data)]
        place += length + 12
    chunks.insert(-1, (b"IDAT", zlib.compress(zlib.decompress(pixels), 9)))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def main() -> int:
    """Serve the page on this machine alone for as long as the photograph takes."""
    if not (TARGET / "index.html").exists() or chromium() is None:
        sys.stderr.write("needs the playground and Chromium: make playground, make browser\n")
        return 1
    handler = partial(SimpleHTTPRequestHandler, directory=str(TARGET.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        photograph(f"http://127.0.0.1:{server.server_port}/{TARGET.name}/index.html")
        server.shutdown()
    sys.stdout.write(f"wrote {PICTURE.name}, {PICTURE.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
