/* Variables that live in an arena. libbpf: 1.5 clang: 19 */
#include "corpus.h"
#define __arena __attribute__((address_space(1)))
struct {
	__uint(type, 33 /* BPF_MAP_TYPE_ARENA */);
	__uint(map_flags, 1 << 10);
	__uint(max_entries, 4);
	__ulong(map_extra, 0x200000000000);
} arena SEC(".maps");
__u64 __arena first = 5;
__u32 __arena table[4] = { 1, 2, 3 };
SEC("syscall") int use(void *ctx)
{
	first += table[2];
	return (long)&arena == 7;
}
GPL;
