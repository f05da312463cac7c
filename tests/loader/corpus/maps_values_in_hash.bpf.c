/* `values` in a map that holds neither maps nor programs. object: refused */
#include "corpus.h"
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__array(values, int(void *));
} wrong SEC(".maps");
SEC("tc") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&wrong, &k); }
GPL;
