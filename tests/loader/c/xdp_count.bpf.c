/* Counts packets by source address; a type of each sort in the value. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

enum verdict { PASSED = 1, DROPPED = 2 };

struct traffic {
	__u64 packets;
	__u64 bytes;
	__be16 last_id;
	enum verdict verdict;
	char label[8];
	__u8 mac[6];
	__u32 low : 4, high : 12;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, struct traffic);
} sources SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct traffic fresh = { .packets = 1, .verdict = PASSED, .label = "first", .low = 5, .high = 1000 }, *seen;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	__be32 source = ip->saddr;

	seen = bpf_map_lookup_elem(&sources, &source);
	if (seen) {
		__sync_fetch_and_add(&seen->packets, 1);
		__sync_fetch_and_add(&seen->bytes, bpf_ntohs(ip->tot_len));
		return XDP_PASS;
	}
	fresh.bytes = bpf_ntohs(ip->tot_len);
	fresh.last_id = ip->id;
	__builtin_memcpy(fresh.mac, eth->h_source, 6);
	bpf_map_update_elem(&sources, &source, &fresh, BPF_ANY);
	return XDP_PASS;
}

SEC("xdp")
int drop_all(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
