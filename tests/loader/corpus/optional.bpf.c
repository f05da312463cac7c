/* Programs that are loaded only if asked for. */
#include "corpus.h"
SEC("?tc") int asked(struct __sk_buff *skb) { return 1; }
SEC("?raw_tp/of_tomorrow") int tracing(void *ctx) { return 0; }
SEC("?nothing_known") int unknown(void *ctx) { return 0; }
SEC("tc") int plain(struct __sk_buff *skb) { return 0; }
GPL;
/* expect: unknown refused */
