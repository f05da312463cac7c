/* CO-RE relocations of most kinds, judged against libbpf's. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define relocatable __attribute__((preserve_access_index))

struct mm_struct___shuffled {
	unsigned long total_vm;
	int no_such_member;
} relocatable;

struct nsproxy {
	struct net *net_ns;
} relocatable;

struct list_head {
	struct list_head *next;
} relocatable;

struct thread_info {
	int flags; /* unsigned long in the kernel */
} relocatable;

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
	struct mm_struct___shuffled *mm;
	struct nsproxy *nsproxy;
	char comm[16];
	struct list_head tasks;
	unsigned sched_reset_on_fork : 1;
	unsigned in_execve : 1;
} relocatable;

struct task_struct___flavour {
	long tgid_that_never_was;
	int prio;
} relocatable;

struct no_such_struct {
	int member;
} relocatable;

enum pid_type___local { PIDTYPE_TGID___local = 77, PIDTYPE_NEVER = 78 };

typedef struct { int counter; } atomic_t;

__u64 results[24];
const volatile __u32 only_tgid = 0; /* other tasks make system calls too */

SEC("raw_tp/sys_enter")
int relocations(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct___flavour *flavour = (void *)task;
	int index = 0;

	if (only_tgid && bpf_get_current_pid_tgid() >> 32 != only_tgid)
		return 0;

	results[index++] = BPF_CORE_READ(task, tgid);
	results[index++] = BPF_CORE_READ(task, real_parent, real_parent, tgid);
	results[index++] = BPF_CORE_READ(task, mm, total_vm);
	results[index++] = BPF_CORE_READ(task, comm[3]);
	results[index++] = (__u64)BPF_CORE_READ(task, tasks.next);
	results[index++] = BPF_CORE_READ(flavour, prio);
	results[index++] = BPF_CORE_READ_BITFIELD_PROBED(task, sched_reset_on_fork);
	results[index++] = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	results[index++] = bpf_core_field_exists(task->tgid);
	results[index++] = bpf_core_field_exists(flavour->tgid_that_never_was);
	results[index++] = bpf_core_field_exists(((struct mm_struct___shuffled *)0)->no_such_member);
	results[index++] = bpf_core_field_size(task->comm);
	results[index++] = bpf_core_type_exists(struct task_struct);
	results[index++] = bpf_core_type_exists(struct no_such_struct);
	results[index++] = bpf_core_type_size(struct task_struct);
	results[index++] = bpf_core_type_size(struct no_such_struct);
	results[index++] = bpf_core_type_size(atomic_t);
	results[index++] = bpf_core_enum_value_exists(enum pid_type___local, PIDTYPE_TGID___local);
	results[index++] = bpf_core_enum_value_exists(enum pid_type___local, PIDTYPE_NEVER);
	results[index++] = bpf_core_enum_value(enum pid_type___local, PIDTYPE_TGID___local);
	results[index++] = bpf_core_type_id_local(struct nsproxy);
	results[index++] = bpf_core_type_id_kernel(struct nsproxy);
	if (bpf_core_field_exists(flavour->tgid_that_never_was))
		results[index++] = BPF_CORE_READ(flavour, tgid_that_never_was); /* poisoned, and never reached */
	return 0;
}

SEC("?raw_tp/sys_enter")
int missing(void *ctx)
{
	struct task_struct___flavour *flavour = (void *)bpf_get_current_task();

	return BPF_CORE_READ(flavour, tgid_that_never_was);
}

SEC("?raw_tp/sys_enter")
int widened(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	return ((struct thread_info *)task)->flags; /* a signed int here, an unsigned long there */
}

char LICENSE[] SEC("license") = "GPL";
