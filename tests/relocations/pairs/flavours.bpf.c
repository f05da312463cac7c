#include "common.h"

__u64 number;

typedef struct {
	int counter;
} relocatable atomic_t___plain;

union either___new {
	__u32 narrow;
	__u64 wide;
} relocatable;

struct mm_struct___counted {
	atomic_t___plain mm_users;
	struct {
		atomic_t___plain mm_count;
	};
	unsigned long total_vm;
} relocatable;

struct task_struct___old {
	long state;
	struct mm_struct___counted *mm;
	struct task_struct___old *real_parent;
	union either___new either;
} relocatable;

struct task_struct___new {
	unsigned int __state;
	struct task_struct___old *group_leader;
	struct mm_struct___counted embedded;
} relocatable;

struct task_struct {
	int tgid;
	struct task_struct___new *real_parent;
} relocatable;

SEC("raw_tp/sys_enter")
int chain_of_flavours(void *ctx)
{
	struct task_struct___old *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, real_parent, mm, mm_users.counter) + BPF_CORE_READ(task, mm, mm_count.counter);
	return 0;
}

SEC("raw_tp/sys_enter")
int from_one_to_another(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, real_parent, group_leader, mm, total_vm);
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	struct task_struct___new *new = (void *)task;
	struct task_struct___old *old = (void *)task;

	if (bpf_core_field_exists(new->__state))
		number = new->__state;
	else
		number = old->state;
	return 0;
}

SEC("raw_tp/sys_enter")
int embedded(void *ctx)
{
	struct task_struct___new *new = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(new, embedded.mm_count.counter) + bpf_core_field_size(new->embedded.mm_users);
	return 0;
}

SEC("raw_tp/sys_enter")
int unions(void *ctx)
{
	struct task_struct___old *old = (void *)bpf_get_current_task();
	union either___new *either = (void *)old;

	number = BPF_CORE_READ(old, either.narrow) + BPF_CORE_READ(either, wide);
	return 0;
}

SEC("raw_tp/sys_enter")
int types(void *ctx)
{
	number = bpf_core_type_exists(struct task_struct___old) + bpf_core_type_exists(union either___new) +
		 bpf_core_type_size(atomic_t___plain) + bpf_core_type_matches(struct mm_struct___counted) +
		 bpf_core_type_id_kernel(struct mm_struct___counted) + bpf_core_type_id_local(union either___new);
	return 0;
}
