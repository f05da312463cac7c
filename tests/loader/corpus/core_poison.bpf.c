/* Fields that do not exist: harmless in code that is never reached, refused in code that is. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
struct task_struct { int pid; long of_tomorrow; char wide_of_tomorrow[64]; } relocated;
__u64 out;
SEC("tp_btf/sys_enter") int dead(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (bpf_core_field_exists(task->of_tomorrow))
		out = task->of_tomorrow;
	return 0;
}
SEC("tp_btf/sys_enter") int live(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	out = task->of_tomorrow;
	return 0;
}
SEC("raw_tp/sys_enter") int address(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	out = (long)&task->wide_of_tomorrow;
	return 0;
}
SEC("raw_tp/sys_enter") int store(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	task->of_tomorrow = 1;
	return 0;
}
GPL;
/* expect: live EINVAL, address EINVAL, store EINVAL */
