/* Tail calls: tables of programs, with slots that are filled at load and slots that stay empty. */
#include "corpus.h"
int first(struct __sk_buff *skb);
int second(struct __sk_buff *skb);
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(void *));
} jumps SEC(".maps") = { .values = { [1] = (void *)&first, [3] = (void *)&second } };
MAP(empty, BPF_MAP_TYPE_PROG_ARRAY, __u32, __u32, 2);
SEC("tc") int first(struct __sk_buff *skb) { return 1; }
SEC("tc") int second(struct __sk_buff *skb) { bpf_tail_call(skb, &jumps, 1); return 2; }
SEC("tc") int dispatch(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, skb->len & 3);
	bpf_tail_call(skb, &empty, 0);
	return 0;
}
GPL;
/* expect: first refused, second refused, dispatch refused together: loads */
