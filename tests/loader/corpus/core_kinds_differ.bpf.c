/* A structure here, a union there; an array here, a pointer there. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
union task_struct___kind { int pid; } relocated;
struct file { int f_mode[2]; } relocated;
__u64 out;
SEC("raw_tp/sys_enter") int other_kind(void *ctx)
{
	out = bpf_core_field_exists(((union task_struct___kind *)0)->pid);
	return 0;
}
SEC("raw_tp/sys_enter") int no_array(void *ctx)
{
	out = bpf_core_field_exists(((struct file *)0)->f_mode[1]);
	return 0;
}
GPL;
