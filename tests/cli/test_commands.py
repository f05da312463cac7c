"""The commands with the real compiler: what they print, write and return."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pybpfc.cli import main
from pybpfc_runtime.spec import ObjectSpec

GOOD = '''\
"""Count packets per receive queue."""
from pybpfc import XDP_PASS, HashMap, data, subprog, u32, u64, xdp, xdp_md

LICENSE = "GPL"
hits = HashMap[u32, u64](max_entries=16)
seen: u64 = data(0)


@subprog
def tally(queue: u32) -> u32:
    hits[queue] += 1
    return queue


@xdp
def count(ctx: xdp_md) -> int:
    global seen
    seen += 1
    tally(ctx.rx_queue_index)
    return XDP_PASS
'''
BAD = GOOD.replace("return XDP_PASS\n", "return XDP_PAS\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pybpfc(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pybpfc", *arguments], cwd=folder, capture_output=True, text=True,
                          check=False, timeout=60)


def test_build(folder: Path) -> None:
    done = pybpfc("build", "good.py", "-o", "good.o", folder=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    spec = ObjectSpec.open(folder / "good.o")
    assert list(spec.programs) == ["count"]
    assert sorted(path.name for path in folder.glob("*.o*")) == ["good.o"]


def test_build_with_errors_leaves_the_old_object(folder: Path) -> None:
    (folder / "bad.o").write_bytes(b"old")
    done = pybpfc("build", "bad.py", "-o", "bad.o", folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error[BPF1021]: the name `XDP_PAS` is not defined\n  --> bad.py:20:12\n")
    assert done.stderr.endswith("\n1 error\n")
    assert (folder / "bad.o").read_bytes() == b"old"


@pytest.mark.parametrize(("argument", "code", "reason"), [
    ("missing.py", "BPF1002", "no such file"), (".", "BPF1002", "folder"),
    ("syntax.py", "BPF1001", "parse"), ("raises.py", "BPF1003", "ZeroDivisionError"),
    ("quits.py", "BPF1003", "SystemExit"), ("empty.py", "BPF1005", "no programs"),
])
def test_what_cannot_be_imported(folder: Path, argument: str, code: str, reason: str) -> None:
    (folder / "syntax.py").write_text("def f(:\n")
    (folder / "raises.py").write_text("1 // 0\n")
    (folder / "quits.py").write_text("import sys\nsys.exit(3)\n")
    (folder / "empty.py").write_text("")
    done = pybpfc("build", argument, "-o", "x.o", folder=folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error[{code}]: ") and reason in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "x.o").exists()


def test_emit_prints_without_writing(folder: Path) -> None:
    done = pybpfc("build", "good.py", "--emit", "asm", folder=folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "count:  # SEC('xdp')" in lines and "tally:" in lines
    assert "  ; good.py:18: seen += 1" in lines
    for operand in ("= &seen ll", "= map hits ll", "call tally", "call bpf_map_lookup_elem#1"):
        assert any(line.endswith(operand) for line in lines), operand
    assert not list(folder.glob("*.o"))


@pytest.mark.parametrize(("stage", "marker"), [("ir", "count"), ("llvm", "define dso_local")])
def test_emit_other_stages(folder: Path, stage: str, marker: str) -> None:
    done = pybpfc("build", "good.py", "-o", "good.o", "--emit", stage, folder=folder)
    assert done.returncode == 0, done.stderr
    assert marker in done.stdout
    assert (folder / "good.o").is_file()


def test_check(folder: Path) -> None:
    done = pybpfc("check", "good.py", folder=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 file checked, no errors\n", "")


def test_check_reports_files_in_their_order(folder: Path) -> None:
    (folder / "noisy.py").write_text(BAD.replace('"""Count packets per receive queue."""', 'print("imported")'))
    done = pybpfc("check", "bad.py", "good.py", "noisy.py", folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.index("--> bad.py:20:12") < done.stderr.index("--> noisy.py:20:12")
    assert done.stderr.endswith("\n\n2 errors\n")


def test_check_names_files_as_seen_from_here(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "bad.py").rename(folder / "below" / "bad.py")
    assert "--> below/bad.py:20:12" in pybpfc("check", "below/bad.py", folder=folder).stderr


def test_check_json(folder: Path) -> None:
    done = pybpfc("check", "--json", "bad.py", "good.py", folder=folder)
    assert (done.returncode, done.stderr) == (1, "")
    [entry] = json.loads(done.stdout)
    assert (entry["code"], entry["severity"], entry["span"]["line"], entry["span"]["column"]) == (
        "BPF1021", "error", 20, 12)
    assert Path(entry["file"]).name == "bad.py"


def test_check_json_is_alone_on_standard_output(folder: Path) -> None:
    (folder / "noisy.py").write_text('print("imported")\n' + GOOD)
    done = pybpfc("check", "--json", "noisy.py", folder=folder)
    assert json.loads(done.stdout) == []
    assert "imported" in done.stderr


def test_two_files_of_one_name_do_not_meet(folder: Path) -> None:
    for name, bound in (("a", 1), ("b", 2)):
        (folder / name).mkdir()
        (folder / name / "limits.py").write_text(f"LIMIT = {bound}\n")
        (folder / name / "prog.py").write_text(GOOD + f"\n\nimport limits\nassert limits.LIMIT == {bound}\n")
    done = pybpfc("check", "a/prog.py", "b/prog.py", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("code", ["BPF2012", "2012", "bpf2012", "error[BPF2012]"])
def test_explain(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("# BPF2012: ") and "## Fixed" in out
    assert err == ""


def test_explain_in_colour(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["explain", "BPF2012"]) == 0
    out = capsys.readouterr().out
    assert "```" not in out and "\x1b[1mFixed\x1b[0m" in out


@pytest.mark.parametrize("code", ["BPF2999", "README", "", "BPF2012/../../x1"])
def test_explain_unknown(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("pybpfc: error: no diagnostic has the code ")


def test_a_reader_that_goes_away(folder: Path) -> None:
    done = subprocess.run(f"'{sys.executable}' -m pybpfc build good.py --emit llvm | true", shell=True, cwd=folder,
                          capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_the_wheel_holds_the_pages(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    script = f"import hatchling.build; print(hatchling.build.build_wheel({str(tmp_path)!r}))"
    built = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(tmp_path / built.stdout.strip().splitlines()[-1]) as wheel:
        wheel.extractall(tmp_path / "installed")
    script = ("import sys; sys.path.insert(0, '.'); import pybpfc; from pybpfc.cli import main;"
              "print(pybpfc.__file__, file=sys.stderr); sys.exit(main(['explain', 'BPF2012']))")
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path / "installed", capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stderr
    assert done.stdout.startswith("# BPF2012: ")
