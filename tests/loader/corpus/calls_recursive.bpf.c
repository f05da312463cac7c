/* A function that calls itself. expect: use E2BIG */
#include "corpus.h"
volatile int limit;
static noinline int again(int x) { return x > limit ? x : again(x + 1) + 1; }
SEC("tc") int use(struct __sk_buff *skb) { return again(skb->len); }
GPL;
