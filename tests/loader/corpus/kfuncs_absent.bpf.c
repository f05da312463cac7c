/* A kernel function that is needed and missing. object: refused */
#include "corpus.h"
extern void bpf_absent(int) __ksym;
SEC("tp_btf/sys_enter") int use(void *ctx) { bpf_absent(1); return 0; }
GPL;
