/* A licence that is not GPL-compatible. expect: needs EINVAL */
#include "corpus.h"
char LICENSE[] SEC("license") = "Proprietary";
SEC("socket") int plain(struct __sk_buff *skb) { return skb->len; }
SEC("raw_tp/sys_enter") int needs(void *ctx) { return bpf_get_current_task() != 0; }
