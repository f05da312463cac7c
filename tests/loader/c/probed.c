/* A binary with USDT probes. The notes are written by hand as <sys/sdt.h> writes them: the base is a section of its
 * own, the semaphore a counter in .probes. */
#include <stdio.h>
#include <string.h>

__attribute__((section(".probes"), used)) volatile unsigned short demo_semaphore;

#define NOTE(semaphore, name, arguments) \
	"990: nop\n" \
	".pushsection .note.stapsdt,\"?\",\"note\"\n" \
	".balign 4\n" \
	".4byte 992f-991f, 994f-993f, 3\n" \
	"991: .asciz \"stapsdt\"\n" \
	"992: .balign 4\n" \
	"993: .8byte 990b\n" \
	".8byte _.stapsdt.base\n" \
	".8byte " semaphore "\n" \
	".asciz \"pybpfc\"\n" \
	".asciz \"" name "\"\n" \
	".asciz \"" arguments "\"\n" \
	"994: .balign 4\n" \
	".popsection\n"

asm(".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
    ".weak _.stapsdt.base\n"
    ".hidden _.stapsdt.base\n"
    "_.stapsdt.base: .space 1\n"
    ".size _.stapsdt.base, 1\n"
    ".popsection\n");

struct frame { signed char tiny; unsigned char byte; short small; int number; long wide; };

__attribute__((noinline)) int demo_first(int x)
{
	struct frame frame = { -3, 250, -300, -70000, 1l << 40 };
	struct frame *pointer = &frame;
	long index = 2;

	asm volatile(NOTE("demo_semaphore", "plain",
			  "-4@%%edi -1@(%%rax) 1@1(%%rax) -2@2(%%rax) -4@4(%%rax) 8@8(%%rax) -4@$-9 2@(%%rax,%%rcx,1) "
			  "8@%%rdx 4@%%edx 1@%%dl 8@$77")
		     : : "D"(x), "a"(pointer), "c"(index), "d"(0x1122334455667788ul), "m"(frame) : "memory");
	asm volatile(NOTE("0", "typed", "-4@%%edi -1@(%%rax) 1@1(%%rax) -2@2(%%rax) -4@4(%%rax) 8@8(%%rax) -4@$-9 "
			  "8@%%rdx 1@%%dl 8@%%rax 8@%%rsi")
		     : : "D"(x), "a"(pointer), "d"(0x1122334455667700ul), "S"("typed"), "m"(frame) : "memory");
	return demo_semaphore;
}

__attribute__((noinline)) int demo_second(int x)
{
	asm volatile(NOTE("0", "twice", "-4@%%edi") : : "D"(x));
	asm volatile(NOTE("0", "twice", "-4@%%edi -4@$5") : : "D"(x + 1));
	asm volatile(NOTE("0", "bare", "") : : );
	asm volatile(NOTE("0", "floating", "8f@%%xmm0") : : );
	return x;
}

int main(void)
{
	int semaphore = 0;
	for (int round = 0; round < 3; round++) {
		semaphore = demo_first(-41);
		demo_second(7);
	}
	printf("%d\n", semaphore);
	return 0;
}
