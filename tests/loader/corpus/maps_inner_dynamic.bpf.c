/* Maps of maps that user space fills: only the shape of the inner map is declared. */
#include "corpus.h"
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, char[16]);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 10);
		__uint(map_flags, BPF_F_NO_PREALLOC);
		__type(key, __u64);
		__type(value, __u32);
	});
} by_name SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 8192); });
} rings SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(map_flags, 0x1000 /* BPF_F_INNER_MAP */);
		__uint(max_entries, 1);
		__type(key, int);
		__type(value, int);
	});
} sized_arrays SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb)
{
	char key[16] = "x";
	return !bpf_map_lookup_elem(&by_name, key);
}
GPL;
