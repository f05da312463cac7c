/* __ulong() for numbers above 32 bits, here with a small one. expect: use EINVAL */
#include "corpus.h"
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__uint(map_extra, 5);
	__type(key, int);
	__type(value, int);
} extra SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&extra, &k); }
GPL;
