/* The twin of examples/tc_prefix_filter.py as a C programmer writes it. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define ETH_P_IP	0x0800
#define TC_ACT_OK	0
#define TC_ACT_SHOT	2

enum { ALLOW = 0, DENY = 1, VERDICTS };

struct Prefix {
	u32 prefixlen;
	__be32 addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct Prefix);
	__type(value, u32);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, VERDICTS);
} verdicts SEC(".maps");

static __noinline void tally(u32 verdict)
{
	u64 *slot = bpf_map_lookup_elem(&verdicts, &verdict);

	if (slot)
		++*slot;
}

SEC("tc")
int filter_by_prefix(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = (void *)(long)skb->data;
	struct Prefix target = {};
	struct iphdr *ip;
	u32 *rule;

	if ((void *)(eth + 1) > end || bpf_ntohs(eth->h_proto) != ETH_P_IP)
		return TC_ACT_OK;
	ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end)
		return TC_ACT_SHOT;

	target.prefixlen = 32;
	target.addr = ip->daddr;
	rule = bpf_map_lookup_elem(&rules, &target);
	if (rule && *rule == DENY) {
		tally(DENY);
		return TC_ACT_SHOT;
	}
	tally(ALLOW);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
