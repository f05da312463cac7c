/* Storage insists on types. expect: of_task EINVAL */
#include "corpus.h"
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, 4);
	__uint(value_size, 8);
} tasks SEC(".maps");
SEC("tp_btf/sys_enter") int of_task(void *ctx)
{
	return !bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);
}
GPL;
