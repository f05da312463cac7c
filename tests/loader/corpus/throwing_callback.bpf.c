/* bpf_throw() with a function that makes the result. libbpf: 1.3 */
#include "corpus.h"
extern void bpf_throw(__u64 cookie) __ksym;
noinline int caught(__u64 cookie) { return cookie + 1; }
static noinline int check(struct __sk_buff *skb) { if (skb->len > 4000) bpf_throw(7); return 1; }
SEC("tc") __attribute__((btf_decl_tag("exception_callback:caught"))) int use(struct __sk_buff *skb) { return check(skb); }
SEC("tc") int without(struct __sk_buff *skb) { return check(skb); }
GPL;
