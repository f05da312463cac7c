/* Fields of the kernel's structures: offsets, sizes, signs, bit fields, arrays, anonymous members. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
struct list_head { struct list_head *next, *prev; } relocated;
struct task_struct { int pid, tgid; char comm[16]; struct task_struct *real_parent; unsigned sched_migrated : 1;
	unsigned in_execve : 1; struct list_head tasks; unsigned flags; } relocated;
struct sk_buff { unsigned len; union { struct { struct sk_buff *next; }; }; __u8 cloned : 1, nohdr : 1; __u16 protocol; }
	relocated;
__u64 out[16];
SEC("tp_btf/sys_enter") int direct(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	out[0] = task->pid + task->real_parent->tgid + task->comm[3];
	out[1] = (long)task->tasks.next;
	return task->in_execve;
}
SEC("tp_btf/sys_enter") int questions(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	out[2] = bpf_core_field_exists(task->flags);
	out[3] = bpf_core_field_size(task->comm);
	out[4] = __builtin_preserve_field_info(task->pid, BPF_FIELD_SIGNED);
	out[5] = __builtin_preserve_field_info(task->flags, BPF_FIELD_SIGNED);
	out[6] = bpf_core_field_offset(struct sk_buff, next);
	return 0;
}
SEC("raw_tp/sys_enter") int probed(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	out[7] = BPF_CORE_READ(task, real_parent, real_parent, pid);
	out[8] = BPF_CORE_READ_BITFIELD_PROBED(task, sched_migrated);
	return 0;
}
GPL;
