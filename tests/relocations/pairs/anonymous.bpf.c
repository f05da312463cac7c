#include "common.h"

__u64 number;

struct qstr {
	union {
		struct {
			__u32 hash;
			__u32 len;
		};
		__u64 hash_len;
	};
	const unsigned char *name;
} relocatable;

union d_union {
	__u64 d_rcu;
	__u64 d_time;
} relocatable;

struct place {
	__u32 row;
	__u32 column;
} relocatable;

struct board {
	struct {
		__u32 row;
		__u32 column;
	};
	struct place *other;
	struct place places[4];
} relocatable;

struct dentry {
	struct qstr d_name;
	union d_union d_u;
} relocatable;

SEC("raw_tp/sys_enter")
int anonymous_union(void *ctx)
{
	struct dentry *entry = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(entry, d_name.hash_len);
	return 0;
}

SEC("raw_tp/sys_enter")
int anonymous_struct(void *ctx)
{
	struct dentry *entry = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(entry, d_name.len);
	return 0;
}

SEC("raw_tp/sys_enter")
int after_anonymous(void *ctx)
{
	struct dentry *entry = (void *)bpf_get_current_task();

	number = (__u64)BPF_CORE_READ(entry, d_name.name);
	return 0;
}

SEC("raw_tp/sys_enter")
int union_member(void *ctx)
{
	struct dentry *entry = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(entry, d_u.d_time);
	return 0;
}

SEC("raw_tp/sys_enter")
int by_its_name_too(void *ctx)
{
	struct board *it = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(it, row) + BPF_CORE_READ(it, other, column) + BPF_CORE_READ(it, places[3].column);
	return 0;
}

SEC("raw_tp/sys_enter")
int by_a_pointer_of_its_own(void *ctx)
{
	struct board *it = (void *)bpf_get_current_task();
	struct place *alone = (void *)bpf_get_current_task();
	__u32 index = number & 3;

	number = BPF_CORE_READ(it, row) + BPF_CORE_READ(alone, column) + BPF_CORE_READ(it, places[index].column);
	return 0;
}
