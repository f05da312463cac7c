/* A section that no loader knows. expect: use refused */
#include "corpus.h"
SEC("of_tomorrow/x") int use(void *ctx) { return 0; }
SEC("socket") int known(struct __sk_buff *skb) { return 0; }
GPL;
