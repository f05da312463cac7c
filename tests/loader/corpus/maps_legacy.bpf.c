/* A definition of the time before BTF. object: refused */
#include "corpus.h"
struct { unsigned type, key_size, value_size, max_entries, map_flags; } old SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 2,
};
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&old, &k); }
GPL;
