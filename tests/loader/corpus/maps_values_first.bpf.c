/* `values` is not the last member. object: refused */
#include "corpus.h"
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	int (*values[1])(void *);
	__uint(max_entries, 1);
	__uint(key_size, 4);
} wrong SEC(".maps");
SEC("tc") int use(struct __sk_buff *skb) { bpf_tail_call(skb, &wrong, 0); return 0; }
GPL;
