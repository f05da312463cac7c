/* Programs that may sleep, and helpers that need it. */
#include "corpus.h"
__u64 out;
SEC("syscall") int run(void *ctx) { char c; return bpf_copy_from_user(&c, 1, ctx); }
SEC("uprobe.s") int probe(void *ctx) { char c; return bpf_copy_from_user(&c, 1, (void *)4096); }
SEC("uprobe") int not_allowed(void *ctx) { char c; return bpf_copy_from_user(&c, 1, (void *)4096); }
SEC("iter.s/task") int walk(void *ctx) { char c; return bpf_copy_from_user(&c, 1, (void *)4096) & 0; }
GPL;
/* expect: not_allowed EINVAL */
