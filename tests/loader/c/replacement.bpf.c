/* A function to be replaced by another program. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__attribute__((noinline)) int verdict(struct __sk_buff *skb)
{
	volatile int result = 1;

	return result;
}

SEC("tc")
int classify(struct __sk_buff *skb)
{
	return verdict(skb);
}

SEC("?freplace/verdict")
int new_verdict(struct __sk_buff *skb)
{
	return 42;
}

char LICENSE[] SEC("license") = "GPL";
