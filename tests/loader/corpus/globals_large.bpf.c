/* Several pages of each. */
#include "corpus.h"
__u8 zeroes[1 << 20];
__u32 numbers[5000] = { 1, 2, 3 };
const volatile __u64 constants[1000] = { [999] = 9 };
SEC("socket") int use(struct __sk_buff *skb)
{
	zeroes[12345] = numbers[2];
	return zeroes[1 << 19] + constants[999] + numbers[4999];
}
GPL;
