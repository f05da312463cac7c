/* What the module ipvlan has, as the kernel's source has it: with the tag that gcc leaves out of BTF before version 16. */

typedef struct {
	long long counter;
} atomic_long_t;

typedef struct {
	atomic_long_t a;
} local_t;

typedef struct {
	local_t a;
} local64_t;

typedef struct {
	local64_t v;
} u64_stats_t;

struct ipvl_pcpu_stats {
	u64_stats_t rx_pkts;
	u64_stats_t rx_bytes;
};

struct ipvl_dev {
	struct ipvl_pcpu_stats __attribute__((btf_type_tag("percpu"))) *pcpu_stats;
};

int ipvlan_add_addr(struct ipvl_dev *ipvlan, void *iaddr, _Bool is_v6)
{
	return 0;
}
