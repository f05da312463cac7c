"""Security module programs: at a hook of the kernel's, whose result they may turn into a refusal.

Source: Documentation/bpf/prog_lsm.rst; BPF_LINK_CREATE with BPF_LSM_MAC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import AttachError
from .tracing import attach_by_type

if TYPE_CHECKING:
    from ..program import Program
    from .links import Link

ACTIVE = "/sys/kernel/security/lsm"


def attach(program: Program, cookie: int = 0) -> Link:
    """Attach an lsm program to the hook that its section names.

    Args:
        cookie: what bpf_get_attach_cookie() gives (5.19).

    Raises:
        AttachError: the kernel runs without the bpf security module: the program would never be called.
        AttachRefused: the kernel refuses.
    """
    active = active_modules()
    if active is not None and "bpf" not in active:
        raise AttachError(f"program {program.name}: this kernel runs without the bpf security module "
                          f"(it has {', '.join(active)}), so its hooks call no program",
                          help="boot with lsm=...,bpf on the kernel's command line")
    return attach_by_type(program, f"lsm {program.spec.attach_to[0]}", cookie)


def active_modules() -> list[str] | None:
    """The security modules that run; None where securityfs is not mounted."""
    try:
        with open(ACTIVE, encoding="ascii") as file:
            return file.read().strip().split(",")
    except OSError:
        return None
