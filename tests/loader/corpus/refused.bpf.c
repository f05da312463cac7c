/* What verifiers refuse, each for its own reason and error number. */
#include "corpus.h"
MAP(table, BPF_MAP_TYPE_HASH, __u32, __u64, 4);
__u8 bytes[16];
SEC("socket") int null(struct __sk_buff *skb) { __u32 k = 0; return *(__u64 *)bpf_map_lookup_elem(&table, &k); }
SEC("socket") int outside(struct __sk_buff *skb) { return bytes[skb->len]; }
SEC("socket") int stack(struct __sk_buff *skb) { volatile char c = 0; return *(&c - 600); }
SEC("socket") int context(struct __sk_buff *skb) { return *(volatile int *)((char *)skb + 4000); }
SEC("socket") int forbidden(struct __sk_buff *skb) { return bpf_redirect(1, 0); }
SEC("xdp") int packet(struct xdp_md *ctx) { return *(char *)(long)ctx->data; }
SEC("socket") int forever(struct __sk_buff *skb) { for (;;) bytes[0]++; return 0; }
SEC("cgroup_skb/ingress") int result(struct __sk_buff *skb) { return 7; }
SEC("tc") int unknown(struct __sk_buff *skb) { return ((int (*)(void))50000)(); }
GPL;
/* expect: null EACCES, outside EACCES, stack EACCES, context EACCES, forbidden EINVAL, packet EACCES, forever EINVAL,
 * result EINVAL, unknown EINVAL */
