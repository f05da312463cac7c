/* A map that programs and user space share page by page. libbpf: 1.5 */
#include "corpus.h"
struct {
	__uint(type, 33);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} arena SEC(".maps");
extern void *bpf_arena_alloc_pages(void *map, void *address, __u32 pages, int node, __u64 flags) __ksym __weak;
SEC("syscall") int use(void *ctx)
{
	return bpf_map_lookup_elem(&arena, ctx) != 0;
}
SEC("syscall") int untouched(void *ctx) { return (long)&arena == 5; }
GPL;
/* expect: use EACCES */
