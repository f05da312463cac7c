/* Maps cannot be declared without types. flags: -g0 object: refused */
#include "corpus.h"
MAP(table, BPF_MAP_TYPE_ARRAY, int, int, 1);
SEC("socket") int use(struct __sk_buff *skb) { int k = 0; return !bpf_map_lookup_elem(&table, &k); }
GPL;
