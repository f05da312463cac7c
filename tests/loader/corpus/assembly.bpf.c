/* Calls and addresses written by hand. */
#include "corpus.h"
__u32 value = 3;
static noinline __attribute__((used)) int target(int x) { return x + 1; }
SEC("tc") __attribute__((naked)) int use(struct __sk_buff *skb)
{
	asm volatile("r1 = 4; call target; r6 = %[value] ll; r1 = *(u32 *)(r6 + 0); r0 += r1; exit;"
		     : : [value] "i"(&value) : "memory");
}
GPL;
