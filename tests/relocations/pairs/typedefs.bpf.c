#include "common.h"

__u64 number;

typedef struct {
	int counter;
} relocatable atomic_t;

typedef struct {
	int val;
} relocatable kuid_t;

struct cred {
	atomic_t usage;
	kuid_t uid;
	atomic_t *count;
} relocatable;

struct other {
	kuid_t *count;
} relocatable;

SEC("raw_tp/sys_enter")
int root(void *ctx)
{
	atomic_t *count = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(count, counter);
	return 0;
}

SEC("raw_tp/sys_enter")
int embedded(void *ctx)
{
	struct cred *credentials = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(credentials, uid.val);
	return 0;
}

SEC("raw_tp/sys_enter")
int pointed(void *ctx)
{
	struct cred *credentials = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(credentials, count, counter);
	return 0;
}

SEC("raw_tp/sys_enter")
int types(void *ctx)
{
	number = bpf_core_type_exists(atomic_t) + bpf_core_type_size(kuid_t) + bpf_core_type_matches(atomic_t);
	return 0;
}

SEC("raw_tp/sys_enter")
int only_named(void *ctx)
{
	struct other *it = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(it->count);
	return 0;
}
