#define MISSING_MEMBER
#include "struct_ops.bpf.c"
