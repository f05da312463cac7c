// Reads with libbpf what benchmarks/events.py reads with pybpfc: the same object, the same number of records.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

struct event {
	unsigned long long number;
	unsigned int half, length;
};

static unsigned long long sum, records;

static int take(void *context, void *data, size_t size)
{
	const struct event *event = data;

	sum += event->number + event->half + event->length;
	records++;
	return 0;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

// reader OBJECT BYTES RECORDS ROUNDS: prints records a second, the best round.
int main(int argc, char **argv)
{
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	struct bpf_map *map = bpf_object__find_map_by_name(object, "events");
	unsigned char frame[64] = {0};
	double best = 0;

	bpf_map__set_max_entries(map, atoi(argv[2]));
	if (bpf_object__load(object))
		return 1;
	int program = bpf_program__fd(bpf_object__find_program_by_name(object, "send"));
	struct ring_buffer *ring = ring_buffer__new(bpf_map__fd(map), take, NULL, NULL);

	for (int round = 0; round < atoi(argv[4]); round++) {
		LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame),
			    .repeat = atoi(argv[3]));
		if (bpf_prog_test_run_opts(program, &options))
			return 2;
		records = 0;
		double start = now();
		ring_buffer__consume(ring);
		double rate = records / (now() - start);
		if (rate > best)
			best = rate;
	}
	if (records != (unsigned long long)atoi(argv[3]) || !sum)
		return 3;
	printf("%.0f\n", best);
	return 0;
}
