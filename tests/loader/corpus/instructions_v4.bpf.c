/* New ones: signed division, sign-extending loads and moves, long jumps, byte swaps. clang: 18 flags: -mcpu=v4 */
#include "corpus.h"
__s8 small = -1;
__s32 divisor = -3;
SEC("socket") int use(struct __sk_buff *skb)
{
	__s64 a = small;
	a += (__s32)skb->len / divisor + (__s32)skb->len % divisor;
	return a + __builtin_bswap16(skb->hash) + (__s16)skb->mark;
}
GPL;
