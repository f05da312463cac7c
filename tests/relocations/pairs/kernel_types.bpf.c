#include "common.h"

__u64 number;

typedef struct {
	int counter;
} relocatable atomic_t;

struct sk_buff {
	unsigned len;
} relocatable;

struct upid {
	int nr;
} relocatable;

struct pid {
	struct upid numbers[];
} relocatable;

struct mm_struct {
	unsigned long total_vm;
} relocatable;

struct task_struct {
	int tgid;
	struct task_struct *real_parent, *group_leader;
	struct mm_struct *mm;
	struct pid *thread_pid;
	unsigned in_execve : 1;
} relocatable;

struct qstr {
	union {
		struct {
			__u32 hash;
			__u32 len;
		};
		__u64 hash_len;
	};
} relocatable;

struct dentry {
	struct qstr d_name;
} relocatable;

SEC("raw_tp/sys_enter")
int chain(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, real_parent, mm, total_vm) + BPF_CORE_READ(task, thread_pid, numbers[0].nr);
	return 0;
}

SEC("raw_tp/sys_enter")
int anonymous(void *ctx)
{
	struct dentry *entry = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(entry, d_name.len) + BPF_CORE_READ(entry, d_name.hash_len);
	return 0;
}

SEC("raw_tp/sys_enter")
int bit_field(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = (__u32)task->group_leader->tgid;
	return 0;
}

SEC("raw_tp/sys_enter")
int type_names(void *ctx)
{
	atomic_t *count = (void *)bpf_get_current_task();

	number = (__u32)BPF_CORE_READ(count, counter) + bpf_core_type_exists(atomic_t) +
		 bpf_core_type_size(struct sk_buff);
	return 0;
}

SEC("raw_tp/sys_enter")
int exists(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(task->mm) + bpf_core_type_exists(struct task_struct);
	return 0;
}
