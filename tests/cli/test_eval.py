from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.asking import COMMAND, FEE, PLAIN, ROOT, question, run, spawn

GOOD = question("quality-control-fee", FEE) + b"\n"
BAD = b"garbage\n"


def started(
    stdin: int, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE, **environment: str
) -> subprocess.Popen[bytes]:
    """Start the command without waiting for it."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "eval"],
        cwd=ROOT,
        env={**os.environ, **PLAIN, **environment},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    )


class TestEval:
    """`vintage-rules eval`, run as anybody runs it."""

    @pytest.mark.parametrize(
        ("given", "status", "lines"),
        [(b"", 0, 0), (GOOD, 0, 1), (GOOD * 3, 0, 3), (GOOD + BAD + GOOD, 1, 3), (b"\n", 1, 1)],
    )
    def test_says_whether_all_was_answered(self, given: bytes, status: int, lines: int) -> None:
        """0 when every line was answered, 1 when one was not; each has its answer all the same."""
        done = spawn("eval", given=given)
        assert (done.returncode, done.stderr) == (status, b"")
        assert len(done.stdout.splitlines()) == lines

    def test_reads_a_file_or_standard_input(self, tmp_path: Path) -> None:
        """A file, nothing, or a hyphen for standard input; the last line needs no end."""
        file = tmp_path / "questions.jsonl"
        file.write_bytes(GOOD + GOOD.rstrip())
        answers = [
            run("eval", str(file)).stdout,
            run("eval", given=GOOD + GOOD.rstrip()).stdout,
            run("eval", "-", given=GOOD + GOOD.rstrip()).stdout,
        ]
        assert len(set(answers)) == 1
        assert [json.loads(line)["decision"] for line in answers[0].splitlines()] == ["charged"] * 2

    def test_writes_utf_8_everywhere(self) -> None:
        """What the terminal speaks makes no difference to what a program reads."""
        asked = question("quality-control-fee", FEE, locale="fr") + b"\n"
        plain = spawn("eval", given=asked)
        ascii_ = spawn("eval", given=asked, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
        assert ascii_.stdout == plain.stdout
        assert "contrôle" in plain.stdout.decode()

    @pytest.mark.parametrize(
        ("locale", "said"),
        [
            ("de", "Die Qualitätskontrolle: 8,99 €."),
            ("en", "The quality-control fee: €8.99."),
            ("es-MX", "El control de calidad: EUR 8.99."),
            ("fr", "Les frais de contrôle qualité : 8,99 €."),
            ("it-IT", "Il controllo qualità: 8,99 €."),
        ],
    )
    def test_says_it_in_each_language(self, locale: str, said: str) -> None:
        """The decision in words, as the locale asked for writes amounts."""
        asked = question("quality-control-fee", FEE, locale=locale) + b"\n"
        text = json.loads(run("eval", given=asked).stdout)["text"]
        assert " ".join(text.split()).startswith(said)

    @pytest.mark.parametrize("name", ["nowhere.jsonl", "."])
    def test_needs_a_file_that_can_be_read(self, name: str) -> None:
        """What is no file is told in one line, with the status of a wrong command."""
        done = run("eval", name)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(f"vintage-rules: {name}: cannot be read: ".encode())
        assert len(done.stderr.splitlines()) == 1

    def test_answers_before_it_is_asked_again(self) -> None:
        """A host that waits for each answer before it asks again gets them all."""
        with started(subprocess.PIPE) as talking:
            assert talking.stdin is not None
            assert talking.stdout is not None
            for _ in range(3):
                talking.stdin.write(GOOD)
                talking.stdin.flush()
                assert json.loads(talking.stdout.readline())["decision"] == "charged"
            talking.stdin.close()
            assert talking.wait(timeout=60) == 0

    def test_stops_quietly_when_nobody_reads(self, tmp_path: Path) -> None:
        """Whoever reads the first answer and goes sees no complaint."""
        file = tmp_path / "questions.jsonl"
        file.write_bytes(GOOD * 2_000)
        with file.open("rb") as questions, started(questions.fileno()) as talking:
            assert talking.stdout is not None
            assert talking.stderr is not None
            talking.stdout.readline()
            talking.stdout.close()
            assert talking.stderr.read() == b""
            assert talking.wait(timeout=60) == 1

    @pytest.mark.skipif(
        signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
        reason="who runs the tests ignores interruptions (a shell does for what it runs behind it)",
    )
    def test_stops_quietly_when_interrupted(self) -> None:
        """Ctrl-C ends it without a traceback, with the status shells give it."""
        with started(subprocess.PIPE) as talking:
            assert talking.stdin is not None
            assert talking.stdout is not None
            assert talking.stderr is not None
            talking.stdin.write(GOOD)
            talking.stdin.flush()
            talking.stdout.readline()
            talking.send_signal(signal.SIGINT)
            assert b"Traceback" not in talking.stderr.read()
            assert talking.wait(timeout=60) == 130

    def test_shows_its_progress_on_a_terminal_only(self, tmp_path: Path) -> None:
        """Whoever watches a long run sees how many lines are done; a file of errors stays empty."""
        pty = pytest.importorskip("pty")
        watched, terminal = pty.openpty()
        file = tmp_path / "questions.jsonl"
        file.write_bytes(GOOD * 501)
        with (
            file.open("rb") as questions,
            started(questions.fileno(), subprocess.DEVNULL, terminal, TERM="xterm") as talking,
        ):
            assert talking.wait(timeout=60) == 0
        os.close(terminal)
        assert b"lines answered" in os.read(watched, 100_000)
        os.close(watched)
