#include "common.h"

__u64 number;

struct rlimit {
	unsigned long rlim_cur;
	unsigned long rlim_max;
} relocatable;

struct upid {
	int nr;
	void *ns;
} relocatable;

struct pid {
	unsigned level;
	struct upid numbers[];
} relocatable;

struct signal_struct {
	int nr_threads;
	struct pid *pids[4];
	struct rlimit rlim[16];
} relocatable;

struct sched_statistics {
	__u64 wait_start;
	__u64 wait_max;
} relocatable;

struct cell {
	__u16 tags[4];
	struct sched_statistics stats[2];
} relocatable;

struct grid {
	__u32 rows[8];
	struct cell cells[3];
	struct cell *others[3];
	struct sched_statistics blocks[2][3];
	__u32 layers[2][3][5];
	struct sched_statistics storeys[2][3][5];
} relocatable;

struct task_struct {
	char comm[16];
	struct task_struct *group_leader;
	struct signal_struct *signal;
} relocatable;

SEC("raw_tp/sys_enter")
int letters(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 index = number & 15;

	number = BPF_CORE_READ(task, comm[index]);
	return 0;
}

SEC("raw_tp/sys_enter")
int structs(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 index = number & 15;

	number = BPF_CORE_READ(task, signal, rlim[index].rlim_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int pointers(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 index = number & 3;

	number = BPF_CORE_READ(task, signal, pids[index], level);
	return 0;
}

SEC("raw_tp/sys_enter")
int several_hops(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 index = number & 3;

	number = BPF_CORE_READ(task, group_leader, signal, pids[index], numbers[0].nr);
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	__u32 index = number & 15;

	number = BPF_CORE_READ(task, signal, rlim[index].rlim_cur);
	return 0;
}

SEC("raw_tp/sys_enter")
int constant_structs(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(task, signal, rlim[7].rlim_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int loaded_structs(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = task->signal->rlim[7].rlim_max;
	return 0;
}

SEC("raw_tp/sys_enter")
int loaded_pointers(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = task->group_leader->signal->pids[1]->level;
	return 0;
}

SEC("raw_tp/sys_enter")
int array_in_array(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(grid, cells[2].stats[1].wait_max) + BPF_CORE_READ(grid, cells[1].tags[3]);
	return 0;
}

SEC("raw_tp/sys_enter")
int array_behind_array(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(grid, others[2], stats[1].wait_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int inner_index(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 3;

	number = BPF_CORE_READ(grid, cells[2].tags[index]);
	return 0;
}

SEC("raw_tp/sys_enter")
int outer_index(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	number = BPF_CORE_READ(grid, cells[index].stats[1].wait_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int two_indexes(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	number = BPF_CORE_READ(grid, cells[index].stats[index].wait_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int index_of_a_row(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	number = BPF_CORE_READ(grid, blocks[index][2].wait_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int index_in_a_row(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	number = BPF_CORE_READ(grid, blocks[1][index].wait_max);
	return 0;
}

/* clang-22 itself crashes at `layers[index][2][last]` in an access that is preserved. */
SEC("raw_tp/sys_enter")
int constant_between(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1, last = number & 3;

	__u32 found = 0;

	bpf_probe_read_kernel(&found, sizeof(found), (void *)&grid->layers + (index * 15 + 2 * 5 + last) * 4);
	number = found;
	return 0;
}

SEC("raw_tp/sys_enter")
int constants_behind(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	__u32 found = 0;

	bpf_probe_read_kernel(&found, sizeof(found), (void *)&grid->layers + (index * 15 + 2 * 5 + 4) * 4);
	number = found;
	return 0;
}

SEC("raw_tp/sys_enter")
int structs_between(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();
	__u32 index = number & 1, last = number & 3;

	struct sched_statistics *found = (void *)&grid->storeys + (index * 15 + 2 * 5 + last) * 16;

	number = BPF_CORE_READ(found, wait_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_a_flexible_array(void *ctx)
{
	struct pid *pid = (void *)bpf_get_current_task();
	__u32 level = BPF_CORE_READ(pid, level);

	number = BPF_CORE_READ(pid, numbers[level].nr);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_a_loop(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

#pragma clang loop unroll(disable)
	for (__u32 index = 0; index < 8; index++)
		number += BPF_CORE_READ(grid, rows[index]);
	return 0;
}

SEC("raw_tp/sys_enter")
int facts(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

	number = bpf_core_field_size(grid->rows) + bpf_core_field_size(grid->cells) +
		 bpf_core_field_size(struct task_struct, comm) + bpf_core_field_exists(grid->cells[1].stats[1].wait_max);
	return 0;
}
