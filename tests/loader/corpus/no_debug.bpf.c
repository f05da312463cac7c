/* Without any type information. flags: -g0 */
#include "corpus.h"
static noinline int twice(int x) { return 2 * x; }
SEC("socket") int use(struct __sk_buff *skb) { return twice(skb->len); }
SEC("socket") int other(struct __sk_buff *skb) { return 3; }
GPL;
