/* Maps of maps whose slots are filled when the object is loaded. */
#include "corpus.h"
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); };
struct inner first SEC(".maps"), second SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [0] = (void *)&first, [2] = (void *)&second } };
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 5);
	__uint(key_size, 4);
	__array(values, struct inner);
} hash SEC(".maps") = { .values = { [4] = (void *)&first } };
SEC("socket") int use(struct __sk_buff *skb)
{
	__u32 key = 2, zero = 0;
	void *map = bpf_map_lookup_elem(&outer, &key);
	__u64 *value = map ? bpf_map_lookup_elem(map, &zero) : 0;
	return value ? *value : 0;
}
GPL;
