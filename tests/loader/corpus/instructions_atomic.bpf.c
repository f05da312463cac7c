/* Atomics of every width and kind. */
#include "corpus.h"
__u32 w;
__u64 x;
SEC("socket") int use(struct __sk_buff *skb)
{
	__u64 old = __sync_fetch_and_add(&x, 2);
	old += __sync_fetch_and_or(&w, 3) + __sync_fetch_and_and(&x, 7) + __sync_fetch_and_xor(&w, 1);
	old += __sync_val_compare_and_swap(&x, old, 5) + __sync_lock_test_and_set(&w, 9);
	__sync_fetch_and_add(&w, 1);
	return old;
}
GPL;
