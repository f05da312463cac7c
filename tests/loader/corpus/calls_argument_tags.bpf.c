/* arg:ctx and arg:nonnull (Linux 6.8). */
#include "corpus.h"
struct pair { __u32 a, b; };
noinline int tagged(void *ctx __arg_ctx) { return ctx != 0; }
noinline int nonnull(struct pair *pair __arg_nonnull) { return pair->a; }
SEC("tc") int by_tc(struct __sk_buff *skb) { return tagged(skb); }
SEC("xdp") int by_xdp(struct xdp_md *ctx) { struct pair pair = { 1, 2 }; return tagged(ctx) + nonnull(&pair); }
SEC("raw_tp/sys_enter") int by_raw_tracepoint(void *ctx) { return tagged(ctx); }
GPL;
