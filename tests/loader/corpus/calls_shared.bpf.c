/* Subprograms that several programs reach by different ways. */
#include "corpus.h"
__u64 total;
static noinline int leaf(int x) { total += x; return x * 3; }
static noinline int middle(int x) { return leaf(x) + leaf(x + 1); }
noinline int published(int x) { return middle(x) - 1; }
__weak noinline int weak(int x) { return x + 100; }
SEC("tc") int by_leaf(struct __sk_buff *skb) { return leaf(skb->len); }
SEC("tc") int by_middle(struct __sk_buff *skb) { return middle(skb->len) + leaf(1); }
SEC("tc") int by_all(struct __sk_buff *skb) { return published(skb->len) + weak(3) + middle(2); }
SEC("xdp") int other_type(struct xdp_md *ctx) { return published(ctx->rx_queue_index) & 1; }
SEC("tc") int alone(struct __sk_buff *skb) { return 0; }
GPL;
/* together: loads */
