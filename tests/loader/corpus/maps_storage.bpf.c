/* Values that belong to a kernel object. */
#include "corpus.h"
#define STORAGE(name, kind) struct { \
	__uint(type, kind); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, __u64); } name SEC(".maps")
STORAGE(sockets, BPF_MAP_TYPE_SK_STORAGE);
STORAGE(inodes, BPF_MAP_TYPE_INODE_STORAGE);
STORAGE(tasks, BPF_MAP_TYPE_TASK_STORAGE);
STORAGE(groups, 32);
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} old SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, __u32);
} old_percpu SEC(".maps");
SEC("tp_btf/sys_enter") int of_task(void *ctx)
{
	__u64 *value = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (value)
		++*value;
	return 0;
}
SEC("cgroup_skb/egress") int of_group(struct __sk_buff *skb)
{
	__u64 *value = bpf_get_local_storage(&old, 0);
	return ++*value & 1;
}
GPL;
