/* Programs on things that the kernel's types name. */
#include "corpus.h"
SEC("tp_btf/sys_enter") int tracepoint(void *ctx) { return 0; }
SEC("tp_btf/of_tomorrow") int no_tracepoint(void *ctx) { return 0; }
SEC("iter/task") int iterator(void *ctx) { return 0; }
SEC("iter.s/bpf_map_elem") int sleepable_iterator(void *ctx) { return 0; }
SEC("iter/of_tomorrow") int no_iterator(void *ctx) { return 0; }
SEC("raw_tp/of_tomorrow") int named_at_attach(void *ctx) { return 0; }
SEC("tp/of/tomorrow") int named_at_attach_too(void *ctx) { return 0; }
SEC("fentry/function_of_tomorrow") int no_function(void *ctx) { return 0; }
SEC("fexit/function_of_tomorrow") int no_function_left(void *ctx) { return 0; }
SEC("fmod_ret/function_of_tomorrow") int no_function_changed(void *ctx) { return 0; }
SEC("lsm/of_tomorrow") int no_hook(void *ctx) { return 0; }
SEC("lsm_cgroup/of_tomorrow") int no_group_hook(void *ctx) { return 0; }
SEC("freplace/of_tomorrow") int no_target(void *ctx) { return 0; }
SEC("tp_btf") int no_name(void *ctx) { return 0; }
SEC("fentry") int no_name_of_function(void *ctx) { return 0; }
GPL;
/* expect: no_tracepoint refused, no_iterator refused, no_function refused, no_function_left refused,
 * no_function_changed refused, no_hook refused, no_group_hook refused, no_target refused, no_name refused,
 * no_name_of_function refused */
