// A hash table of hash tables.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u64);
	__type(value, __u64);
} other SEC(".maps");

__u64 seen;

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 slot = 2, key = 7;
	void *inner = bpf_map_lookup_elem(&outer, &slot);

	seen++;
	if (inner)
		bpf_map_update_elem(inner, &key, &seen, BPF_ANY);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
