"""Programs: kinds, contexts, verdicts, helpers, licenses, importing, and where an error points."""

from __future__ import annotations

import pytest

from pybpfc.compiler.pipeline import Options

from .cases import Table, accepted, marks, module, refused, value

HEAD = """
import pybpfc.helpers
from pybpfc.vmlinux import bpf_iter__task, task_struct, trace_event_raw_sys_enter

x32: u32 = data(5)
x64: u64 = data(2**40)
hits = HashMap[u32, u64](max_entries=64)


class Comm(Struct):
    comm: Annotated[Str, 16]
    raw: Annotated[Array[u8], 8]


@subprog
def looks(ctx: xdp_md) -> u64:
    return bpf_get_socket_cookie(ctx)
"""


def without_license(text: str) -> str:
    return "from pybpfc import *\nfrom pybpfc.helpers import *\n" + "\n".join(
        line.removeprefix("        ") for line in text.strip("\n").split("\n"))


TABLE = Table(HEAD, [
    # verdicts
    value("each legal verdict is returned", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            if ctx.rx_queue_index == 99:
                return XDP_DROP
            return XDP_TX if x32 == 5 else XDP_PASS
        """, 0, returns=3),
    value("a range that fits s32 needs no cast, a bool is cast", """
        @syscall
        def prog(given: Given) -> int:
            if x64 == 7:
                return s32(x64 > 3)
            return x64 % 100
        """, 0, returns=76),
    refused("a result that is wider", """
        @syscall
        def prog(given: Given) -> int:
            return x64  # error: [BPF2020]
        """),
    refused("a result that is unsigned", """
        @syscall
        def prog(given: Given) -> int:
            return x32  # error: [BPF2021]
        """),
    refused("a constant that is none of the kind's verdicts, also in one arm, also by a name", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            if ctx.rx_queue_index == 1:
                return 17  # error: [BPF2023]
            return XDP_PASS if x32 > 3 else -1  # error: [BPF2023]

        @cgroup_skb_ingress
        def other_kind(skb: __sk_buff) -> int:
            return 9  # error: [BPF2023]
        """),
    refused("a verdict of another kind", """
        @tc
        def prog(skb: __sk_buff) -> int:
            return TC_ACT_OK if skb.len else 77  # error: [BPF2023]
        """),
    refused("a missing return, at the `def`", """
        @xdp
        def prog(ctx: xdp_md) -> int:  # error: [BPF2022]
            if ctx.rx_queue_index == 1:
                return XDP_PASS
        """),
    refused("a wrong context, a second argument, no argument, no result, at the `def`", """
        @xdp
        def prog(ctx: __sk_buff) -> int:  # error: [BPF1012]
            return XDP_PASS

        @xdp
        def two_arguments(ctx: xdp_md, other: u32) -> int:  # error: [BPF1012]
            return XDP_PASS

        @xdp
        def no_argument() -> int:  # error: [BPF1012]
            return XDP_PASS

        @xdp
        def no_result(ctx: xdp_md) -> None:  # error: [BPF1011]
            pass
        """),

    # contexts
    refused("a field that may not be written, one that the kind does not have", """
        @tc
        def prog(skb: __sk_buff) -> int:
            skb.len = 4  # error: [BPF2025]
            skb.protocol = htons(4)  # error: [BPF2025]
            skb.nothing = 1  # error: [BPF2011]
            return TC_ACT_OK

        @xdp
        def writes_nothing(ctx: xdp_md) -> int:
            ctx.ingress_ifindex = 1  # error: [BPF2025]
            return XDP_PASS
        """),
    value("fields that may be written", """
        @tc
        def prog(skb: __sk_buff) -> int:
            global answer
            skb.mark = 7
            skb.mark += 1
            skb.priority = x32
            skb.cb[1] = 40
            answer = s64(skb.mark * 100 + skb.priority + skb.cb[1])
            return TC_ACT_OK
        """, 845),
    accepted("kinds of programs and their contexts", """
        @tcx_ingress
        def in_tcx(skb: __sk_buff) -> int:
            return TCX_PASS

        @socket
        def in_socket(skb: __sk_buff) -> int:
            return s32(skb.len & 0xFF)

        @tracepoint("syscalls", "sys_enter_openat")
        def in_tracepoint(ctx: trace_event_raw_sys_enter) -> int:
            return s32(ctx.args[0] & 1)

        @raw_tracepoint("sys_enter")
        def in_raw(ctx: bpf_raw_tracepoint_args) -> int:
            return s32(ctx.args[1] & 1)

        @perf_event
        def in_perf(ctx: bpf_perf_event_data) -> int:
            return s32(ctx.sample_period & 1)

        @sockops
        def in_sockops(ctx: bpf_sock_ops) -> int:
            return 1

        @sk_lookup
        def in_lookup(ctx: bpf_sk_lookup) -> int:
            return SK_PASS

        @iter_("task")
        def in_iterator(ctx: bpf_iter__task) -> int:
            return 0 if ctx.task is None else 0

        @section("cgroup_skb/egress")
        def by_section(skb: __sk_buff) -> int:
            return 1
        """, loads=False),
    module("`name=` names the program in the object", """
        from pybpfc import *
        @xdp(name="prog")
        def named(ctx: xdp_md) -> int:
            return XDP_PASS
        """, returns=2),
    refused("a section that libbpf does not know, a context that is not its own", """
        @section("nothing/here")
        def prog(ctx: xdp_md) -> int:  # error: [BPF1025]
            return 0

        @section("xdp")
        def other_context(ctx: __sk_buff) -> int:  # error: [BPF1012]
            return XDP_PASS
        """),

    # helpers
    refused("a helper that the kind may not call, directly and through a subprogram", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS if bpf_get_socket_cookie(ctx) else XDP_DROP  # error: [BPF3060]
        """),
    refused("a helper's arguments: too many, an unknown name, a wrong type", """
        comm = Comm.zero()
        bpf_ktime_get_ns(1)  # error: [BPF2013]
        bpf_get_current_comm()  # error: [BPF2013]
        bpf_get_current_comm(buffer=comm.comm)  # error: [BPF2013]
        bpf_get_current_comm(5)  # error: [BPF2001]
        bpf_get_current_comm(comm.comm, 16)  # error: [BPF2013]
        """),
    value("the size of a buffer is the buffer's, flags default to 0, arguments have the kernel's names", """
        @tc
        def prog(skb: __sk_buff) -> int:
            global answer
            comm = Comm.zero()
            if bpf_skb_load_bytes(skb, 4, comm.raw) < 0:
                return TC_ACT_SHOT
            answer = s64(comm.raw[0]) * 100 + comm.raw[7]
            if bpf_skb_load_bytes(skb=skb, offset=60, to=comm.raw) == 0:
                answer = -1
            bpf_skb_store_bytes(skb, 0, comm.raw)
            return TC_ACT_OK
        """, 411),
    accepted("the helper's module by its own name, helpers in subprograms", """
        now = pybpfc.helpers.bpf_ktime_get_ns()
        answer = s64(now)
        """),
    refused("a helper is no value", "helper = bpf_ktime_get_ns  # error: [BPF1024]"),

    # licenses
    module("a helper for the GPL without a license", without_license("""
        @xdp
        def prog(ctx: xdp_md) -> int:
            print("x")  # error: [BPF3061]
            return XDP_PASS
        """)),
    module("a helper for the GPL in a subprogram of a program with another license", without_license("""
        LICENSE = "MIT"
        @subprog
        def says(n: u32) -> u32:
            bpf_printk(f"{n}")  # error: [BPF3061]
            return n
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS if says(1) else XDP_DROP
        """)),
    module("the kernel's compatible strings", without_license("""
        LICENSE = "Dual MIT/GPL"
        @xdp
        def prog(ctx: xdp_md) -> int:
            print("x")
            return XDP_PASS
        """), returns=2),
    module("a string that is almost one of them", without_license("""
        LICENSE = "GPLv2"
        @xdp
        def prog(ctx: xdp_md) -> int:
            print("x")  # error: [BPF3061]
            return XDP_PASS
        """)),
    module("other helpers need no license", without_license("""
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS if bpf_ktime_get_ns() else XDP_DROP
        """), returns=2),

    # importing
    module("load during the import", """
        import pybpfc
        from pybpfc import *
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        pybpfc.load()  # error: [BPF1004]
        """),
    module("compile during the import", """
        import pybpfc
        from pybpfc import *
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        spec = pybpfc.compile()  # error: [BPF1004]
        """),
    module("the module has its own name, and no guard of a script is entered", """
        import pybpfc
        from pybpfc import *
        assert __name__ == "prog", __name__
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        if __name__ == "__main__":
            raise SystemExit("never")
        """, returns=2),
    module("an import that raises, on the line of the program that raised", """
        from pybpfc import *
        def computes():
            return 1 // 0  # error: [BPF1003]
        SIZE = computes()
        """),
    module("a file that Python cannot parse", """
        from pybpfc import *
        def prog(:  # error: [BPF1001]
            pass
        """),
    module("a name of pybpfc that does not exist", """
        from pybpfc import xdpp  # error: [BPF1003]
        """),
    module("a program in a class", """
        from pybpfc import *
        class Programs:
            @xdp
            def prog(ctx: xdp_md) -> int:  # error: [BPF1010]
                return XDP_PASS
        @xdp
        def other(ctx: xdp_md) -> int:
            return XDP_PASS
        """),
    module("a program whose name is bound to something else at the end", """
        from pybpfc import *
        @xdp
        def prog(ctx: xdp_md) -> int:  # error: [BPF1004]
            return XDP_PASS
        prog = 5
        @xdp
        def other(ctx: xdp_md) -> int:
            return XDP_PASS
        """),
    module("a star import of all the modules of the language", """
        from pybpfc import *
        from pybpfc.helpers import *
        from pybpfc.kfuncs import *
        from pybpfc.net import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            answer = s64(min(len('abc'), 5)) + s64(abs(-4)) + s64(max(2, 1))
            return XDP_PASS
        """, 9),

    # cpu versions
    module("an atomic's result needs cpu v3", """
        from pybpfc import *
        total: u64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS if atomic_add(total, 1) else XDP_DROP  # error: [BPF3063]
        """, options=Options(cpu="v2")),
    module("other machines' registers", """
        from pybpfc import *
        LICENSE = "GPL"
        @kprobe("do_exit")
        def probe(ctx: pt_regs, code: s64) -> int:
            return s32(code & 1)
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        """, options=Options(target_arch="aarch64")),
])

pytestmark = marks("programs")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
