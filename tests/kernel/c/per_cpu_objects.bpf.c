/* The twin of programs/per_cpu_objects.py. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define MAX_CPUS 1024
#define bpf_percpu_obj_new(type) ((struct type __percpu_kptr *)bpf_percpu_obj_new_impl( \
	__builtin_btf_type_id(*(struct type *)0, 0), 0))
#define bpf_percpu_obj_drop(object) bpf_percpu_obj_drop_impl(object, 0)

char LICENSE[] SEC("license") = "GPL";

extern void *bpf_percpu_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_percpu_obj_drop_impl(void *object, void *meta) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct Request {
	__u32 cpu;
};

struct Counters {
	__u64 runs;
	__u64 cpu;
};

struct Slot {
	struct Counters __percpu_kptr *counters;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct Slot);
	__uint(max_entries, 1);
} slots SEC(".maps");

SEC("syscall")
int begin(struct Request *request)
{
	__u32 key = 0;
	struct Slot *slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return -1;
	struct Counters __percpu_kptr *counters = bpf_percpu_obj_new(Counters);
	if (!counters)
		return -2;
	int replaced = 0;
	struct Counters __percpu_kptr *old = bpf_kptr_xchg(&slot->counters, counters);
	if (old) {
		bpf_percpu_obj_drop(old);
		replaced = 1;
	}
	bpf_rcu_read_lock();
	struct Counters __percpu_kptr *new = slot->counters;
	if (!new) {
		bpf_rcu_read_unlock();
		return -4;
	}
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		struct Counters *copy = bpf_per_cpu_ptr(new, cpu);
		if (!copy)
			break;
		copy->runs = 0;
		copy->cpu = 0;
	}
	bpf_rcu_read_unlock();
	return replaced;
}

SEC("syscall")
int count(struct Request *request)
{
	__u32 key = 0;
	struct Slot *slot = bpf_map_lookup_elem(&slots, &key);
	int result = -2;
	if (!slot)
		return -1;
	bpf_rcu_read_lock();
	struct Counters __percpu_kptr *counters = slot->counters;
	if (counters) {
		struct Counters *mine = bpf_this_cpu_ptr(counters);
		mine->runs++;
		mine->cpu = bpf_get_smp_processor_id();
		result = mine->runs;
	}
	bpf_rcu_read_unlock();
	return result;
}

SEC("syscall")
int look(struct Request *request)
{
	__u32 key = 0;
	struct Slot *slot = bpf_map_lookup_elem(&slots, &key);
	int result = -2;
	if (!slot)
		return -1;
	bpf_rcu_read_lock();
	struct Counters __percpu_kptr *counters = slot->counters;
	if (counters) {
		struct Counters *copy = bpf_per_cpu_ptr(counters, request->cpu);
		result = copy ? copy->runs * 1000 + copy->cpu : -3;
	}
	bpf_rcu_read_unlock();
	return result;
}
