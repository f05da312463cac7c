#include "common.h"

__u64 number;

struct list_head {
	struct list_head *next, *prev;
} relocatable;

struct file {
	unsigned f_flags;
} relocatable;

struct fdtable {
	unsigned max_fds;
	struct file **fd;
	unsigned long *open_fds;
} relocatable;

struct files_struct {
	struct fdtable *fdt;
	struct file *fd_array[64];
} relocatable;

struct upid {
	int nr;
} relocatable;

struct pid {
	unsigned level;
	struct upid numbers[];
} relocatable;

struct mm_struct {
	unsigned long total_vm;
} relocatable;

typedef struct {
	unsigned long sig[1];
} relocatable sigset_t;

struct task_struct {
	char comm[16];
	int tgid;
	struct task_struct *real_parent;
	struct mm_struct *mm;
	struct files_struct *files;
	struct pid *thread_pid;
	struct list_head tasks;
	sigset_t blocked;
} relocatable;

SEC("raw_tp/sys_enter")
int plain(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, tgid);
	return 0;
}

SEC("raw_tp/sys_enter")
int nested(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = (__u64)BPF_CORE_READ(task, tasks.prev);
	return 0;
}

SEC("raw_tp/sys_enter")
int chain(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, real_parent, real_parent, mm, total_vm);
	return 0;
}

SEC("raw_tp/sys_enter")
int pointer_to_pointer(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = (__u64)BPF_CORE_READ(task, files, fdt, fd);
	return 0;
}

SEC("raw_tp/sys_enter")
int pointer_to_number(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = (__u64)BPF_CORE_READ(task, files, fdt, open_fds);
	return 0;
}

SEC("raw_tp/sys_enter")
int constant_index(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, comm[3]) + BPF_CORE_READ(task, blocked.sig[0]);
	return 0;
}

SEC("raw_tp/sys_enter")
int array_of_pointers(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, files, fd_array[2], f_flags);
	return 0;
}

SEC("raw_tp/sys_enter")
int flexible_array(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, thread_pid, numbers[0].nr);
	return 0;
}
