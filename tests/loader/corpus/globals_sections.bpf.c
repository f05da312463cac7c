/* Sections with names of their own become maps of their own. */
#include "corpus.h"

__u32 first SEC(".data.first") = 1;
__u32 second SEC(".data.second") = 2;
const volatile __u32 third SEC(".rodata.third") = 3;
__u32 fourth SEC(".bss.fourth");
__u32 long_name SEC(".data.a_name_longer_than_fifteen") = 5;

SEC("socket") int use(struct __sk_buff *skb)
{
	fourth = first + second + third;
	return fourth + long_name;
}
GPL;
