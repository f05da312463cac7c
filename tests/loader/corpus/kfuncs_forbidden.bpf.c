/* A kernel function that this type of program may not call. expect: use EACCES */
#include "corpus.h"
struct task_struct { int pid; } relocated;
extern void bpf_task_release(struct task_struct *task) __ksym;
SEC("socket") int use(struct __sk_buff *skb) { bpf_task_release(0); return 0; }
GPL;
