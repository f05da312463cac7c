/* Maps that are pinned by their names; SIZE makes the object one that does not fit the other's pins. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef SIZE
#define SIZE 16
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SIZE);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

SEC("xdp") int forward(struct xdp_md *ctx)
{
	__u32 key = 1;
	__u64 *count = bpf_map_lookup_elem(&shared, &key);

	if (count)
		++*count;
	return bpf_map_lookup_elem(&devices, &key) ? XDP_PASS : XDP_DROP;
}
char LICENSE[] SEC("license") = "GPL";
