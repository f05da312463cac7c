/* Variables of every shape in .rodata, .data and .bss. */
#include "corpus.h"

enum mode { QUIET, LOUD = 7, LOWEST = -3 };
enum wide { HUGE = 0x100000001ull };
struct bits { __u32 low : 3, mid : 12; __s32 high : 17; };
struct nested { struct { __u8 a; __u64 b; } inner[3]; union { __u32 word; __u8 bytes[4]; }; };

const volatile __u8 r8 = 1;
const volatile __s64 r64 = -2;
const volatile enum wide rwide = HUGE;
const volatile char text[9] = "seven";
__u16 d16 = 3;
enum mode dmode = LOUD;
struct bits dbits = { 1, 2, -3 };
struct nested dnested = { .inner = { { 1, 2 } }, .word = 9 };
_Bool dflag = true;
__u64 zero64;
struct nested znested;
__u32 table[5][3];

SEC("socket") int use(struct __sk_buff *skb)
{
	zero64 += r8 + r64 + (__u64)rwide + text[2];
	znested.inner[1].b = d16 + dmode + dbits.high + dnested.word;
	table[4][2] = dflag;
	return table[1][1];
}
GPL;
