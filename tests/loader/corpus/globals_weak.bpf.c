/* Weak and hidden variables are variables like others. */
#include "corpus.h"
__weak int weak = 5;
__attribute__((visibility("hidden"))) int hidden = 6;
__weak const volatile int limit = 7;
SEC("socket") int use(struct __sk_buff *skb) { return weak += hidden + limit; }
GPL;
