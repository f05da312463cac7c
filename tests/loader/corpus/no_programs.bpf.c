/* Maps and variables alone. */
#include "corpus.h"
MAP(table, BPF_MAP_TYPE_ARRAY, int, int, 1);
__u32 x = 1;
GPL;
/* object: loads */
