/* Load objects with libbpf: the time of the whole process is measured outside. usage: libbpf_load OBJECT... */
#include <stdio.h>
#include <bpf/libbpf.h>

int main(int count, char **arguments)
{
	for (int number = 1; number < count; number++) {
		struct bpf_object *object = bpf_object__open_file(arguments[number], NULL);

		if (!object || bpf_object__load(object)) {
			fprintf(stderr, "%s does not load\n", arguments[number]);
			return 1;
		}
	}
	return 0;
}
