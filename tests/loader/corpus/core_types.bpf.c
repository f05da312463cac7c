/* Types of the kernel: existence, size, id, match. clang: 15 */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
struct task_struct { int pid; };
struct of_tomorrow { int x; };
union of_tomorrow_too { int x; };
enum bpf_map_type___mine { NOTHING___mine };
typedef int pid_t;
__u64 out[16];
SEC("raw_tp/sys_enter") int exists(void *ctx)
{
	out[0] = bpf_core_type_exists(struct task_struct);
	out[1] = bpf_core_type_exists(struct of_tomorrow);
	out[2] = bpf_core_type_exists(union of_tomorrow_too);
	out[3] = bpf_core_type_exists(pid_t);
	out[4] = bpf_core_type_exists(enum bpf_map_type___mine);
	return 0;
}
SEC("raw_tp/sys_enter") int size(void *ctx)
{
	out[5] = bpf_core_type_size(struct task_struct);
	out[6] = bpf_core_type_size(struct of_tomorrow);
	return 0;
}
SEC("raw_tp/sys_enter") int ids(void *ctx)
{
	out[7] = bpf_core_type_id_local(struct task_struct);
	out[8] = bpf_core_type_id_kernel(struct task_struct);
	return 0;
}
SEC("raw_tp/sys_enter") int matches(void *ctx)
{
	out[9] = bpf_core_type_matches(struct task_struct);
	out[10] = bpf_core_type_matches(pid_t);
	return 0;
}
SEC("raw_tp/sys_enter") int missing_id(void *ctx) { out[11] = bpf_core_type_id_kernel(struct of_tomorrow); return 0; }
GPL;
