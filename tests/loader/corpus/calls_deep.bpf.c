/* Eight frames, as many as the kernel allows; and one too many. expect: nine E2BIG */
#include "corpus.h"
volatile int seen;
static noinline int f8(int x) { seen = x; return x + 1; }
static noinline int f7(int x) { return f8(x) + 1; }
static noinline int f6(int x) { return f7(x) + 1; }
static noinline int f5(int x) { return f6(x) + 1; }
static noinline int f4(int x) { return f5(x) + 1; }
static noinline int f3(int x) { return f4(x) + 1; }
static noinline int f2(int x) { return f3(x) + 1; }
static noinline int f1(int x) { return f2(x) + 1; }
SEC("tc") int eight(struct __sk_buff *skb) { return f2(skb->len); }
SEC("tc") int nine(struct __sk_buff *skb) { return f1(skb->len); }
GPL;
