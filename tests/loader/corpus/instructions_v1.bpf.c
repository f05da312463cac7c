/* Old instructions only. flags: -mcpu=v1 */
#include "corpus.h"
SEC("socket") int use(struct __sk_buff *skb)
{
	__s32 a = skb->len;
	__u16 b = skb->hash;
	return a > 5 ? a / 3u : b << 2;
}
GPL;
