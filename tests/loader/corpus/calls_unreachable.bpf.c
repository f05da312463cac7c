/* Functions that no program calls are not loaded. */
#include "corpus.h"
noinline int never(int *x) { return *x; }
__hidden noinline int nor_this(int x) { return never(&x); }
SEC("tc") int use(struct __sk_buff *skb) { return 0; }
GPL;
