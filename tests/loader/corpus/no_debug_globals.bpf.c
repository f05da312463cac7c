/* Variables need no types to have values. flags: -g0 */
#include "corpus.h"
__u32 counter = 7;
const volatile __u32 step = 2;
__u32 zero;
SEC("socket") int use(struct __sk_buff *skb) { zero = counter += step; return zero; }
GPL;
