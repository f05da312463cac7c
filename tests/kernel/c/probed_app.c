/* What the programs of user_app.py look at: a small server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct address { unsigned int ip; unsigned short port; };
struct peer { struct address address; const char *name; };
struct request { int id; struct peer *peer; const char *path; unsigned char method[8]; int sizes[4]; struct request *next; };

static char wire[4096];
unsigned long checksum;

__attribute__((noinline)) int app_write(void *connection, const void *buffer, int length)
{
	memcpy(wire, buffer, length);
	asm volatile("" : : "r"(connection), "r"(wire) : "memory");
	return length;
}

__attribute__((noinline)) int app_read(void *connection, void *buffer, int length)
{
	asm volatile("" : : "r"(connection) : "memory");
	memcpy(buffer, "answer", 6);
	return length > 6 ? 6 : length;
}

__attribute__((noinline)) unsigned long work(const char *name, unsigned int rounds)
{
	unsigned long sum = strlen(name);
	for (volatile unsigned int round = 0; round < rounds; round++)
		sum += round;
	return sum;
}

__attribute__((noinline)) int handle(struct request *request, long second, int third, _Bool last)
{
	checksum += strlen(request->path) + strlen(request->peer->name);
	asm volatile("" : : "r"(request), "r"(last) : "memory");
	return request->id + (int)second + third;
}

__attribute__((noinline)) void *take(unsigned long size) { return malloc(size); }
__attribute__((noinline)) void give_back(void *memory) { free(memory); }

__attribute__((noinline)) char *read_line(int number)
{
	return number ? strdup("select 1") : NULL;
}

int main(void)
{
	char answer[64];
	struct peer peer = { { 0x0100007f, 8080 }, "client" };
	struct request second = { 8, &peer, "/second", "PUT", { 1 }, NULL };
	struct request first = { 7, &peer, "/index.html", "GET", { 10, 20, 30, 40 }, &second };
	void *taken[8];

	app_write(wire, "GET / HTTP/1.1", 14);
	app_read(wire, answer, sizeof(answer));
	work("slow", 300000);
	work("fast", 10);
	work("fast", 10);
	handle(&first, -200, -3, 1);
	for (int index = 0; index < 8; index++)
		taken[index] = take(100 << index);
	for (int index = 0; index < 5; index++)
		give_back(taken[index]);
	read_line(0);
	read_line(1);
	return checksum ? 0 : 1;
}
