/* The table of programs/arenas.py, as far as counting and adding up go. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))
#define PAGES 8

struct item {
	__u32 key;
	__u64 count;
	__u8 flags : 3, kind : 5;
	char name[16];
	struct item __arena *next;
};

struct table {
	__u64 size;
	struct item __arena *chains[8];
	__u64 __arena *total;
	__u32 grid[4][4];
};

struct question {
	__u32 key, answer;
	__u64 sum;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 64);
} arena SEC(".maps");

struct table __arena *table;
__u64 memory, used;

extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *address, __u32 pages, int node, __u64 flags)
	__ksym;

static __noinline __u64 place(__u64 size)
{
	__u64 given;

	if (!memory)
		memory = (__u64)bpf_arena_alloc_pages(&arena, 0, PAGES, -1, 0);
	if (!memory || used + size > PAGES * 4096)
		return 0;
	given = memory + used;
	used += (size + 7) & ~7ull;
	return given;
}

SEC("syscall") int count(struct question *request)
{
	struct table __arena *now = table;
	struct item __arena *item;
	__u32 chain = request->key & 7;

	if (!now) {
		now = (struct table __arena *)place(sizeof(*now));
		if (!now)
			return 1;
		table = now;
		now->total = (__u64 __arena *)place(8);
	}
	item = now->chains[chain];
	for (int i = 0; i < 16 && item && item->key != request->key; i++)
		item = item->next;
	if (!item) {
		item = (struct item __arena *)place(sizeof(*item));
		if (!item)
			return 2;
		item->key = request->key;
		item->flags = 5;
		item->kind = 17;
		item->name[0] = 'i', item->name[1] = 't', item->name[2] = 'e', item->name[3] = 'm';
		item->next = now->chains[chain];
		now->chains[chain] = item;
		now->size++;
	}
	item->count += 2;
	if (now->total)
		*now->total += 3;
	now->grid[request->key & 3][1] = now->size;
	request->sum = item->count + now->size;
	return 0;
}

SEC("syscall") int sum_up(struct question *request)
{
	struct table __arena *now = table;

	asm volatile("" :: "r"(&arena)); /* or the verifier knows of no arena */
	request->sum = 0;
	if (!now)
		return 1;
	for (int chain = 0; chain < 8; chain++) {
		struct item __arena *item = now->chains[chain];

		for (int i = 0; i < 8 && item; i++) {
			request->sum += item->count;
			item = item->next;
		}
	}
	return 0;
}

__noinline __u32 length(struct item __arena *item __attribute__((btf_decl_tag("arg:arena"))))
{
	__u32 found = 0;

	for (int i = 0; i < 16 && item; i++) {
		found++;
		item = item->next;
	}
	return found;
}

SEC("syscall") int lengths(struct question *request)
{
	asm volatile("" :: "r"(&arena));
	request->sum = table ? length(table->chains[0]) : 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
