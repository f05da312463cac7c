/* No map type. object: refused */
#include "corpus.h"
struct { __uint(max_entries, 1); __type(key, int); __type(value, int); } wrong SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&wrong, &k); }
GPL;
