from pybpfc import ntohl, xdp, xdp_md, u32, u64
LICENSE = "GPL"
