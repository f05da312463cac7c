/* Three programs in one section, which share maps and constants. */
#include "corpus.h"
__u64 seen[3];
const volatile __u32 step = 1;
SEC("tc") int a(struct __sk_buff *skb) { return seen[0] += step; }
SEC("tc") int b(struct __sk_buff *skb) { return seen[1] += step + skb->len; }
SEC("tc") int c(struct __sk_buff *skb) { return seen[2] += seen[0] + seen[1]; }
GPL;
/* together: loads */
