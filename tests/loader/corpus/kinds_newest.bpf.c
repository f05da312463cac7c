/* Kinds that libbpf 1.8 and Linux 7.0 brought. libbpf: 1.8
 * expect: on_tracepoint_s any, on_tracepoint_s_named any, on_tp_s any, on_tp_s_named any, on_raw_tracepoint_s any, on_raw_tracepoint_s_named any, on_raw_tp_s any, on_raw_tp_s_named any */
#include "corpus.h"
#define KIND(section, name) SEC(section) int name(void *ctx) { return 1; }
KIND("tracepoint.s", on_tracepoint_s)
KIND("tracepoint.s/one/two", on_tracepoint_s_named)
KIND("tp.s", on_tp_s)
KIND("tp.s/one/two", on_tp_s_named)
KIND("raw_tracepoint.s", on_raw_tracepoint_s)
KIND("raw_tracepoint.s/one", on_raw_tracepoint_s_named)
KIND("raw_tp.s", on_raw_tp_s)
KIND("raw_tp.s/one", on_raw_tp_s_named)
GPL;
