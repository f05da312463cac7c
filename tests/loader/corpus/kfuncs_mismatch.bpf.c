/* A kernel function declared with another type. object: refused */
#include "corpus.h"
extern int bpf_task_release(int a, int b) __ksym;
SEC("tp_btf/sys_enter") int use(void *ctx) { return bpf_task_release(1, 2); }
GPL;
