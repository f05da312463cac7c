/* Each program is refused by the verifier, at a line that a test names. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int unchecked(struct xdp_md *ctx)
{
	__u32 key = 1;
	__u64 *value = bpf_map_lookup_elem(&counts, &key);

	*value += 1; /* no test for NULL */
	return XDP_PASS;
}

static __attribute__((noinline)) int read_far(struct xdp_md *ctx)
{
	char *data = (char *)(long)ctx->data;

	return data[100]; /* no bounds check */
}

SEC("?xdp")
int in_subprogram(struct xdp_md *ctx)
{
	return read_far(ctx);
}

char LICENSE[] SEC("license") = "GPL";
