/* Values with fields of the kernel's: locks, timers, trees, lists, pointers. */
#include "corpus.h"
struct task_struct;
struct bpf_refcount_of_test { __u32 opaque[1]; };
struct locked { struct bpf_spin_lock lock; __u64 value; };
struct timed { struct bpf_timer timer; __u32 count; };
struct holding { struct task_struct __attribute__((btf_type_tag("kptr"))) *task; };
struct untrusted { struct task_struct __attribute__((btf_type_tag("kptr_untrusted"))) *task; };
MAP(locks, BPF_MAP_TYPE_ARRAY, __u32, struct locked, 1);
MAP(timers, BPF_MAP_TYPE_ARRAY, __u32, struct timed, 1);
MAP(holders, BPF_MAP_TYPE_HASH, __u32, struct holding, 8);
SEC("tc") int use(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct locked *found = bpf_map_lookup_elem(&locks, &zero);
	if (!found)
		return 0;
	bpf_spin_lock(&found->lock);
	found->value++;
	bpf_spin_unlock(&found->lock);
	return 0;
}
static int tick(void *map, __u32 *key, struct timed *value) { value->count++; return 0; }
SEC("tc") int start(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct timed *found = bpf_map_lookup_elem(&timers, &zero);
	if (!found)
		return 0;
	bpf_timer_init(&found->timer, &timers, 7);
	bpf_timer_set_callback(&found->timer, tick);
	return bpf_timer_start(&found->timer, 1000, 0);
}
SEC("tc") int unlocked(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct locked *found = bpf_map_lookup_elem(&locks, &zero);
	if (found)
		bpf_spin_unlock(&found->lock);
	return 0;
}
GPL;
/* expect: unlocked EINVAL */
