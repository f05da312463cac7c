"""EPERM explained: which of the kernel's reasons to refuse bpf(2) apply to this process.

Source: capabilities(7), Documentation/admin-guide/sysctl/kernel.rst (unprivileged_bpf_disabled),
kernel_lockdown(7), user_namespaces(7).
"""

from __future__ import annotations

import os

from .errors import PermissionDenied

_CAPABILITIES = {12: "CAP_NET_ADMIN", 21: "CAP_SYS_ADMIN", 38: "CAP_PERFMON", 39: "CAP_BPF"}


# What is behind EPERM for programs on kernel functions when nothing else is.
FORBIDS_PATCHING = ("this process has all capabilities, so this kernel forbids programs that are called from kernel "
                    "functions (fentry, fexit, fmod_ret, lsm), as the kernels of some virtual machines do: use tp_btf, "
                    "raw_tracepoint or tracepoint, or run another kernel")


# What is behind EPERM for a pin when nothing else is.
NO_BPF_FILE_SYSTEM = ("the folder is not in a bpf file system, the only place for pins: use one below /sys/fs/bpf, or "
                      "mount one there: mount -t bpf bpf /sys/fs/bpf")


def permission_denied(command: str, error: int, doing: str = "", policy: str = "") -> PermissionDenied:
    """The exception for EPERM, its help being the reasons that were found.

    Args:
        policy: the reason where no other is found.
    """
    return PermissionDenied(command, error, doing, help="; ".join(reasons(policy)))


def in_bpf_file_system(path: str) -> bool:
    """Whether a new name `path` would be in a bpf file system: the nearest folder above it that exists is in one."""
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    device = os.stat(folder).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in (_read("/proc/self/mountinfo") or "").splitlines():  # proc(5): id, parent, device, ..., "-", type, ...
        mounted, _, kind = line.partition(" - ")
        if mounted.split()[2] == number:
            return kind.split()[0] == "bpf"
    return False


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def missing_capabilities(status: str | None = None) -> list[str]:
    """Which capabilities this process lacks that BPF asks for. CAP_SYS_ADMIN stands for all of them.

    Args:
        status: the text of /proc/self/status, for tests.
    """
    text = status if status is not None else _read("/proc/self/status") or ""
    line = next((line for line in text.splitlines() if line.startswith("CapEff:")), "CapEff: 0")
    effective = int(line.split()[1], 16)
    if effective >> 21 & 1:
        return []
    return [name for bit, name in _CAPABILITIES.items() if bit != 21 and not effective >> bit & 1]


def reasons(policy: str = "") -> list[str]:
    """What could be behind EPERM here, the most likely first; each with what to do about it.

    Args:
        policy: what is said where nothing is found.
    """
    found = []
    missing = missing_capabilities()
    if missing:
        found.append(f"this process lacks {', '.join(missing)}: run it as root, or give it these capabilities")
        disabled = (_read("/proc/sys/kernel/unprivileged_bpf_disabled") or "").strip()
        if disabled in ("1", "2"):
            found.append(f"kernel.unprivileged_bpf_disabled is {disabled}, so nothing is allowed without them")
    namespace = (_read("/proc/self/uid_map") or "").split()
    if namespace and namespace[:3] != ["0", "0", "4294967295"]:
        found.append("it runs in a user namespace, where root is not the host's root: run it outside the container, or "
                     "load with token=, a bpf file system that was mounted for it with delegate_cmds= and its like "
                     "(Linux 6.9)")
    lockdown = _read("/sys/kernel/security/lockdown")
    if lockdown is not None and "[none]" not in lockdown:
        mode = lockdown.partition("[")[2].partition("]")[0]
        found.append(f"kernel lockdown is {mode}: it forbids reading kernel memory (confidentiality) or writing "
                     "user memory")
    status = _read("/proc/self/status") or ""
    if any(line.split()[1:] == ["2"] for line in status.splitlines() if line.startswith("Seccomp:")):
        found.append("a seccomp filter is active, which may forbid bpf(2): container runtimes have such a filter")
    if not found:
        found.append(policy or "this process has all capabilities, so the kernel's own policy refuses this (a security "
                               "module, lockdown, or a kind of program that this kernel forbids); the kernel log may "
                               "say which")
    return found
