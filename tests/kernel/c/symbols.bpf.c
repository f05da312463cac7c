/* The twin of ../vm/programs/symbols.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

extern u32 LINUX_KERNEL_VERSION __kconfig;
extern u32 CONFIG_HZ __kconfig __weak;
extern const void jiffies __ksym;
extern const void init_task __ksym;
extern const struct rq runqueues __ksym;
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;

char LICENSE[] SEC("license") = "GPL";

struct Answer {
	u64 jiffies_apart;
	u32 version, modern, hz, has_rcu_section;
	s32 init_pid;
	u32 init_letter;
	s32 this_cpu, first_cpu;
	u32 no_cpu;
};

struct Answer answer;

SEC("xdp")
int ask(struct xdp_md *ctx)
{
	struct task_struct *first = (void *)&init_task;
	const struct rq *rq;
	u64 number;

	answer.version = LINUX_KERNEL_VERSION;
	answer.modern = LINUX_KERNEL_VERSION >= (6 << 16) + (2 << 8);
	answer.hz = CONFIG_HZ;
	bpf_probe_read_kernel(&number, sizeof(number), &jiffies);
	answer.jiffies_apart = bpf_jiffies64() - number;
	answer.init_pid = BPF_CORE_READ(first, tgid) + 1;
	answer.init_letter = BPF_CORE_READ(first, comm[0]);
	rq = bpf_this_cpu_ptr(&runqueues);
	answer.this_cpu = rq->cpu;
	rq = bpf_per_cpu_ptr(&runqueues, 0);
	answer.first_cpu = rq ? rq->cpu : -1;
	answer.no_cpu = !bpf_per_cpu_ptr(&runqueues, 12345);
	if (bpf_rcu_read_lock && bpf_rcu_read_unlock) {
		bpf_rcu_read_lock();
		answer.has_rcu_section = 1;
		bpf_rcu_read_unlock();
	}
	return XDP_PASS;
}
