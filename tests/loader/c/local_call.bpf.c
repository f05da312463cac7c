/* A static function in the program's own section: the compiler resolves the call without a relocation. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline, section("socket"))) int triple(int value)
{
	return value * 3 + (int)bpf_get_prandom_u32() * 0;
}

SEC("socket")
int beside(struct __sk_buff *skb)
{
	return triple(7);
}

char LICENSE[] SEC("license") = "GPL";
