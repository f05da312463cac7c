/* A pointer to a static function by its section and by its name. */
#include "corpus.h"
static noinline long first(__u32 i, void *c) { return 0; }
static noinline long second(__u32 i, void *c) { return 1; }
noinline long global_callback(__u32 i, void *c) { return i > 5; }
SEC("tc") int use(struct __sk_buff *skb)
{
	void *which = first;
	return bpf_loop(2, which, 0, 0) + bpf_loop(3, second, 0, 0);
}
SEC("tc") int wrong(struct __sk_buff *skb) { return bpf_loop(3, global_callback, 0, 0); }
GPL;
/* expect: wrong EINVAL */
