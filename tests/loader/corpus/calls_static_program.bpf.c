/* A static function in a section of programs. object: refused */
#include "corpus.h"
static noinline SEC("tc") int local(struct __sk_buff *skb) { return skb->len; }
SEC("tc") int use(struct __sk_buff *skb) { return local(skb); }
GPL;
