"""Claims about the language that other tests show: here they are listed, so that each has a place to look."""

from __future__ import annotations

import pytest

from .cases import Shown, missing, shown

SHOWN: dict[str, list[Shown]] = {
    "principles": [
        shown("a program passes mypy --strict and pyright with what the package ships",
              "typing/test_checkers.py::test_mypy",
              "typing/test_checkers.py::test_pyright", "typing/test_checkers.py::test_outside_of_the_tree"),
        shown("an unchecked lookup is a type error to both", "typing/refused/unchecked", "typing/test_checkers.py"),
        shown("every name of the package is there for checkers",
              "typing/test_checkers.py::test_every_name_of_the_package_is_exported_to_checkers"),
        shown("bodies are compiled, declarations imported: other modules, factories, notebook cells",
              "kernel/test_language.py::test_other_modules_and_factories",
              "kernel/test_language.py::test_notebook_cells"),
        shown("random programs mean what a model of the language says", "semantics/test_random.py",
              "semantics/test_regressions.py::test_regression"),
        shown("each kind of memory by each use: refused, or taken by the verifier",
              "memory/test_memory.py::test_memory"),
        shown("each message has its program and its text", "errors/several", "spec/test_pages.py::test_output"),
        shown("struct classes decode events, map objects type views", "kernel/test_events.py::test_types_of_the_caller",
              "kernel/test_events.py::test_records_are_typed_from_the_object",
              "maps/test_views.py::test_addresses_in_structs"),
    ],
    "programs of the language's first page": [
        shown("they pass type checkers and compile", "typing/programs/count_by_source", "typing/programs/report_openat",
              "typing/programs/lineage_of_exits", "typing/programs/filter_by_prefix"),
        shown("the second runs as its user runs it", "kernel/test_events.py::test_the_contract"),
        shown("their code is no larger than clang's", "kernel/test_twins.py::test_no_more_instructions"),
        shown("load in a `with`, attach, iterate over a map", "kernel/test_attach.py::test_xdp_count"),
        shown("an object loads where there is no compiler",
              "layers/test_slim_wheel.py::test_a_host_without_the_compiler"),
        shown("rodata before the load, globals of both kinds while it runs",
              "loader/test_load.py::test_global_variables",
              "loader/test_load.py::test_unknown_constant"),
        shown("a lost record is counted", "kernel/test_events.py::test_perf_buffer_counts_what_is_lost"),
    ],
    "names": [
        shown("every helper under its kernel name", "tables/test_helpers.py::test_every_helper_has_a_row"),
        shown("each map class, its methods and operators", "tables/test_map_kinds.py", "spec/maps.md#Classes"),
        shown("each decorator and section", "kernel/test_kinds.py::test_section_and_types",
              "kernel/test_kinds.py::test_this_kernel_takes_it"),
        shown("the loader imports nothing of the compiler",
              "layers/test_imports.py::test_importing_every_runtime_module"),
    ],
    "types": [
        shown("types of expressions", "spec/integers.md#Arithmetic", "spec/types.md#The type of a variable"),
        shown("ranges against a model", "safety/test_ranges_random.py", "safety/test_ranges.py"),
        shown("each mistake of byte order", "errors/byte_order_argument", "errors/byte_order_range",
              "errors/byte_order_match", "errors/byte_order_twice"),
        shown("context fields of network order", "spec/integers.md#Network order"),
        shown("layouts are clang's", "tables/test_uapi.py", "tables/test_contexts.py"),
        shown("anonymous members", "spec/structs.md#Layout"),
        shown("kernel types from a file, the kernel or the snapshot", "kernel_types/test_names.py::test_another_file",
              "kernel_types/test_names.py::test_the_snapshot_serves_where_the_kernel_shows_no_types"),
        shown("relocated reads agree with clang's",
              "relocations/fuzz.py", "spec/kernel-types.md#Structs written by hand"),
        shown("values of the kernel's configuration, its symbols", "spec/globals.md#What the kernel provides",
              "kernel/test_kernel_functions.py::test_kernel_symbols"),
        shown("what moves the packet",
              "tables/test_helpers.py::test_what_moves_the_packet", "errors/packet_moved_by_subprogram"),
        shown("user memory is read by core_read_user alone", "spec/pointers.md#User memory",
              "kernel/test_user_probes.py::test_structs"),
    ],
    "functions": [
        shown("kernel functions, typed from BTF", "kernel/test_kernel_functions.py::test_kernel_functions",
              "spec/functions.md#Kernel functions"),
        shown("what is acquired is followed on every path", "safety/test_resources.py", "errors/record_leaked_in_loop",
              "errors/socket_leaked"),
        shown("locks and sections", "kernel/test_language.py::test_iterators_and_scopes", "errors/sections_unbalanced"),
        shown("callbacks of loops, maps, timers", "kernel/test_language.py::test_callbacks",
              "kernel/test_language.py::test_callbacks_with_arguments_of_their_own"),
        shown("tags of global subprograms' parameters", "kernel/test_kernel_functions.py::test_argument_tags"),
    ],
    "maps": [
        shown("views of maps: mappings with batches, lists for each CPU", "maps/test_views.py::test_the_whole_protocol",
              "maps/test_views.py::test_many_entries", "maps/test_views.py::test_per_cpu_sums"),
        shown("maps of maps, program arrays", "maps/test_views.py::test_maps_of_maps",
              "maps/test_views.py::test_program_arrays"),
        shown("storage of tasks", "kernel/test_language.py::test_storages", "errors/storage_get_or_create"),
        shown("what the kernel would refuse is refused at the declaration", "errors/ring_buffer_size",
              "errors/map_prefix_key", "errors/map_bloom_hashes", "errors/map_lock_in_lru"),
    ],
    "programs": [
        shown("which program may call which helper is the kernel's word",
              "tables/test_helpers.py::test_the_kernel_agrees",
              "errors/helper_not_available"),
        shown("licenses", "tables/test_helpers.py::test_the_kernel_agrees_about_licenses", "errors/license_not_gpl"),
        shown("sizes of buffers are never passed", "tables/test_helpers.py::test_no_free_size_arguments"),
        shown("arguments of what is traced are compared with BTF", "spec/kernel-types.md#Arguments of what is traced",
              "errors/typed_wrong_width", "errors/probe_result_at_entry"),
        shown("import under the module's name, in a fresh process", "spec/commands.md#Importing a program",
              "cli/test_commands.py::test_two_files_of_one_name_do_not_meet", "errors/load_while_importing"),
    ],
    "commands": [
        shown("build, and nothing half-written", "cli/test_commands.py::test_build",
              "cli/test_commands.py::test_build_with_errors_leaves_the_old_object",
              "cli/test_main.py::test_the_program_is_never_overwritten"),
        shown("the stages that --emit prints", "cli/test_commands.py::test_emit_other_stages"),
        shown("check of several files, JSON", "cli/test_commands.py::test_check_reports_files_in_their_order",
              "cli/test_commands.py::test_check_json"),
        shown("run: attach, events, maps at the end", "cli/test_run.py::test_run_until_a_signal",
              "cli/test_run.py::test_events_and_printed_lines_as_they_come"),
        shown("explain", "cli/test_commands.py::test_explain", "cli/test_commands.py::test_explain_unknown"),
        shown("version, usage and exit status", "cli/test_main.py::test_version_and_help_do_not_import_the_compiler",
              "cli/test_main.py::test_usage"),
    ],
}


@pytest.mark.parametrize("part", SHOWN)
def test_what_shows_it_exists(part: str) -> None:
    assert missing(SHOWN[part]) == []
