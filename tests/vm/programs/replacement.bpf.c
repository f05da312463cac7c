/* The function that takes the place of `verdict` in replaced.py: the compiler makes no freplace programs yet. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("freplace/verdict")
int other_verdict(__u32 length)
{
	return length > 100 ? XDP_TX : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
