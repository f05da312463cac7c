/* The twin of programs/own_globals.py: each variable with a lock has a section of its own, as the kernel wants it. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define __contains(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))
#define own(name) SEC(".data." #name)

char LICENSE[] SEC("license") = "GPL";

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 off) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;

struct Request {
	__u64 number;
};

struct Job {
	__u64 number;
	struct bpf_list_node link;
};

struct Queue {
	struct bpf_spin_lock lock;
	__u32 length;
	struct bpf_list_head jobs __contains(Job, link);
};

struct Queue waiting own(waiting);
struct Queue done own(done) = {.length = 5};
__u32 runs;

SEC("syscall")
int push(struct Request *request)
{
	struct Job *job = bpf_obj_new_impl(__builtin_btf_type_id(*(struct Job *)0, 0), 0);
	if (!job)
		return -1;
	runs++;
	job->number = request->number;
	bpf_spin_lock(&waiting.lock);
	bpf_list_push_back_impl(&waiting.jobs, &job->link, 0, 0);
	waiting.length++;
	bpf_spin_unlock(&waiting.lock);
	return 0;
}

SEC("syscall")
int work(struct Request *request)
{
	bpf_spin_lock(&waiting.lock);
	struct bpf_list_node *node = bpf_list_pop_front(&waiting.jobs);
	bpf_spin_unlock(&waiting.lock);
	if (!node)
		return -1;
	struct Job *job = container_of(node, struct Job, link);
	__u64 number = job->number;
	bpf_spin_lock(&done.lock);
	bpf_list_push_back_impl(&done.jobs, &job->link, 0, 0);
	done.length++;
	bpf_spin_unlock(&done.lock);
	return number;
}
