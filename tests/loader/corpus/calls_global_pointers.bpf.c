/* Global functions whose parameters are pointers: checked on their own. */
#include "corpus.h"
struct pair { __u32 a, b; };
noinline int sum(struct pair *pair) { return pair ? pair->a + pair->b : -1; }
noinline int of_context(struct __sk_buff *skb) { return skb->len; }
noinline int careless(struct pair *pair) { return pair->a; }
SEC("tc") int good(struct __sk_buff *skb)
{
	struct pair pair = { skb->len, 2 };
	return sum(&pair) + of_context(skb);
}
SEC("tc") int bad(struct __sk_buff *skb)
{
	struct pair pair = { skb->len, 2 };
	return careless(&pair);
}
GPL;
/* expect: bad EACCES */
