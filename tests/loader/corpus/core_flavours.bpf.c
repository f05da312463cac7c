/* Several local versions of one kernel type. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
struct task_struct { int pid; } relocated;
struct task_struct___old { long state; int pid; } relocated;
struct task_struct___new { unsigned __state; } relocated;
__u64 out;
SEC("tp_btf/sys_enter") int state(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct___new *now = (void *)task;
	struct task_struct___old *then = (void *)task;
	if (bpf_core_field_exists(now->__state))
		out = now->__state;
	else
		out = then->state;
	return then->pid == task->pid;
}
GPL;
