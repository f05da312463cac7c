#include "common.h"

__u64 number;
__s64 signed_number;

struct task_struct {
	int pid;
	unsigned in_execve : 1;
	unsigned in_iowait : 1;
} relocatable;

struct task_struct___signed {
	int pid;
	int in_execve : 3;
} relocatable;

SEC("raw_tp/sys_enter")
int probed(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(task, in_iowait);
	return 0;
}

SEC("raw_tp/sys_enter")
int probed_signed(void *ctx)
{
	struct task_struct___signed *task = (void *)bpf_get_current_task();

	signed_number = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	return 0;
}

SEC("raw_tp/sys_enter")
int loaded(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = BPF_CORE_READ_BITFIELD(task, in_iowait);
	return 0;
}

SEC("raw_tp/sys_enter")
int facts(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(task->in_execve) + bpf_core_field_size(task->in_execve);
	return 0;
}
