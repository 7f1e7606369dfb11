"""From a name or a file to a policy book."""

from __future__ import annotations

import codecs
import subprocess
import sys
from pathlib import Path

import pytest

from tests.policies.corner_shop import CORNER_SHOP, HOUSES, changed, faults_of
from vintage_rules.errors import PolicyDocumentError, UnknownPolicyError
from vintage_rules.policies import load_policy, parse_policy, shipped_policies
from vintage_rules.policies.positions import positions


class TestLoadPolicy:
    """Policies by name and by path."""

    def test_knows_what_is_shipped(self) -> None:
        """Names come without their ending, in order."""
        assert "imparfaite" in shipped_policies()
        assert list(shipped_policies()) == sorted(shipped_policies())

    @pytest.mark.parametrize("name", shipped_policies())
    def test_loads_whatever_is_shipped_under_its_own_name(self, name: str) -> None:
        """A shipped document is called what its file is called."""
        assert load_policy(name).name == name

    def test_loads_a_shipped_policy_once(self) -> None:
        """The second time costs nothing."""
        assert load_policy("imparfaite") is load_policy("imparfaite")

    @pytest.mark.parametrize("form", [str, Path])
    def test_loads_a_document_by_its_path(self, form: type[str | Path]) -> None:
        """A path is a text or a path."""
        assert load_policy(form(HOUSES / "corner-shop.toml")).name == "corner-shop"

    def test_reads_a_document_anew_each_time(self, tmp_path: Path) -> None:
        """A host may change its document and load it again."""
        path = tmp_path / "shop.toml"
        path.write_text(CORNER_SHOP, "utf-8")
        before = load_policy(path)
        path.write_text(changed(("corner-shop", "other-shop")), "utf-8")
        assert [before.name, load_policy(path).name] == ["corner-shop", "other-shop"]

    @pytest.mark.parametrize(
        "name",
        [
            "imparfait",
            "",
            "imparfaite.json",
            "Imparfaite",
            "a\0b",
            "../policies/imparfaite",
            "./imparfaite",
        ],
    )
    def test_refuses_a_name_that_is_none(self, name: str) -> None:
        """The error says what there is."""
        with pytest.raises(
            UnknownPolicyError, match=r"one of .*imparfaite.* or the path of"
        ) as caught:
            load_policy(name)
        assert caught.value.name == name

    def test_refuses_a_path_that_leads_nowhere(self, tmp_path: Path) -> None:
        """A missing file is a policy that nobody knows."""
        with pytest.raises(UnknownPolicyError, match=r"missing\.toml"):
            load_policy(tmp_path / "missing.toml")

    def test_refuses_a_folder(self, tmp_path: Path) -> None:
        """A folder may be called like a document."""
        (tmp_path / "folder.toml").mkdir()
        with pytest.raises(PolicyDocumentError, match="must be a file, got a folder"):
            load_policy(tmp_path / "folder.toml")

    @pytest.mark.parametrize("name", ["a\0b.toml", f"{'x' * 5000}.toml"])
    def test_refuses_a_path_that_no_system_can_open(self, name: str) -> None:
        """What the system says of it is passed on."""
        with pytest.raises(PolicyDocumentError, match="must be a file that can be read, got"):
            load_policy(name)

    def test_looks_for_places_only_when_something_is_wrong(self) -> None:
        """A sound document costs no second reading."""
        script = (
            "import sys\n"
            "from vintage_rules.policies import load_policy\n"
            "load_policy('imparfaite')\n"
            "print('tree_sitter' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
        assert done.stdout.split() == [b"False"]


class TestParsePolicy:
    """The bytes of a document."""

    @pytest.mark.parametrize(
        "content",
        [
            codecs.BOM_UTF8 + CORNER_SHOP.encode(),
            CORNER_SHOP.replace("\n", "\r\n").encode(),
            codecs.BOM_UTF8 + CORNER_SHOP.replace("\n", "\r\n").encode(),
        ],
        ids=["mark", "returns", "both"],
    )
    def test_reads_what_editors_on_other_systems_write(self, content: bytes) -> None:
        """A byte order mark and carriage returns change nothing."""
        expected = parse_policy(CORNER_SHOP.encode(), "shop.toml")
        assert parse_policy(content, "shop.toml").editions == expected.editions

    def test_counts_columns_after_the_mark_and_in_characters(self) -> None:
        """An editor that shows neither the mark nor bytes finds the place."""
        text = CORNER_SHOP.replace('"corner-shop"\ncurrency', '"corner-shop"\n"é€" = 1\ncurrency')
        broken = codecs.BOM_UTF8 + text.replace("[2:", "").encode()
        assert [fault[:24] for fault in faults_of(broken)] == ['shop.toml:2:1: "é€": mus']

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"\xff\xfen\x00", "shop.toml:1:1: must be UTF-8 text, got the byte 0xff"),
            (
                "é = 1\né".encode() + b"\xe9 =",
                "shop.toml:2:2: must be UTF-8 text, got the byte 0xe9",
            ),
            (codecs.BOM_UTF8 + b"ab\xc3", "shop.toml:1:3: must be UTF-8 text, got the byte 0xc3"),
            (
                b"a = 1\nb = \nc = 2",
                "shop.toml:2:5: must be valid TOML, got 'b = ': invalid value",
            ),
            (
                b"a = 1\r\na = 2\r\n",
                "shop.toml:2:6: must be valid TOML, got 'a = 2': cannot overwrite a value",
            ),
            (
                b"[a]\n[b]\n[a]\n",
                "shop.toml:3:3: must be valid TOML, got '[a]': cannot declare ('a',) twice",
            ),
            (b"a = '", """shop.toml:1:6: must be valid TOML, got "a = '": expected "'\""""),
            (
                b"a = " + b"[" * 500,
                "shop.toml:1:1: must be TOML that can be read, got nested too deep",
            ),
            (
                b"a = " + b"9" * 5000,
                "shop.toml:1:1: must be TOML that can be read, got a number too long",
            ),
            (
                b"#" * 1_000_001,
                "shop.toml:1:1: must be a document of at most 1000000 bytes, got more",
            ),
        ],
        ids=lambda value: value[:20] if isinstance(value, bytes) else "",
    )
    def test_refuses_what_is_no_document(self, content: bytes, said: str) -> None:
        """One fault, with the place where reading ended."""
        assert faults_of(content) == [said]

    def test_reads_the_largest_document(self) -> None:
        """A document may be as large as the limit says."""
        room = 1_000_000 - len(CORNER_SHOP.encode()) - 1
        content = f"{CORNER_SHOP}#{'x' * room}".encode()
        assert len(content) == 1_000_000
        assert parse_policy(content, "shop.toml").name == "corner-shop"

    def test_says_of_an_empty_document_what_it_needs(self) -> None:
        """Everything that is missing, at the beginning."""
        assert [fault.split(": ")[:2] for fault in faults_of("")] == [
            ["shop.toml:1:1", key]
            for key in ("source", "name", "currency", "zone", "calendar", "edition")
        ]


