#define MISSING_TYPE
#include "struct_ops.bpf.c"
