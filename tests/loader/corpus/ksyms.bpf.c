/* Kernel variables with a type, addresses without one, weak ones that are missing. */
#include "corpus.h"
struct rq { int nr_running; } relocated;
extern const struct rq runqueues __ksym;
extern const int bpf_prog_active __ksym __weak;
extern const void bpf_prog_load_of_tomorrow __ksym __weak;
extern const int variable_of_tomorrow __ksym __weak;
extern const void schedule __ksym;
__u64 out;
SEC("raw_tp/sys_enter") int typed(void *ctx)
{
	const struct rq *rq = bpf_per_cpu_ptr(&runqueues, 0);
	if (rq)
		out = rq->nr_running;
	return 0;
}
SEC("raw_tp/sys_enter") int weak(void *ctx)
{
	out = (long)&variable_of_tomorrow + (long)&bpf_prog_load_of_tomorrow;
	return 0;
}
SEC("raw_tp/sys_enter") int address(void *ctx) { out = (long)&schedule; return 0; }
SEC("raw_tp/sys_enter") int other(void *ctx) { return &bpf_prog_active != 0; }
GPL;
/* expect: typed any, other any (the kernel knows addresses of data only with CONFIG_KALLSYMS_ALL) */
