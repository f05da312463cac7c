/* What every twin begins with. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define relocatable __attribute__((preserve_access_index))

char LICENSE[] SEC("license") = "GPL";
