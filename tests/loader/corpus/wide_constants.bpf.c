/* The forms of the instruction with 64 bits of immediate. */
#include "corpus.h"
MAP(table, BPF_MAP_TYPE_ARRAY, __u32, __u64, 1);
__u64 numbers[8] = { [3] = 5 };
static long step(__u32 index, void *context) { return 0; }
extern const void schedule __ksym __weak;
SEC("tc") int use(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&table, &zero);
	numbers[7] = 0x123456789abcdef0ull + numbers[3];
	if (value)
		*value = 0xffffffff00000000ull ^ (long)&schedule;
	return bpf_loop(1, step, &numbers[2] ? 0 : 0, 0);
}
GPL;
