/* Arrays and what behaves like one. */
#include "corpus.h"
MAP(plain, BPF_MAP_TYPE_ARRAY, __u32, __u64, 7);
MAP(percpu, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct { __u8 a[5]; }, 3);
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_RDONLY_PROG);
	__type(key, int);
	__type(value, long);
} mapped SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(numa_node, 0);
	__uint(map_flags, BPF_F_NUMA_NODE);
	__type(key, int);
	__type(value, long);
} near SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 3);
	__type(key, int);
	__type(value, __u32);
} typed_events SEC(".maps");
MAP(groups, BPF_MAP_TYPE_CGROUP_ARRAY, __u32, __u32, 2);
struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16);
	__uint(key_size, 4);
	__uint(value_size, 8 * 20);
} stacks SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&plain, &zero);
	return value ? *value : 0;
}
GPL;
