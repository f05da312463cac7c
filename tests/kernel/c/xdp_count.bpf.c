/* The twin of examples/xdp_count.py as a C programmer writes it. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define ETH_P_IP 0x0800

struct Traffic {
	u64 packets;
	u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __be32);
	__type(value, struct Traffic);
	__uint(max_entries, 10240);
} traffic SEC(".maps");

SEC("xdp")
int count_by_source(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct Traffic *seen;
	struct iphdr *ip;

	if ((void *)(eth + 1) > end || bpf_ntohs(eth->h_proto) != ETH_P_IP)
		return XDP_PASS;
	ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end)
		return XDP_PASS;

	seen = bpf_map_lookup_elem(&traffic, &ip->saddr);
	if (seen) {
		seen->packets++;
		seen->bytes += bpf_ntohs(ip->tot_len);
	} else {
		struct Traffic fresh = { 1, bpf_ntohs(ip->tot_len) };

		bpf_map_update_elem(&traffic, &ip->saddr, &fresh, BPF_ANY);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
