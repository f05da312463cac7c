"""Diagnostics as text and as data."""

from __future__ import annotations

import json
import re
from textwrap import dedent

import pytest
from samples import Doubt, MaybeNone, Places, Revealed, source, span, whole

from pybpfc.compiler.diagnostics import CompileError, Diagnostic
from pybpfc.compiler.diagnostics.render import one_line, terminal, to_json

XDP_COUNT = source("\n" * 27 + dedent("""\
    @xdp
        seen = traffic.lookup(ip.saddr)
        if something:
            return XDP_PASS
        seen.packets += 1
""").removeprefix("@xdp\n"), "xdp_count.py")
MAYBE_NONE = MaybeNone(span(XDP_COUNT, "seen", 1), "seen", span(XDP_COUNT, "traffic.lookup(ip.saddr)"))


def excerpt(*diagnostics: Diagnostic, width: int = 100) -> str:
    """The drawing alone: no header, no remarks, no line-end padding to get right in the tests."""
    text = terminal(diagnostics, width=width, summarised=False)
    lines = text.split("\n")[1:]
    return "\n".join(lines[:next(i for i, line in enumerate(lines) if re.match(r" +=", line))]) + "\n"


def test_the_whole_form() -> None:
    assert terminal([MAYBE_NONE]) == dedent("""\
        error[BPF2012]: `seen` may be None here
          --> xdp_count.py:31:5
           |
        28 |     seen = traffic.lookup(ip.saddr)
           |            ------------------------ the lookup happens here
        31 |     seen.packets += 1
           |     ^^^^ `Traffic | None` is None when the key is absent
           |
           = note: the verifier refuses to follow a `map_value_or_null`
           = help: test it first: `if seen is None: return ...`
           = see:  pybpfc explain BPF2012

        1 error
        """)


def test_several_with_a_count() -> None:
    text = source("while x:\n    pass\n")
    shown = terminal([Doubt(span(text, "while x:")), MAYBE_NONE, MAYBE_NONE])
    assert shown.startswith("warning[BPF3020]: the end of this loop cannot be seen\n --> prog.py:1:1\n")
    assert shown.endswith("\n\n2 errors, 1 warning\n")
    assert shown.count("\n\n") == 3


def test_nothing() -> None:
    assert terminal([]) == ""


def test_a_note_is_not_counted_and_not_explained() -> None:
    text = source("reveal_type(x)\n")
    assert terminal([Revealed(span(text, "x"))]) == dedent("""\
        note[BPF2000]: revealed type
         --> prog.py:1:13
          |
        1 | reveal_type(x)
          |             ^ u64
        """)


def test_a_whole_file() -> None:
    text = source("", "nowhere.py")
    assert terminal([Doubt(whole(text))], summarised=False) == dedent("""\
        warning[BPF3020]: the end of this loop cannot be seen
         --> nowhere.py
          = see:  pybpfc explain BPF3020
        """)
    assert one_line(Doubt(whole(text))) == "nowhere.py: warning[BPF3020]: the end of this loop cannot be seen"


def test_several_labels_on_one_line() -> None:
    text = source("value = foo(bar, baz)\n")
    assert excerpt(Places(span(text, "foo"), "x", span(text, "bar"), span(text, "baz"))) == dedent("""\
         --> prog.py:1:9
          |
        1 | value = foo(bar, baz)
          |         ^^^ ---  --- second
          |         |   |
          |         |   first
          |         here
          |
        """)


def test_labels_inside_each_other() -> None:
    text = source("value = foo(bar, baz)\n")
    assert excerpt(Places(span(text, "foo(bar, baz)"), "x", span(text, "bar"), span(text, "foo(bar"))) == dedent("""\
         --> prog.py:1:9
          |
        1 | value = foo(bar, baz)
          |         ^^^^^^^^^^^^^
          |         |   |
          |         |   first
          |         here
          |         second
          |
        """)


def test_two_labels_at_the_same_place() -> None:
    text = source("x = y\n")
    assert excerpt(Places(span(text, "y"), "x", span(text, "y"))) == dedent("""\
         --> prog.py:1:5
          |
        1 | x = y
          |     ^
          |     |
          |     here
          |     first
          |
        """)


def test_lines_far_apart() -> None:
    text = source("a\n" + "\n" * 4 + "b\n" + "\n" * 5 + "c\n")
    assert excerpt(Places(span(text, "c"), "x", span(text, "b"), span(text, "a"))) == dedent("""\
          --> prog.py:12:1
           |
         1 | a
           | - second
         6 | b
           | - first
        ...
        12 | c
           | ^ here
           |
        """)


def test_a_span_over_several_lines() -> None:
    text = source("x = call(\n    a,\n    b,\n)\n")
    assert excerpt(Places(span(text, "call(\n    a,\n    b,\n)"), "x", span(text, "a,"))) == dedent("""\
         --> prog.py:1:5
          |
        1 |   x = call(
          |  _____^
        2 | |     a,
          | |     -- first
        3 | |     b,
        4 | | )
          | |_^ here
          |
        """)


def test_a_span_over_many_lines_from_the_margin() -> None:
    text = source("    while True:\n" + "".join(f"        a{i} = 1\n" for i in range(10)))
    assert excerpt(Places(span(text, text.text.strip()), "x")) == dedent("""\
          --> prog.py:1:5
           |
         1 | /     while True:
         2 | |         a0 = 1
        ...  |
        11 | |         a9 = 1
           | |______________^ here
           |
        """)


