/* Global variables in every section that holds them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>

enum mode { QUIET, LOUD = 7 };

struct pair {
	__u32 first;
	__s16 second;
};

const volatile __u32 limit = 10;
const volatile enum mode mode = LOUD;
const volatile char label[16] = "hello";
const volatile bool enabled = true;
__u64 counter = 5;
struct pair pair = { 1, -2 };
__u32 zeroed;
__s64 table[4];
static volatile __u32 hidden_state = 3;
__u32 apart SEC(".data.apart") = 77;

SEC("socket")
int touch(struct __sk_buff *skb)
{
	if (!enabled)
		return 0;
	counter += limit;
	zeroed++;
	pair.second--;
	table[zeroed & 3] = label[0];
	hidden_state++;
	apart++;
	return (int)(mode + hidden_state);
}

char LICENSE[] SEC("license") = "GPL";
