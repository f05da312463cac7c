/* Hash tables, with the flags that they know. */
#include "corpus.h"
struct key { __u32 a; __u16 b; __u8 c[3]; };
MAP(plain, BPF_MAP_TYPE_HASH, struct key, __u64, 100);
MAP(percpu, BPF_MAP_TYPE_PERCPU_HASH, __u32, __u64, 10);
MAP(lru, BPF_MAP_TYPE_LRU_HASH, __u32, struct key, 10);
MAP(lru_percpu, BPF_MAP_TYPE_LRU_PERCPU_HASH, __u32, __u32, 10);
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY);
	__type(key, char[16]);
	__type(value, __u8);
} flagged SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10);
	__uint(map_flags, BPF_F_NO_COMMON_LRU);
	__uint(key_size, 4);
	__uint(value_size, 6);
} sized SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 10);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct { __u32 length; __u32 address; });
	__type(value, int);
} routes SEC(".maps");
SEC("socket") int use(struct __sk_buff *skb)
{
	struct key key = { skb->len };
	__u64 *value = bpf_map_lookup_elem(&plain, &key);
	return value ? *value : 0;
}
GPL;
