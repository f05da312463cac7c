/* bpf_throw() without a callback for it. */
#include "corpus.h"
extern void bpf_throw(__u64 cookie) __ksym;
static noinline int check(struct __sk_buff *skb) { if (skb->len > 4000) bpf_throw(7); return 1; }
SEC("tc") int use(struct __sk_buff *skb) { return check(skb); }
GPL;
