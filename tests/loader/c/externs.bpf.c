/* A kernel function: this loader does not resolve it yet and must say so. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;

SEC("raw_tp/sys_enter")
int acquire(void *ctx)
{
	return bpf_task_acquire((void *)bpf_get_current_task_btf()) != 0;
}

char LICENSE[] SEC("license") = "GPL";
