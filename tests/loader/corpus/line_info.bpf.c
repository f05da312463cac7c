/* Lines from a header, a macro and another file name. */
#include "corpus.h"
#define BOTH(x) ((x) + bpf_get_prandom_u32())
static noinline int from_here(int x)
{
	return BOTH(x) &
	       7;
}
#line 500 "elsewhere.c"
SEC("tc") int use(struct __sk_buff *skb)
{
	int first = from_here(skb->len);

	return BOTH(first);
}
GPL;
