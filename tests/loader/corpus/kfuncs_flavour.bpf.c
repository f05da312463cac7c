/* Two declarations of one kernel function, of which one fits. libbpf: 1.3 */
#include "corpus.h"
struct task_struct { int pid; } relocated;
extern struct task_struct *bpf_task_acquire___now(struct task_struct *task) __ksym __weak;
extern struct task_struct *bpf_task_acquire___then(struct task_struct *task, int flags) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym;
SEC("tp_btf/sys_enter") int use(void *ctx)
{
	struct task_struct *task = 0;
	if (bpf_ksym_exists(bpf_task_acquire___now))
		task = bpf_task_acquire___now(bpf_get_current_task_btf());
	else if (bpf_ksym_exists(bpf_task_acquire___then))
		task = bpf_task_acquire___then(bpf_get_current_task_btf(), 1);
	if (task)
		bpf_task_release(task);
	return 0;
}
GPL;
