/* The twin of programs/kernel_pointers.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct Request {
	s32 pid;
};

struct Kept {
	struct task_struct __attribute__((btf_type_tag("kptr"))) *task;
	s32 stores;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Kept);
} kept SEC(".maps");

char LICENSE[] SEC("license") = "GPL";
static const u32 zero;

SEC("syscall")
int keep(struct Request *request)
{
	struct Kept *slot = bpf_map_lookup_elem(&kept, &zero);
	struct task_struct *task, *old;
	s32 tgid;

	if (!slot)
		return -1;
	task = bpf_task_from_pid(request->pid);
	if (!task)
		return -2;
	slot->stores++;
	old = bpf_kptr_xchg(&slot->task, task);
	if (!old)
		return 0;
	tgid = old->tgid;
	bpf_task_release(old);
	return tgid;
}

SEC("syscall")
int look(struct Request *request)
{
	struct Kept *slot = bpf_map_lookup_elem(&kept, &zero);
	struct task_struct *task;
	s32 tgid = 0;

	if (!slot)
		return -1;
	bpf_rcu_read_lock();
	task = slot->task;
	if (task)
		tgid = task->tgid;
	bpf_rcu_read_unlock();
	return tgid;
}

SEC("syscall")
int hold(struct Request *request)
{
	struct Kept *slot = bpf_map_lookup_elem(&kept, &zero);
	struct task_struct *task;
	s32 parent;

	if (!slot)
		return -1;
	bpf_rcu_read_lock();
	task = slot->task;
	if (task)
		task = bpf_task_acquire(task);
	bpf_rcu_read_unlock();
	if (!task)
		return 0;
	parent = task->real_parent->tgid;
	bpf_task_release(task);
	return parent;
}

SEC("syscall")
int forget(struct Request *request)
{
	struct Kept *slot = bpf_map_lookup_elem(&kept, &zero);
	struct task_struct *old;
	s32 tgid;

	if (!slot)
		return -1;
	old = bpf_kptr_xchg(&slot->task, NULL);
	if (!old)
		return 0;
	tgid = old->tgid;
	bpf_task_release(old);
	return tgid;
}
