/* A callback that calls a function that loops with another callback. */
#include "corpus.h"
static long inner(__u32 index, __u64 *sum) { *sum += index; return 0; }
static noinline int run(__u64 *sum) { return bpf_loop(3, inner, sum, 0); }
static long outer(__u32 index, __u64 *sum) { run(sum); return 0; }
SEC("tc") int use(struct __sk_buff *skb)
{
	__u64 sum = 0;
	bpf_loop(4, outer, &sum, 0);
	return sum;
}
GPL;
