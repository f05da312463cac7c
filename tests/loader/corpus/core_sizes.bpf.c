/* Fields of another width than here: the access is widened or narrowed. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
struct task_struct___narrow { unsigned short flags; } relocated;
struct task_struct___wide { unsigned long long flags; int pid; } relocated;
struct task_struct___signed { short pid; } relocated;
__u64 out;
SEC("tp_btf/sys_enter") int narrow(void *ctx)
{
	struct task_struct___narrow *task = (void *)bpf_get_current_task_btf();
	out = task->flags;
	return 0;
}
SEC("tp_btf/sys_enter") int wide(void *ctx)
{
	struct task_struct___wide *task = (void *)bpf_get_current_task_btf();
	out = task->flags;
	return 0;
}
SEC("tp_btf/sys_enter") int with_sign(void *ctx)
{
	struct task_struct___signed *task = (void *)bpf_get_current_task_btf();
	out = task->pid;
	return 0;
}
GPL;
/* expect: with_sign EINVAL */
