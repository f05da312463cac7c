from pybpfc import be16, pt_regs, u64, usdt

LICENSE = "GPL"


@usdt("/usr/bin/app", "app", "request")
def on_request(port: be16) -> int:
    return 0


@usdt("/usr/bin/app", "app", "reply")
def on_reply(took_ns: u64, ctx: pt_regs) -> int:
    return 0
