/* Values of enumerations, 32 and 64 bits, there and missing. */
#include "corpus.h"
#include <bpf/bpf_core_read.h>
enum bpf_map_type___local { BPF_MAP_TYPE_RINGBUF___local = 1, BPF_MAP_TYPE_OF_TOMORROW = 2 };
enum perf_event_sample_format___local { PERF_SAMPLE_TIME___local = 99 };
__u64 out[8];
SEC("raw_tp/sys_enter") int values(void *ctx)
{
	out[0] = bpf_core_enum_value_exists(enum bpf_map_type___local, BPF_MAP_TYPE_RINGBUF___local);
	out[1] = bpf_core_enum_value(enum bpf_map_type___local, BPF_MAP_TYPE_RINGBUF___local);
	out[2] = bpf_core_enum_value_exists(enum bpf_map_type___local, BPF_MAP_TYPE_OF_TOMORROW);
	out[3] = bpf_core_enum_value_exists(enum perf_event_sample_format___local, PERF_SAMPLE_TIME___local);
	return 0;
}
SEC("raw_tp/sys_enter") int missing(void *ctx)
{
	out[4] = bpf_core_enum_value(enum bpf_map_type___local, BPF_MAP_TYPE_OF_TOMORROW);
	return 0;
}
GPL;
/* expect: missing EINVAL */
