"""Contracts run over what is broken on purpose, in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]


def failed_tests(
    module: Path, noticed_by: Mapping[str, str], sound: Collection[str], folder: Path
) -> dict[str, set[str]]:
    """Name what fails in a module: of each broken thing the one test that is to notice it, of each
    sound one all tests.
    """
    report = folder / "report.xml"
    chosen = [f"{module}::Test{broken}::{test}" for broken, test in noticed_by.items()]
    chosen += [f"{module}::Test{name}" for name in sound]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-p", "no:benchmark", "--tb=no", "-o", "addopts=--import-mode=importlib"),
            *("-W", "ignore::pytest.PytestUnhandledThreadExceptionWarning"),
            *(f"--junitxml={report}", *chosen),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout
    failed: dict[str, set[str]] = defaultdict(set)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest has just written it
        kind = case.attrib["classname"].rpartition(".Test")[2]
        outcomes = {outcome.tag for outcome in case}
        failed[kind] |= {case.attrib["name"].split("[")[0]} if "failure" in outcomes else set()
    return dict(failed)
