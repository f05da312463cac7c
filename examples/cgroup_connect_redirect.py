"""Send the connections of a control group elsewhere: a service address becomes the address that serves it."""
from pybpfc import HashMap, Struct, be16, be32, bpf_sock_addr, cgroup_connect4, cgroup_getpeername4, u16

LICENSE = "GPL"
ALLOW = 1


class Endpoint(Struct):
    address: be32
    port: be16
    padding: u16


services = HashMap[Endpoint, Endpoint](max_entries=1024)
originals = HashMap[Endpoint, Endpoint](max_entries=1024)    # back again, for getpeername(2)


@cgroup_connect4
def redirect(ctx: bpf_sock_addr) -> int:
    wanted = Endpoint(address=ctx.user_ip4, port=ctx.user_port, padding=0)
    backend = services.lookup(wanted)
    if backend is not None:
        originals.update(backend, wanted)
        ctx.user_ip4 = backend.address
        ctx.user_port = backend.port
    return ALLOW


@cgroup_getpeername4
def pretend(ctx: bpf_sock_addr) -> int:
    original = originals.lookup(Endpoint(address=ctx.user_ip4, port=ctx.user_port, padding=0))
    if original is not None:
        ctx.user_ip4 = original.address
        ctx.user_port = original.port
    return ALLOW


if __name__ == "__main__":
    import sys
    import time
    from ipaddress import IPv4Address

    import pybpfc

    def endpoint(text: str) -> Endpoint:
        address, _, port = text.partition(":")
        return Endpoint(address=int(IPv4Address(address)), port=int(port), padding=0)

    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} CGROUP SERVICE=BACKEND...   (10.96.0.1:80=127.0.0.1:8080)")
    with pybpfc.load() as bpf, bpf.attach_all(cgroup=sys.argv[1]):
        for pair in sys.argv[2:]:
            service, _, backend = pair.partition("=")
            bpf.map(services)[endpoint(service)] = endpoint(backend)
        print("redirecting until interrupted")
        time.sleep(1e9)
