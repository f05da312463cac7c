/* Size and type of a key disagree. object: refused */
#include "corpus.h"
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __uint(key_size, 8); __type(key, int); __type(value, int); }
	wrong SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&wrong, &k); }
GPL;
