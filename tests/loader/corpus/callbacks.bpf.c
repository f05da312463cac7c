/* Functions whose address is taken. */
#include "corpus.h"
MAP(table, BPF_MAP_TYPE_ARRAY, __u32, __u64, 4);
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); } from_user SEC(".maps");
struct context { __u64 sum; int step; };
static noinline int helper_of(int x) { return x * 2; }
static long add(__u32 index, struct context *context) { context->sum += helper_of(index); return 0; }
static long visit(struct bpf_map *map, __u32 *key, __u64 *value, struct context *context)
{
	context->sum += *value;
	return 0;
}
static long drained(void *dynptr, void *context) { return 0; }
__hidden long by_hidden(__u32 index, void *context) { return index > 3; }
SEC("tc") int loop(struct __sk_buff *skb)
{
	struct context context = {};
	bpf_loop(10, add, &context, 0);
	bpf_loop(5, add, &context, 0);
	return context.sum;
}
SEC("tc") int each(struct __sk_buff *skb)
{
	struct context context = {};
	bpf_for_each_map_elem(&table, visit, &context, 0);
	return context.sum;
}
SEC("tc") int hidden(struct __sk_buff *skb) { return bpf_loop(10, by_hidden, 0, 0); }
SEC("raw_tp/sys_enter") int drain(void *ctx) { return bpf_user_ringbuf_drain(&from_user, drained, 0, 0); }
GPL;
