/* Maps of maps of maps. object: refused */
#include "corpus.h"
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
		__uint(max_entries, 1);
		__type(key, int);
		__array(values, struct {
			__uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, int); });
	});
} deep SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&deep, &k); }
GPL;
