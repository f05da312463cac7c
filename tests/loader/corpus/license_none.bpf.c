/* Without a licence only what is not GPL-only may be called. expect: needs EINVAL */
#include "corpus.h"
SEC("socket") int plain(struct __sk_buff *skb) { return bpf_get_prandom_u32() & 1; }
SEC("raw_tp/sys_enter") int needs(void *ctx) { bpf_printk("x"); return 0; }
