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

struct rlimit {
	unsigned long rlim_cur, rlim_max;
} relocatable;

struct signal_struct {
	struct rlimit rlim[16];
} relocatable;

struct sched_dl_entity {
	unsigned int dl_throttled : 1;
} relocatable;

enum perf_event_state {
	PERF_EVENT_STATE_OFF = -1,
	PERF_EVENT_STATE_ACTIVE = 1,
};

struct task_struct {
	int tgid;
	char comm[16];
	struct signal_struct *signal;
	struct sched_dl_entity dl;
	struct task_struct *real_parent, *group_leader;
	struct mm_struct *mm;
	struct pid *thread_pid;
	unsigned in_execve : 1;
} relocatable;

struct net_device_path_ctx {
	struct {
		__u16 id;
		__be16 proto;
	} vlan[2];
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
int embedded_bit_field(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);

	number = BPF_CORE_READ_BITFIELD_PROBED(parent, dl.dl_throttled) + bpf_core_field_size(task->dl.dl_throttled);
	return 0;
}

SEC("raw_tp/sys_enter")
int elements(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	__u32 index = number & 15;

	number = BPF_CORE_READ(task, signal, rlim[index].rlim_cur) + task->signal->rlim[7].rlim_max + task->comm[3] +
		 bpf_core_type_size(struct rlimit); /* which we ask for where there is a variable index */
	return 0;
}

SEC("raw_tp/sys_enter")
int elements_without_a_name(void *ctx)
{
	struct net_device_path_ctx *path = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	/* Of vlan[index].id clang writes a record that begins at the struct without a name, which no loader takes. */
	path = (void *)path + index * bpf_core_field_size(path->vlan[0]);
	number = BPF_CORE_READ(path, vlan[0].id);
	return 0;
}

SEC("raw_tp/sys_enter")
int enumerators(void *ctx)
{
	number = bpf_core_enum_value(enum perf_event_state, PERF_EVENT_STATE_OFF) +
		 bpf_core_enum_value_exists(enum perf_event_state, PERF_EVENT_STATE_ACTIVE) +
		 bpf_core_type_exists(enum perf_event_state) + bpf_core_type_id_kernel(enum perf_event_state);
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
