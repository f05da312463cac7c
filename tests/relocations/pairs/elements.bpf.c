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
	struct pid *pids[4];
	struct rlimit rlim[16];
} relocatable;

struct task_struct {
	char comm[16];
	struct signal_struct *signal;
} relocatable;

struct sched_statistics {
	__u64 wait_start;
	__u64 wait_max;
} relocatable;

struct timespec {
	long seconds;
	long nanoseconds;
};

struct cell {
	__u16 tags[4];
	struct sched_statistics stats[2];
} relocatable;

struct grid {
	__s8 rows[2][3];
	struct cell cells[3];
	struct sched_statistics blocks[2][3];
	struct timespec times[2];
	struct {
		int inside[4];
	};
} relocatable;

SEC("raw_tp/sys_enter")
int sizes(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = bpf_core_field_size(task->comm[1]) + bpf_core_field_size(task->signal->rlim[7]) +
		 bpf_core_field_size(task->signal->pids[2]) + bpf_core_field_size(task->signal->pids[1]->numbers[0]);
	return 0;
}

SEC("raw_tp/sys_enter")
int sizes_of_nested(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

	number = bpf_core_field_size(grid->cells[2]) + bpf_core_field_size(grid->cells[1].tags[3]) +
		 bpf_core_field_size(grid->cells[0].stats[1]) + bpf_core_field_size(grid->cells[1].stats[1].wait_max) +
		 bpf_core_field_size(grid->times[1]) + bpf_core_field_size(grid->inside[2]);
	return 0;
}

SEC("raw_tp/sys_enter")
int sizes_of_rows(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

	number = bpf_core_field_size(grid->rows[1]) + bpf_core_field_size(grid->rows[1][2]) +
		 bpf_core_field_size(grid->blocks[1]) + bpf_core_field_size(grid->blocks[0][2]) +
		 bpf_core_field_size(grid->blocks[1][2].wait_max);
	return 0;
}

SEC("raw_tp/sys_enter")
int exists(void *ctx)
{
	struct grid *grid = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(grid->cells[2]) + bpf_core_field_exists(grid->cells[2].stats[1]) +
		 bpf_core_field_exists(grid->blocks[1][2]) + bpf_core_field_exists(grid->inside[3]);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_types(void *ctx)
{
	number = bpf_core_field_exists(struct task_struct, comm[15]) + bpf_core_field_size(struct grid, cells[1]) +
		 bpf_core_field_size(struct pid, numbers[3]);
	return 0;
}
