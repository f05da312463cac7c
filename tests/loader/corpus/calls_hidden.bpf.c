/* Hidden functions are verified with their callers, whatever their linkage. */
#include "corpus.h"
__hidden noinline int hidden(struct __sk_buff *skb, int x) { return skb->len + x; }
__attribute__((visibility("internal"))) noinline int internal(struct __sk_buff *skb) { return hidden(skb, 2); }
SEC("tc") int use(struct __sk_buff *skb) { return hidden(skb, 1) + internal(skb); }
GPL;
