#include "common.h"

__u64 number;
__s64 signed_number;

typedef struct {
	__u64 val;
} relocatable kernel_cap_t;

typedef union {
	__u32 whole;
	__u16 halves[2];
} relocatable split_t;

struct sk_buff_list {
	struct sk_buff *next, *prev;
} relocatable;

union tcp_word_hdr {
	__u32 words[5];
	__u8 bytes[20];
} relocatable;

struct sk_buff {
	union {
		struct {
			struct sk_buff *next;
			union {
				unsigned long dev_scratch;
				__u32 *dev;
			};
		};
		struct sk_buff_list list;
	};
	struct {
		__u8 pkt_type : 3;
		__u8 ignore_df : 1;
		int : 0;
		int offset : 12;
		__u64 wide : 40;
	};
	char cb[48];
	_Bool encapsulation;
	union tcp_word_hdr word;
	split_t split;
	kernel_cap_t caps[2];
	__u32 rest[];
} relocatable;

struct sock {
	struct sk_buff first, *head;
} relocatable;

union never_was {
	int x;
} relocatable;

SEC("raw_tp/sys_enter")
int exists_in_anonymous(void *ctx)
{
	struct sk_buff *skb = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(skb->next) + bpf_core_field_exists(skb->dev) +
		 bpf_core_field_exists(skb->list.prev) + bpf_core_field_exists(skb->ignore_df);
	return 0;
}

SEC("raw_tp/sys_enter")
int exists_behind_others(void *ctx)
{
	struct sock *sk = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(sk->first.dev_scratch) + bpf_core_field_exists(sk->first.word.bytes) +
		 bpf_core_field_exists(sk->head->next->split.whole) + bpf_core_field_exists(sk->first.caps[1].val);
	return 0;
}

SEC("raw_tp/sys_enter")
int exists_of_types(void *ctx)
{
	number = bpf_core_field_exists(struct sock, first.list.prev) + bpf_core_field_exists(split_t, halves) +
		 bpf_core_field_exists(union tcp_word_hdr, words);
	return 0;
}

SEC("raw_tp/sys_enter")
int sizes(void *ctx)
{
	struct sk_buff *skb = (void *)bpf_get_current_task();

	number = bpf_core_field_size(skb->cb) + bpf_core_field_size(skb->word) + bpf_core_field_size(skb->caps) +
		 bpf_core_field_size(skb->list) + bpf_core_field_size(skb->encapsulation) +
		 bpf_core_field_size(skb->dev) + bpf_core_field_size(skb->split);
	return 0;
}

SEC("raw_tp/sys_enter")
int sizes_of_bits(void *ctx)
{
	struct sk_buff *skb = (void *)bpf_get_current_task();

	number = bpf_core_field_size(skb->pkt_type) + bpf_core_field_size(skb->offset) +
		 bpf_core_field_size(struct sk_buff, wide);
	return 0;
}

SEC("raw_tp/sys_enter")
int sizes_of_flexible(void *ctx)
{
	struct sk_buff *skb = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(skb->rest) + bpf_core_field_size(skb->rest);
	return 0;
}

SEC("raw_tp/sys_enter")
int types(void *ctx)
{
	number = bpf_core_type_exists(union tcp_word_hdr) + bpf_core_type_exists(split_t) +
		 bpf_core_type_exists(union never_was) + bpf_core_type_size(union tcp_word_hdr) +
		 bpf_core_type_size(kernel_cap_t) + bpf_core_type_matches(struct sk_buff) +
		 bpf_core_type_matches(union tcp_word_hdr) + bpf_core_type_matches(split_t);
	return 0;
}

SEC("raw_tp/sys_enter")
int type_ids(void *ctx)
{
	number = bpf_core_type_id_kernel(union tcp_word_hdr) + bpf_core_type_id_kernel(kernel_cap_t) +
		 bpf_core_type_id_local(struct sk_buff) + bpf_core_type_id_local(split_t);
	return 0;
}

SEC("raw_tp/sys_enter")
int union_members(void *ctx)
{
	struct sk_buff *skb = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(skb, word.words[2]) + BPF_CORE_READ(skb, split.halves[1]) +
		 BPF_CORE_READ(skb, caps[1].val) + BPF_CORE_READ(skb, list.prev, word.bytes[19]) +
		 BPF_CORE_READ(skb, encapsulation);
	return 0;
}

SEC("raw_tp/sys_enter")
int bits_in_anonymous(void *ctx)
{
	struct sock *sk = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(sk, first.pkt_type);
	number += BPF_CORE_READ_BITFIELD_PROBED(sk, first.wide);
	return 0;
}

SEC("raw_tp/sys_enter")
int signed_bits(void *ctx)
{
	struct sk_buff *skb = (void *)bpf_get_current_task();

	signed_number = BPF_CORE_READ_BITFIELD_PROBED(skb, offset);
	return 0;
}

SEC("raw_tp/sys_enter")
int bits_of_a_chain(void *ctx)
{
	struct sock *sk = (void *)bpf_get_current_task();
	struct sk_buff *skb = BPF_CORE_READ(sk, head, next);

	number = BPF_CORE_READ_BITFIELD_PROBED(skb, ignore_df);
	return 0;
}
