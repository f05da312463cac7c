"""What test_other_pythons.py runs under each interpreter: no pytest, only the installed package.

Usage: quick_check.py FOLDER EXAMPLE.py... [--load]
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def import_everything(package_name: str) -> None:
    package = importlib.import_module(package_name)
    for module in pkgutil.walk_packages(package.__path__, f"{package_name}."):
        if not module.name.endswith(("__main__", ".pytest_plugin")):  # the plugin is pytest's to import
            importlib.import_module(module.name)


def main() -> None:
    folder, *sources = [Path(argument) for argument in sys.argv[1:] if argument != "--load"]
    import_everything("pybpfc_runtime")
    if {"llvmlite", "elftools", "pybpfc"} & set(sys.modules):
        raise SystemExit("the loader imports the compiler or its libraries")
    import_everything("pybpfc")

    from pybpfc import cli

    for source in sources:
        if cli.main(["build", str(source), "-o", str(folder / f"{source.stem}.o")]) != 0:
            raise SystemExit(f"{source.name} does not compile")

    import pybpfc_runtime as rt

    spec = rt.ObjectSpec.open(str(folder / "xdp_count.o"))
    if set(spec.programs) != {"count_by_source"} or set(spec.maps) != {"traffic"}:
        raise SystemExit(f"xdp_count.o holds {set(spec.programs)} and {set(spec.maps)}")
    if "--load" in sys.argv:
        for source in sources:
            if source.stem.startswith("scx_"):
                continue  # for kernels that have sched_ext: tests/vm loads it
            rt.ObjectSpec.open(str(folder / f"{source.stem}.o")).load().close()
        frame = bytes(12) + b"\x08\x00" + bytes.fromhex("4500001c0000000040110000c0000201c0000202") + bytes(8)
        with spec.load() as loaded:
            result = loaded.programs["count_by_source"].test_run(data=frame, repeat=3)
            counted = {key: (value.packets, value.bytes) for key, value in loaded.map("traffic").items()}
        if result.return_value != 2 or counted != {0xC0000201: (3, 84)}:
            raise SystemExit(f"the program returned {result.return_value} and counted {counted}")


if __name__ == "__main__":
    main()
