/* A map that programs and user space share page by page, at an address of its own choice. libbpf: 1.5 clang: 19 */
#include "corpus.h"
#define ARENA(name, extra) struct { \
	__uint(type, 33); __uint(map_flags, 1 << 10); __uint(max_entries, 4); extra } name SEC(".maps")
#define __arena __attribute__((address_space(1)))
ARENA(arena, __ulong(map_extra, 0x100000000000););
extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *address, __u32 pages, int node, __u64 flags)
	__ksym __weak;
__u64 where;
SEC("syscall") int use(void *ctx)
{
	__u64 __arena *page = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);
	if (!page)
		return 1;
	*page = 42;
	where = (long)page;
	return 0;
}
SEC("syscall") int wrong(void *ctx) { return bpf_map_lookup_elem(&arena, ctx) != 0; }
GPL;
/* expect: wrong EACCES */
