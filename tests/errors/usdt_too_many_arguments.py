from pybpfc import u64, usdt

LICENSE = "GPL"


@usdt("/usr/bin/app", "app", "request")
def on_request(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64, k: u64, l: u64,
               m: u64) -> int:
    return 0
