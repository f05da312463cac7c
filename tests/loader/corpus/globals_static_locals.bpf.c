/* Static variables of functions, two of one name. */
#include "corpus.h"
static noinline int one(void) { static volatile int calls = 1; return calls++; }
static noinline int two(void) { static volatile int calls = 2; return calls++; }
SEC("socket") int use(struct __sk_buff *skb) { static volatile int calls; return one() + two() + calls++; }
GPL;