class TestLongAndDeepDocuments:
    """What no house writes is refused at once, however much of it there is."""

    def test_a_list_that_is_too_long(self) -> None:
        """One fault, and not one for each item."""
        items = "[" + "1, " * 10_000 + "1]"
        said = faults_of(changed(('modes = ["post"]\ncategories', f"modes = {items}\ncategories")))
        assert all(len(fault) < 500 for fault in said)
        told = "must be a list of at most 10000 items, got 10001"
        assert [fault for fault in said if "must be a list with every mode" not in fault] == [
            f"shop.toml:194:9: edition[0].returns.returns.domain.modes: {told}"
        ]

    def test_the_places_of_many_values_in_one_line(self) -> None:
        """A line of a hundred thousand values is marked once for each, whatever its letters."""
        text = "é = [" + "1, " * 100_000 + "1]"
        marks = positions(f'"{text[0]}"{text[1:]}')
        assert marks["é", 100_000].value.column == len('"é" = [') + 3 * 100_000 + 1

    @pytest.mark.parametrize("levels", [30, 300, 100_000])
    def test_what_nests_too_deep(self, levels: int) -> None:
        """A fault of ours, before anything goes down into it."""
        (fault,) = faults_of(f"name = {'[' * levels}{']' * levels}")
        assert "within one another, got more" in fault or "nested too deep" in fault

    def test_what_nests_as_deep_as_may_be(self) -> None:
        """The other side of that limit: what is wrong is the value."""
        said = faults_of(f"name = {'[' * 29}{']' * 29}")
        assert any(fault.startswith("shop.toml:1:8: name: must be a name") for fault in said)
