/* Nothing but zeroes. */
#include "corpus.h"
__u64 counter;
SEC("socket") int count(struct __sk_buff *skb) { return ++counter; }
GPL;
