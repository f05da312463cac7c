"""Every kind of program, every type of map: the verifier takes it from the version on that the tables say, not before.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pybpfc_runtime as rt
from map_types import IN_PROGRAMS, refusal
from pybpfc.tables.program_kinds import all_kinds
from pybpfc_runtime import syscall
from pybpfc_runtime.uapi import Command

from ..guest_test import Need, guest_test, version

SYSCALL = Need("5.14", 'SEC("syscall")', "SEC..syscall..")

# They need another object: the program whose function they replace.
ELSEWHERE = ("freplace",)
# Older kernels do not look at what these expect to be attached to: it is the attachment that they refuse.
TAKEN_EARLIER = ("tcx_ingress", "tcx_egress", "netkit_primary", "netkit_peer", "sk_reuseport_migrate", "sk_skb_verdict",
                 "kprobe_multi", "kretprobe_multi", "kprobe_session", "uprobe_multi", "uretprobe_multi",
                 "uprobe_session", "uprobe_multi_s", "uretprobe_multi_s", "uprobe_session_s", "iter_s")
# Which functions may sleep depends on CONFIG_FUNCTION_ERROR_INJECTION; infrared decoders need CONFIG_BPF_LIRC_MODE2.
NOT_HERE = re.compile("(__x64_sys_getpgid|security_file_open) is not sleepable|BPF_PROG_TYPE_LIRC_MODE2")


@guest_test("every_kind", reaches="loads")
def kinds_since(path: Path) -> None:
    release = os.uname().release
    wrong = []
    spec = rt.ObjectSpec.open(str(path))
    for kind in all_kinds():
        name = f"on_{kind.decorator.rstrip('_')}"
        if kind.decorator in ELSEWHERE or name not in spec.programs:
            continue
        for program in spec.programs.values():
            program.autoload = program.name == name
        expected = version(release) >= version(kind.since)
        try:
            spec.load().close()
        except rt.BpfError as error:
            if expected and not NOT_HERE.search(str(error)):
                wrong.append(f"{kind.decorator}, since {kind.since}: {str(error).splitlines()[0]}")
        else:
            if not expected and kind.decorator not in TAKEN_EARLIER:
                wrong.append(f"{kind.decorator}, since {kind.since}: it loads")
    assert not wrong, "\n".join(wrong)


@guest_test(reaches="loads", needs=[SYSCALL])
def maps_of_sleepable_programs() -> None:
    release = os.uname().release
    if why := refusal(None, sleepable=True):
        raise syscall.failure(Command.BPF_PROG_LOAD, errno.EINVAL, f'SEC("syscall"): {why}')
    wrong = []
    for kind in IN_PROGRAMS:
        if version(release) < version(kind.since):
            continue
        expected = bool(kind.sleepable) and version(release) >= version(kind.sleepable)
        why = refusal(kind, sleepable=True)
        if bool(why) == expected or (why and "Sleepable programs can only use" not in why):
            since = f"since {kind.sleepable}" if kind.sleepable else "never"
            wrong.append(f"{kind.class_name}, in sleepable programs {since}: {why or 'it loads'}")
        if why := refusal(kind, sleepable=False):
            wrong.append(f"{kind.class_name}, in a program that does not sleep: {why}")
    assert not wrong, "\n".join(wrong)
