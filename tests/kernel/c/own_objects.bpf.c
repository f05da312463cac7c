/* The twin of programs/own_objects.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define contains(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))
#define new(type) ((struct type *)bpf_obj_new_impl(bpf_core_type_id_local(struct type), NULL))
#define container(type, node, pointer) ((struct type *)((void *)(pointer) - __builtin_offsetof(struct type, node)))

extern void *bpf_obj_new_impl(u64 local_type_id__k, void *meta__ign) __ksym;
extern void bpf_obj_drop_impl(void *p__alloc, void *meta__ign) __ksym;
extern void *bpf_refcount_acquire_impl(void *p__refcounted_kptr, void *meta__ign) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign, u64 off) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign, u64 off) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       bool (less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta__ign, u64 off) __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;

struct Request { u64 number; };
struct Job { u64 number; u32 size; u32 tries; struct bpf_list_node link; };
struct Queue { struct bpf_spin_lock lock; u32 length; struct bpf_list_head jobs contains(Job, link); };
struct Timed { u64 deadline; struct bpf_rb_node by_deadline; struct bpf_refcount owners; struct bpf_list_node in_order; };
struct Agenda {
	struct bpf_spin_lock lock;
	struct bpf_rb_root root contains(Timed, by_deadline);
	struct bpf_list_head arrivals contains(Timed, in_order);
};
struct Kept { struct Job __attribute__((btf_type_tag("kptr"))) *job; };

#define array(name, content) \
	struct { \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1); \
		__type(key, u32); \
		__type(value, struct content); \
	} name SEC(".maps")

array(queues, Queue);
array(agendas, Agenda);
array(kept, Kept);
char LICENSE[] SEC("license") = "GPL";

static const u32 zero;

SEC("syscall")
int push(struct Request *request)
{
	struct Queue *queue = bpf_map_lookup_elem(&queues, &zero);
	struct Job *job;

	if (!queue)
		return -1;
	job = new(Job);
	if (!job)
		return -2;
	job->number = request->number;
	bpf_spin_lock(&queue->lock);
	if (request->number & 1)
		bpf_list_push_front_impl(&queue->jobs, &job->link, NULL, 0);
	else
		bpf_list_push_back_impl(&queue->jobs, &job->link, NULL, 0);
	job->tries = 1;
	queue->length++;
	bpf_spin_unlock(&queue->lock);
	return 0;
}

SEC("syscall")
int pop(struct Request *request)
{
	struct Queue *queue = bpf_map_lookup_elem(&queues, &zero);
	struct bpf_list_node *node;
	struct Job *job;
	u64 number;

	if (!queue)
		return -1;
	bpf_spin_lock(&queue->lock);
	if (request->number)
		node = bpf_list_pop_back(&queue->jobs);
	else
		node = bpf_list_pop_front(&queue->jobs);
	bpf_spin_unlock(&queue->lock);
	if (!node)
		return -2;
	job = container(Job, link, node);
	number = job->number * 10 + job->tries;
	bpf_obj_drop_impl(job, NULL);
	return number;
}

static bool earlier(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container(Timed, by_deadline, a)->deadline < container(Timed, by_deadline, b)->deadline;
}

SEC("syscall")
int plan(struct Request *request)
{
	struct Agenda *agenda = bpf_map_lookup_elem(&agendas, &zero);
	struct Timed *timed, *other;

	if (!agenda)
		return -1;
	timed = new(Timed);
	if (!timed)
		return -2;
	timed->deadline = request->number;
	other = bpf_refcount_acquire_impl(timed, NULL);
	bpf_spin_lock(&agenda->lock);
	bpf_rbtree_add_impl(&agenda->root, &timed->by_deadline, earlier, NULL, 0);
	bpf_list_push_back_impl(&agenda->arrivals, &other->in_order, NULL, 0);
	bpf_spin_unlock(&agenda->lock);
	return 0;
}

SEC("syscall")
int finish(struct Request *request)
{
	struct Agenda *agenda = bpf_map_lookup_elem(&agendas, &zero);
	struct bpf_rb_node *node;
	struct Timed *timed;
	u64 deadline;

	if (!agenda)
		return -1;
	bpf_spin_lock(&agenda->lock);
	node = bpf_rbtree_first(&agenda->root);
	if (!node) {
		bpf_spin_unlock(&agenda->lock);
		return -2;
	}
	node = bpf_rbtree_remove(&agenda->root, node);
	bpf_spin_unlock(&agenda->lock);
	if (!node)
		return -2;
	timed = container(Timed, by_deadline, node);
	deadline = timed->deadline;
	bpf_obj_drop_impl(timed, NULL);
	return deadline;
}

SEC("syscall")
int keep(struct Request *request)
{
	struct Kept *slot = bpf_map_lookup_elem(&kept, &zero);
	struct Job *job, *old;
	u64 number;

	job = new(Job);
	if (!job)
		return -1;
	if (!slot) {
		bpf_obj_drop_impl(job, NULL);
		return -2;
	}
	job->number = request->number;
	old = bpf_kptr_xchg(&slot->job, job);
	if (!old)
		return 0;
	number = old->number;
	bpf_obj_drop_impl(old, NULL);
	return number;
}
