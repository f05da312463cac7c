/* A variable that nobody defines. object: refused */
#include "corpus.h"
extern int nowhere;
SEC("socket") int use(struct __sk_buff *skb) { return nowhere; }
GPL;
