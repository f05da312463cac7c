/* The twin of programs/res_locks.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define contains(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))

extern void *bpf_obj_new_impl(u64 local_type_id__k, void *meta__ign) __ksym;
extern void bpf_obj_drop_impl(void *p__alloc, void *meta__ign) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign, u64 off) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym;
extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags__irq_flag) __ksym;
extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, unsigned long *flags__irq_flag) __ksym;
extern void bpf_local_irq_save(unsigned long *flags__irq_flag) __ksym;
extern void bpf_local_irq_restore(unsigned long *flags__irq_flag) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

struct Request {
	u64 number;
};

struct Job {
	u64 number;
	struct bpf_list_node link;
};

struct Queue {
	struct bpf_res_spin_lock lock;
	u32 length;
	struct bpf_list_head jobs contains(Job, link);
};

struct Cell {
	struct bpf_res_spin_lock lock;
	u32 runs;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct Queue);
} queues SEC(".maps");

struct Cell cell SEC(".data.cell");
char LICENSE[] SEC("license") = "GPL";
static const u32 zero;

SEC("syscall")
int push(struct Request *request)
{
	struct Queue *queue = bpf_map_lookup_elem(&queues, &zero);
	struct Job *job;

	if (!queue)
		return 1;
	job = bpf_obj_new_impl(bpf_core_type_id_local(struct Job), NULL);
	if (!job)
		return 2;
	job->number = request->number;
	if (bpf_res_spin_lock(&queue->lock)) {
		bpf_obj_drop_impl(job, NULL);
		return 3;
	}
	bpf_list_push_back_impl(&queue->jobs, &job->link, NULL, 0);
	queue->length++;
	bpf_res_spin_unlock(&queue->lock);
	return 0;
}

SEC("syscall")
int pop(struct Request *request)
{
	struct Queue *queue = bpf_map_lookup_elem(&queues, &zero);
	struct bpf_list_node *node;
	unsigned long flags;
	struct Job *job;
	s32 number;
	int error;

	if (!queue)
		return -1;
	error = bpf_res_spin_lock_irqsave(&queue->lock, &flags);
	if (error)
		return error;
	node = bpf_list_pop_front(&queue->jobs);
	if (node)
		queue->length--;
	bpf_res_spin_unlock_irqrestore(&queue->lock, &flags);
	if (!node)
		return -2;
	job = (void *)node - __builtin_offsetof(struct Job, link);
	number = job->number;
	bpf_obj_drop_impl(job, NULL);
	return number;
}

SEC("syscall")
int two(struct Request *request)
{
	struct Queue *queue = bpf_map_lookup_elem(&queues, &zero);
	int error;

	if (!queue)
		return 1;
	if (bpf_res_spin_lock(&queue->lock))
		return 2;
	error = bpf_res_spin_lock(&cell.lock);
	if (!error) {
		cell.runs++;
		bpf_res_spin_unlock(&cell.lock);
	}
	bpf_res_spin_unlock(&queue->lock);
	return error;
}

SEC("syscall")
int deadlock(struct Request *request)
{
	struct Queue *queue = bpf_map_lookup_elem(&queues, &zero), *again = bpf_map_lookup_elem(&queues, &zero);
	int error;

	if (!queue || !again)
		return 1;
	if (bpf_res_spin_lock(&queue->lock))
		return 2;
	error = bpf_res_spin_lock(&again->lock);
	if (!error)
		bpf_res_spin_unlock(&again->lock);
	bpf_res_spin_unlock(&queue->lock);
	return error;
}

SEC("syscall")
int quiet(struct Request *request)
{
	unsigned long outer, inner, flags;
	u32 runs;

	bpf_local_irq_save(&outer);
	bpf_preempt_disable();
	bpf_local_irq_save(&inner);
	runs = cell.runs;
	bpf_local_irq_restore(&inner);
	bpf_preempt_enable();
	bpf_local_irq_restore(&outer);
	bpf_local_irq_save(&flags);
	request->number++;
	bpf_local_irq_restore(&flags);
	return runs + request->number;
}
