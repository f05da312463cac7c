/* Kernel functions: there, missing, missing but weak, of another type, of a flavour. */
#include "corpus.h"
struct task_struct { int pid; } relocated;
struct nothing_like_it { int x; };
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym __weak;
extern void bpf_task_release___flavoured(struct task_struct *task) __ksym __weak;
SEC("tp_btf/sys_enter") int there(void *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("tp_btf/sys_enter") int weak(void *ctx)
{
	struct task_struct *task;
	if (!bpf_ksym_exists(bpf_task_from_pid))
		return 0;
	task = bpf_task_from_pid(1);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("tp_btf/sys_enter") int leaks(void *ctx) { bpf_task_acquire(bpf_get_current_task_btf()); return 0; }
GPL;
/* expect: leaks EINVAL */
