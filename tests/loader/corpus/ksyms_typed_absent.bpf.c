/* A variable that the kernel does not have. object: refused */
#include "corpus.h"
extern const int variable_of_tomorrow __ksym;
SEC("raw_tp/sys_enter") int use(void *ctx) { return variable_of_tomorrow; }
GPL;
