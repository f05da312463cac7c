/* Maps that hold devices, CPUs and sockets. */
#include "corpus.h"
MAP(devices, BPF_MAP_TYPE_DEVMAP, __u32, __u32, 4);
MAP(device_programs, BPF_MAP_TYPE_DEVMAP, __u32, struct bpf_devmap_val, 4);
MAP(device_hash, BPF_MAP_TYPE_DEVMAP_HASH, __u32, __u32, 4);
MAP(cpus, BPF_MAP_TYPE_CPUMAP, __u32, __u32, 2);
MAP(cpu_programs, BPF_MAP_TYPE_CPUMAP, __u32, struct bpf_cpumap_val, 2);
MAP(sockets, BPF_MAP_TYPE_SOCKMAP, __u32, __u64, 4);
MAP(socket_hash, BPF_MAP_TYPE_SOCKHASH, __u64, __u32, 4);
MAP(listeners, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, __u32, __u64, 4);
MAP(zero_copy, BPF_MAP_TYPE_XSKMAP, __u32, __u32, 4);
SEC("xdp") int to_device(struct xdp_md *ctx) { return bpf_redirect_map(&devices, 1, XDP_PASS); }
SEC("xdp") int to_cpu(struct xdp_md *ctx) { return bpf_redirect_map(&cpus, 1, 0); }
SEC("xdp") int to_socket(struct xdp_md *ctx) { return bpf_redirect_map(&zero_copy, ctx->rx_queue_index, XDP_DROP); }
SEC("sk_skb/stream_verdict") int verdict(struct __sk_buff *skb) { return bpf_sk_redirect_map(skb, &sockets, 0, 0); }
GPL;
