/* A hidden function in a section of programs. */
#include "corpus.h"
__hidden SEC("tc") int hidden(struct __sk_buff *skb) { return 1; }
SEC("tc") int use(struct __sk_buff *skb) { return 0; }
GPL;
