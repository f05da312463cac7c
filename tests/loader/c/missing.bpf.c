/* A kernel function that no kernel has, and that is not weak. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int kernel_function_without_a_kernel(void) __ksym;

SEC("tc")
int calls_nothing(struct __sk_buff *skb)
{
	return kernel_function_without_a_kernel();
}

char LICENSE[] SEC("license") = "GPL";
