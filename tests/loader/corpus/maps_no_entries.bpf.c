/* The kernel refuses a table without room. expect: use EINVAL */
#include "corpus.h"
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); __type(value, int); } wrong SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&wrong, &k); }
GPL;
