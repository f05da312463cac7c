/* A member that no loader knows. object: refused */
#include "corpus.h"
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, int); __uint(colour, 3); }
	wrong SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&wrong, &k); }
GPL;
