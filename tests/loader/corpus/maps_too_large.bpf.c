/* More than the kernel gives. expect: use ENOMEM */
#include "corpus.h"
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 0xffffffff); __type(key, int); __type(value, char[65536]); }
	wrong SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&wrong, &k); }
GPL;
