/* Maps that no program refers to are made all the same; a static one, one with a long name. */
#include "corpus.h"
MAP(unused, BPF_MAP_TYPE_HASH, __u64, __u64, 3);
MAP(a_name_that_is_longer_than_fifteen, BPF_MAP_TYPE_ARRAY, int, int, 1);
static MAP(local, BPF_MAP_TYPE_ARRAY, int, int, 2);
SEC("socket") int use(struct __sk_buff *skb)
{
	int k = 0;
	int *value = bpf_map_lookup_elem(&local, &k);
	return value ? *value : 0;
}
GPL;
