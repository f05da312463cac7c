/* Kernel functions that may be missing: harmless behind a question, refused where one is called. libbpf: 1.2 */
#include "corpus.h"
extern void bpf_absent(int) __ksym __weak;
SEC("tp_btf/sys_enter") int guarded(void *ctx)
{
	if (bpf_ksym_exists(bpf_absent))
		bpf_absent(1);
	return 0;
}
SEC("tp_btf/sys_enter") int unguarded(void *ctx) { bpf_absent(1); return 0; }
GPL;
/* expect: unguarded EINVAL */
