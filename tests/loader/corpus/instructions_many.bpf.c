/* Some thousand instructions. */
#include "corpus.h"
__u64 sink[64];
#define STEP(n) sink[(n) & 63] += skb->len ^ n;
#define T(n) STEP(n##0) STEP(n##1) STEP(n##2) STEP(n##3) STEP(n##4) STEP(n##5) STEP(n##6) STEP(n##7)
#define H(n) T(n##0) T(n##1) T(n##2) T(n##3) T(n##4) T(n##5) T(n##6) T(n##7)
SEC("socket") int use(struct __sk_buff *skb) { H(1) H(2) H(3) H(4) H(5) H(6) return 0; }
GPL;
