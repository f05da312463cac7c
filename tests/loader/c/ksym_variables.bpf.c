/* Kernel variables with their types. The kernel finds their addresses only where CONFIG_KALLSYMS_ALL is on. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct rq { int cpu; };

extern const int bpf_prog_active __ksym;
extern const struct rq runqueues __ksym;

__u64 active, has_queue;

SEC("raw_tp/sys_enter")
int use_variables(void *ctx)
{
	active = (__u64)&bpf_prog_active;
	has_queue = bpf_per_cpu_ptr(&runqueues, 0) != 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
