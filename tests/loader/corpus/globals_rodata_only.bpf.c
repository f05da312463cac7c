/* Constants and the strings of bpf_printk(). */
#include "corpus.h"
const volatile int chosen = 4;
SEC("socket") int print(struct __sk_buff *skb)
{
	bpf_printk("chosen %d of %d", chosen, skb->len);
	return 0;
}
GPL;
