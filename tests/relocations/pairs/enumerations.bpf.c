#include "common.h"

__u64 number;
__s64 signed_number;

enum perf_event_state {
	PERF_EVENT_STATE_DEAD = -5,
	PERF_EVENT_STATE_OFF = -1,
	PERF_EVENT_STATE_ACTIVE = 1,
};

enum perf_event_sample_format {
	PERF_SAMPLE_IP = 1U << 0,
	PERF_SAMPLE_TID = 1U << 1,
	__PERF_SAMPLE_CALLCHAIN_EARLY = 1ULL << 63,
};

enum deep_and_negative {
	DEEP = -1LL << 40,
	SHALLOW = 2,
};

enum only_large {
	LARGE = 0xffffffff,
};

enum pid_type___other {
	PIDTYPE_TGID___other = 77,
	PIDTYPE_THAT_NEVER_WAS = 78,
};

struct perf_event {
	enum perf_event_state state, states[2];
	enum perf_event_sample_format format;
	enum perf_event_state *where;
	enum perf_event_state kind : 4;
} relocatable;

SEC("raw_tp/sys_enter")
int negative(void *ctx)
{
	number = bpf_core_enum_value_exists(enum perf_event_state, PERF_EVENT_STATE_OFF);
	signed_number = bpf_core_enum_value(enum perf_event_state, PERF_EVENT_STATE_DEAD) +
			bpf_core_enum_value(enum perf_event_state, PERF_EVENT_STATE_ACTIVE);
	return 0;
}

SEC("raw_tp/sys_enter")
int sixty_four_bits(void *ctx)
{
	number = bpf_core_enum_value_exists(enum perf_event_sample_format, PERF_SAMPLE_TID) +
		 bpf_core_enum_value(enum perf_event_sample_format, __PERF_SAMPLE_CALLCHAIN_EARLY);
	return 0;
}

SEC("raw_tp/sys_enter")
int sixty_four_bits_and_negative(void *ctx)
{
	number = bpf_core_enum_value_exists(enum deep_and_negative, DEEP);
	signed_number = bpf_core_enum_value(enum deep_and_negative, DEEP) +
			bpf_core_enum_value(enum deep_and_negative, SHALLOW);
	return 0;
}

SEC("raw_tp/sys_enter")
int thirty_two_bits(void *ctx)
{
	number = bpf_core_enum_value_exists(enum only_large, LARGE);
	return 0;
}

SEC("raw_tp/sys_enter")
int flavours(void *ctx)
{
	number = bpf_core_enum_value_exists(enum pid_type___other, PIDTYPE_THAT_NEVER_WAS) +
		 bpf_core_enum_value(enum pid_type___other, PIDTYPE_TGID___other);
	return 0;
}

SEC("raw_tp/sys_enter")
int members(void *ctx)
{
	struct perf_event *event = (void *)bpf_get_current_task();

	signed_number = BPF_CORE_READ(event, state) + BPF_CORE_READ(event, states[1]);
	number = BPF_CORE_READ(event, format) + bpf_core_field_size(event->format);
	return 0;
}

SEC("raw_tp/sys_enter")
int bits(void *ctx)
{
	struct perf_event *event = (void *)bpf_get_current_task();

	signed_number = BPF_CORE_READ_BITFIELD_PROBED(event, kind);
	return 0;
}

SEC("raw_tp/sys_enter")
int types(void *ctx)
{
	number = bpf_core_type_exists(enum perf_event_state) + bpf_core_type_size(enum perf_event_sample_format) +
		 bpf_core_type_matches(enum perf_event_state) + bpf_core_type_matches(struct perf_event);
	return 0;
}
