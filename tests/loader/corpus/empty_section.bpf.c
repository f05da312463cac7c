/* Functions that the optimiser leaves without code of interest. */
#include "corpus.h"
SEC("tc") int nothing(struct __sk_buff *skb) { return 0; }
SEC("xdp") __attribute__((naked)) int bare(struct xdp_md *ctx) { asm volatile("r0 = 2; exit;"); }
GPL;
