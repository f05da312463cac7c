/* Maps without keys. */
#include "corpus.h"
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 4); __type(value, __u64); } queue SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_STACK); __uint(max_entries, 4); __uint(value_size, 12); } stack SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(map_extra, 3);
	__type(value, __u32);
} filter SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } page SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 5000); } rounded SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1); } tiny SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 12 * 4096); } from_user SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb)
{
	__u64 value = skb->len;
	__u32 short_value = 3;
	bpf_map_push_elem(&queue, &value, 0);
	bpf_map_push_elem(&filter, &short_value, 0);
	return bpf_map_peek_elem(&queue, &value);
}
GPL;
