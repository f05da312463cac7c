/* The callback that is named does not exist. object: refused libbpf: 1.3 */
#include "corpus.h"
extern void bpf_throw(__u64 cookie) __ksym;
SEC("tc") __attribute__((btf_decl_tag("exception_callback:nobody"))) int use(struct __sk_buff *skb)
{
	if (skb->len > 4000)
		bpf_throw(7);
	return 0;
}
GPL;
