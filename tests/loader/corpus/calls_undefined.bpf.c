/* A function that nobody defines. object: refused */
#include "corpus.h"
int nowhere(int);
SEC("tc") int use(struct __sk_buff *skb) { return nowhere(1); }
GPL;
