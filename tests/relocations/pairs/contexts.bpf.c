#include "common.h"
#include <bpf/bpf_tracing.h>

__u64 number;

struct bpf_iter_meta {
	__u64 session_id, seq_num;
} relocatable;

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
} relocatable;

struct bpf_iter__task {
	union {
		struct bpf_iter_meta *meta;
	};
	union {
		struct task_struct *task;
	};
} relocatable;

struct trace_event_raw_sys_enter {
	long id;
	unsigned long args[6];
} relocatable;

SEC("iter/task")
int iterated(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task)
		number = ctx->meta->seq_num + (__u32)task->real_parent->tgid;
	return 0;
}

SEC("tp/syscalls/sys_enter_openat")
int entered(struct trace_event_raw_sys_enter *ctx)
{
	number = ctx->args[2] + ctx->id;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(executed, struct task_struct *task, int old)
{
	number = (__u32)task->real_parent->tgid;
	return 0;
}
