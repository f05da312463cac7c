/* Variables with holes between them. */
#include "corpus.h"
__u8 small = 1;
__u64 apart __attribute__((aligned(256))) = 2;
__u8 last = 3;
__u8 zero __attribute__((aligned(64)));
SEC("socket") int use(struct __sk_buff *skb) { zero = small + apart + last; return zero; }
GPL;
