#include "common.h"

__u64 number;

struct mm_struct {
	unsigned long total_vm;
} relocatable;

struct task_struct {
	int tgid;
	char comm[16];
	struct mm_struct *mm;
} relocatable;

struct task_struct___old {
	int tgid;
	long state;
} relocatable;

struct never_was {
	int x;
} relocatable;

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID };

SEC("raw_tp/sys_enter")
int exists(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(task->comm) + bpf_core_field_exists(task->mm);
	return 0;
}

SEC("raw_tp/sys_enter")
int size(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = bpf_core_field_size(task->comm) + bpf_core_field_size(task->tgid);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_types(void *ctx)
{
	number = bpf_core_field_exists(struct task_struct, comm) + bpf_core_field_size(struct mm_struct, total_vm);
	return 0;
}

SEC("raw_tp/sys_enter")
int types(void *ctx)
{
	number = bpf_core_type_exists(struct never_was) + bpf_core_type_size(struct task_struct) +
		 bpf_core_type_matches(struct mm_struct);
	return 0;
}

SEC("raw_tp/sys_enter")
int type_ids(void *ctx)
{
	number = bpf_core_type_id_kernel(struct task_struct) + bpf_core_type_id_local(struct mm_struct);
	return 0;
}

SEC("raw_tp/sys_enter")
int enumerators(void *ctx)
{
	number = bpf_core_enum_value_exists(enum pid_type, PIDTYPE_PGID) +
		 bpf_core_enum_value(enum pid_type, PIDTYPE_TGID);
	return 0;
}

SEC("raw_tp/sys_enter")
int flavour(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct___old *old = (void *)task;

	if (bpf_core_field_exists(old->state))
		number = BPF_CORE_READ(old, state);
	else
		number = BPF_CORE_READ(task, tgid);
	return 0;
}
