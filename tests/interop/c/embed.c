/*
 * The object as a C program embeds it: through the skeleton of `bpftool gen skeleton`, with libbpf.
 *
 * usage: embed INTERFACE; what it does is said in tests/interop/embedders.py.
 * usage: embed loads the object and ends.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "watch.skel.h"

struct traffic {
	__u64 packets;
	__u64 bytes;
};

struct opened {
	__u32 pid;
	__u32 flags;
	char comm[16];
	char filename[64];
};

static int on_event(void *context, void *data, size_t size)
{
	struct opened *found = context;
	const struct opened *event = data;

	if (size != sizeof(*event)) {
		fprintf(stderr, "a record of %zu bytes\n", size);
		return -EINVAL;
	}
	if (strcmp(event->filename, "/proc/version") == 0)
		*found = *event;
	return 0;
}

static int report(struct watch *watch, struct ring_buffer *ring, struct opened *found)
{
	int map = bpf_map__fd(watch->maps.traffic);
	struct in_addr source, *previous = NULL;
	struct traffic seen;
	time_t end = time(NULL) + 10;

	while (!found->pid && time(NULL) < end)
		if (ring_buffer__poll(ring, 100) < 0)
			return 1;
	printf("{\"traffic\": {");
	while (bpf_map_get_next_key(map, previous, &source) == 0) {
		if (bpf_map_lookup_elem(map, &source, &seen))
			return 1;
		printf("%s\"%s\": [%llu, %llu]", previous ? ", " : "", inet_ntoa(source), seen.packets, seen.bytes);
		previous = &source;
	}
	printf("}, \"ignored\": %llu, ", watch->bss->ignored);
	printf("\"opened\": {\"pid\": %u, \"flags\": %u, \"comm\": \"%s\", \"filename\": \"%s\"}}\n",
	       found->pid, found->flags, found->comm, found->filename);
	return 0;
}

int main(int count, char **arguments)
{
	struct opened found = {};
	struct ring_buffer *ring;
	struct watch *watch;
	char line[2];
	int result = 1;

	watch = watch__open();
	if (!watch) {
		fprintf(stderr, "open: %s\n", strerror(errno));
		return 1;
	}
	watch->rodata->smallest = 100;
	watch->rodata->only_pid = getpid();
	if (watch__load(watch))
		goto destroy;
	if (count == 1) {
		result = 0;
		goto destroy;
	}
	watch->links.on_packet = bpf_program__attach_xdp(watch->progs.on_packet, if_nametoindex(arguments[1]));
	watch->links.on_open = bpf_program__attach(watch->progs.on_open);
	ring = ring_buffer__new(bpf_map__fd(watch->maps.opened), on_event, &found, NULL);
	if (!watch->links.on_packet || !watch->links.on_open || !ring)
		goto destroy;

	close(open("/proc/version", O_RDONLY | O_CLOEXEC));
	puts("ready");
	fflush(stdout);
	if (read(STDIN_FILENO, line, sizeof(line)) > 0)
		result = report(watch, ring, &found);
	ring_buffer__free(ring);
destroy:
	watch__destroy(watch);
	return result;
}