def test_spans_over_several_lines_inside_each_other() -> None:
    text = source("if a:\n    b(\n        c,\n    )\n    d\n")
    inner = span(text, "b(\n        c,\n    )")
    assert excerpt(Places(span(text, text.text.strip()), "x", inner)) == dedent("""\
         --> prog.py:1:1
          |
        1 | /  if a:
        2 | | /     b(
        3 | | |         c,
        4 | | |     )
          | | |_____- first
        5 | |      d
          | |______^ here
          |
        """.replace("| | /", "| |/").replace("| | |", "| ||"))


def test_a_span_that_ends_at_the_start_of_a_line() -> None:
    text = source("ab\ncd\n")
    assert excerpt(Places(span(text, "ab\n"), "x")) == dedent("""\
         --> prog.py:1:1
          |
        1 | ab
          | ^^ here
          |
        """)


def test_the_end_of_the_file() -> None:
    text = source("x = (\n")
    assert excerpt(Places(span(text, "\n"), "x")).endswith(dedent("""\
        1 | x = (
          |      ^ here
          |
        """))


def test_two_files() -> None:
    here, there = source("use(it)\n"), source("\n\nit = 1\n", "other.py")
    assert excerpt(Places(span(here, "it"), "x", span(there, "it"))) == dedent("""\
         --> prog.py:1:5
          |
        1 | use(it)
          |     ^^ here
         ::: other.py:3:1
          |
        3 | it = 1
          | -- first
          |
        """)


@pytest.mark.parametrize(("line", "shown", "marks"), [
    ("\tx = y", "    x = y", "        ^ here"),
    ("a\tb = y", "a   b = y", "        ^ here"),
    ("'漢字', y", "'漢字', y", "        ^ here"),
    ("'e\u0301', y", "'e\u0301', y", "     ^ here"),
    ("'\x1b[31m', y", "'\u241b[31m', y", "         ^ here"),
    ("'\u202e', y", "'\ufffd', y", "     ^ here"),
])
def test_columns(line: str, shown: str, marks: str) -> None:
    text = source(line + "\n")
    assert excerpt(Places(span(text, "y"), "x")).split("\n")[2:4] == [f"1 | {shown}", f"  | {marks}"]


def test_wide_characters_are_underlined_whole() -> None:
    text = source("x = '漢字'\n")
    assert excerpt(Places(span(text, "漢字"), "x")).split("\n")[3] == "  |      ^^^^ here"


def test_a_long_line_is_cut_around_the_primary_label() -> None:
    text = source("first = " + "1 + " * 60 + "wrong" + " + 2" * 60 + "\n")
    _, _, code, marks, _ = excerpt(Places(span(text, "wrong"), "x"), width=60).split("\n")[:5]
    assert len(code) <= 60
    assert code.startswith("1 | …") and code.endswith("…")
    assert code[marks.index("^"):marks.rindex("^") + 1] == "wrong"


def test_notes_are_wrapped_and_code_in_them_is_not() -> None:
    class _Long(Doubt):
        note = "word " * 30 + "\n    code " + "x" * 100

    text = terminal([_Long(span(source("a"), "a"))], width=60, summarised=False)
    notes = text.split("= note: ")[1].split("  = see")[0].rstrip("\n").split("\n")
    assert max(map(len, notes[:-1])) <= 60
    assert all(line.startswith(" " * 10) for line in notes[1:])
    assert notes[-1].endswith("    code " + "x" * 100)


def test_nothing_in_a_message_reaches_the_terminal_as_a_command() -> None:
    text = terminal([Places(span(source("a"), "a"), "\x1b]0;title\x07")], summarised=False)
    assert "\x1b" not in text and "\x07" not in text


def test_color_changes_nothing_but_color() -> None:
    coloured = terminal([MAYBE_NONE], color=True)
    assert "\x1b[1;31merror[BPF2012]\x1b[0m" in coloured
    assert "\x1b[1;31m^^^^ `Traffic | None`" in coloured
    assert "\x1b[1;34m------------------------ the lookup" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == terminal([MAYBE_NONE])


def test_one_line() -> None:
    assert one_line(MAYBE_NONE) == "xdp_count.py:31:5: error[BPF2012]: `seen` may be None here"
    assert str(CompileError((MAYBE_NONE,))) == one_line(MAYBE_NONE)


def test_json() -> None:
    [entry] = json.loads(json.dumps(to_json([MAYBE_NONE])))
    place = {"line": 31, "column": 5, "end_line": 31, "end_column": 9}
    assert entry == {
        "code": "BPF2012", "severity": "error", "title": "`seen` may be None here", "file": "xdp_count.py",
        "span": place,
        "labels": [
            {"file": "xdp_count.py", "span": place, "primary": True,
             "text": "`Traffic | None` is None when the key is absent"},
            {"file": "xdp_count.py", "span": {"line": 28, "column": 12, "end_line": 28, "end_column": 36},
             "primary": False, "text": "the lookup happens here"},
        ],
        "notes": ["the verifier refuses to follow a `map_value_or_null`"],
        "helps": ["test it first: `if seen is None: return ...`"],
    }


def test_json_of_a_whole_file() -> None:
    [entry] = to_json([Doubt(whole(source("", "nowhere.py")))])
    assert (entry["file"], entry["span"], entry["labels"]) == ("nowhere.py", None, [])
