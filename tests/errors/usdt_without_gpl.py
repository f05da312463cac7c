from pybpfc import s32, u64, usdt


@usdt("/usr/bin/app", "app", "request")
def on_request(took_ns: u64, status: s32) -> int:
    return 1 if took_ns > 1000 and status < 0 else 0
