/* For a machine of the other byte order. flags: -target bpfeb */
#include "corpus.h"
__u32 x = 5;
SEC("socket") int use(struct __sk_buff *skb) { return x++; }
GPL;
/* object: refused */
