/* The twin of programs/kernel_functions.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *mask) __ksym;
extern bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask) __ksym;
extern u32 bpf_cpumask_weight(const struct cpumask *mask) __ksym __weak;
extern int bpf_copy_from_user_str(void *destination, u32 size, const void *source, u64 flags) __ksym __weak;

char LICENSE[] SEC("license") = "GPL";

struct Request {
	s32 pid;
	u64 address;
};

struct Answer {
	s32 tgid, parent;
	u32 weight, second;
	s32 length;
	char text[16];
};

struct Answer answer;

SEC("syscall")
int ask(struct Request *request)
{
	struct task_struct *task = bpf_task_from_pid(request->pid), *parent;
	struct bpf_cpumask *mask;

	if (!task)
		return 1;
	answer.tgid = task->tgid;
	bpf_rcu_read_lock();
	parent = bpf_task_acquire(task->real_parent);
	answer.parent = 0;
	if (parent) {
		answer.parent = parent->tgid;
		bpf_task_release(parent);
	}
	bpf_rcu_read_unlock();
	bpf_task_release(task);

	mask = bpf_cpumask_create();
	if (!mask)
		return 2;
	bpf_cpumask_set_cpu(0, mask);
	bpf_cpumask_set_cpu(1, mask);
	if (bpf_cpumask_weight)
		answer.weight = bpf_cpumask_weight((struct cpumask *)mask);
	answer.second = bpf_cpumask_test_cpu(1, (struct cpumask *)mask) +
			10 * bpf_cpumask_test_cpu(2, (struct cpumask *)mask);
	bpf_cpumask_release(mask);

	if (bpf_copy_from_user_str)
		answer.length = bpf_copy_from_user_str(answer.text, sizeof(answer.text), (void *)request->address, 0);
	return 0;
}
