/* Calls of every sort: static in .text, static beside the program, global, hidden, callback, one calling another. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int square(int value)
{
	return value * value + (int)bpf_get_prandom_u32() * 0;
}

static __attribute__((noinline)) int sum_of_squares(int limit)
{
	int total = 0;

	for (int i = 0; i < 4; i++)
		if (i < limit)
			total += square(i);
	return total;
}

__attribute__((noinline)) int global_twice(int value)
{
	return value * 2;
}

__hidden __attribute__((noinline)) int hidden_plus_one(int value)
{
	return value + 1;
}

static int add_index(__u32 index, __u64 *total)
{
	*total += index;
	return 0;
}

SEC("socket")
int calls(struct __sk_buff *skb)
{
	__u64 total = 0;

	bpf_loop(10, add_index, &total, 0); /* 45 */
	return (int)total + sum_of_squares(skb->len > 1000 ? 3 : 4) + global_twice(100) + hidden_plus_one(6);
}

SEC("socket")
int calls_again(struct __sk_buff *skb)
{
	return square(3) + global_twice(square(2));
}

char LICENSE[] SEC("license") = "GPL";
