/* Relocations in functions that several programs share. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
struct task_struct { int pid, tgid; struct task_struct *real_parent; } relocated;
static noinline int parent_of(struct task_struct *task) { return BPF_CORE_READ(task, real_parent, tgid); }
static noinline int same(struct task_struct *task) { return parent_of(task) == BPF_CORE_READ(task, pid); }
SEC("raw_tp/sys_enter") int one(void *ctx) { return parent_of((void *)bpf_get_current_task()); }
SEC("raw_tp/sys_exit") int two(void *ctx) { return same((void *)bpf_get_current_task()); }
SEC("raw_tp/sys_exit") int both(void *ctx)
{
	return parent_of((void *)bpf_get_current_task()) + same((void *)bpf_get_current_task());
}
GPL;
