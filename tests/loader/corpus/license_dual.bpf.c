/* Another spelling, and a version section. */
#include "corpus.h"
char LICENSE[] SEC("license") = "Dual BSD/GPL";
__u32 _version SEC("version") = 0x050600;
SEC("raw_tp/sys_enter") int use(void *ctx) { bpf_printk("x"); return 0; }
