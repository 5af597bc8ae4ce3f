/* Written by tools/registration from the prototypes in src/r. */
#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

#include "r/ffi.h"

#define ENTRY(name, arity) {#name, (DL_FUNC)(void (*)(void))name, arity}

static const R_CallMethodDef entries[] = {
    ENTRY(ffi_infer, 5),
    ENTRY(ffi_graph_new, 3),
    ENTRY(ffi_graph_run, 6),
    ENTRY(ffi_graph_gradients, 7),
    ENTRY(ffi_all_held, 1),
    ENTRY(ffi_source_dense, 3),
    ENTRY(ffi_mostly_zero, 2),
    ENTRY(ffi_source_nonzero, 1),
    ENTRY(ffi_source_sparse, 6),
    ENTRY(ffi_sparse_fault, 8),
    ENTRY(ffi_optimizer_size, 2),
    ENTRY(ffi_optimizer_new, 5),
    ENTRY(ffi_optimizer_set_rate, 2),
    ENTRY(ffi_optimizer_flush, 1),
    ENTRY(ffi_optimizer_step, 1),
    ENTRY(ffi_runner_new, 5),
    ENTRY(ffi_runner_start, 4),
    ENTRY(ffi_runner_continue, 2),
    ENTRY(ffi_runner_run, 3),
    ENTRY(ffi_runner_result, 1),
    ENTRY(ffi_runner_output, 2),
    ENTRY(ffi_permuter_new, 1),
    ENTRY(ffi_permuter_apply, 5),
    ENTRY(ffi_permuter_restore, 1),
    ENTRY(ffi_text_tokenizer, 4),
    ENTRY(ffi_text_count, 2),
    ENTRY(ffi_text_terms, 1),
    ENTRY(ffi_text_words, 2),
    ENTRY(ffi_text_hash, 3),
    ENTRY(ffi_text_rows, 2),
    ENTRY(ffi_text_rows_add, 3),
    ENTRY(ffi_text_rows_add_indices, 3),
    ENTRY(ffi_text_rows_list, 1),
    ENTRY(ffi_text_rows_columns, 3),
    ENTRY(ffi_text_rows_matrix, 3),
    ENTRY(ffi_vectors_new, 3),
    ENTRY(ffi_vectors_add, 2),
    ENTRY(ffi_vectors_end, 1),
    ENTRY(ffi_file_array, 2),
    ENTRY(ffi_file_sequences, 1),
    ENTRY(ffi_file_batch, 2),
    ENTRY(ffi_safetensors_header, 2),
    ENTRY(ffi_file_part, 3),
    ENTRY(ffi_file_numbers, 4),
    ENTRY(ffi_protobuf_write, 2),
    ENTRY(ffi_file_crc32, 1),
    ENTRY(ffi_file_sha256, 1),
    ENTRY(ffi_file_shuffle, 2),
    ENTRY(ffi_image_header, 1),
    ENTRY(ffi_image_levels, 6),
    ENTRY(ffi_images_place, 4),
    ENTRY(ffi_images_transform, 6),
    ENTRY(ffi_images_stretch, 4),
    ENTRY(ffi_file_kind, 1),
    ENTRY(ffi_process_lives, 1),
    ENTRY(ffi_raw_read, 3),
    ENTRY(ffi_raw_write, 2),
    ENTRY(ffi_raw_floats, 1),
    ENTRY(ffi_raw_copy, 1),
    ENTRY(ffi_init, 4),
    ENTRY(ffi_metric, 6),
    ENTRY(ffi_is_null, 1),
    ENTRY(ffi_config, 0),
    ENTRY(ffi_set_threads, 2),
    ENTRY(ffi_set_product, 1),
    ENTRY(ffi_limit_simd, 1),
    ENTRY(ffi_live_allocations, 0),
    ENTRY(ffi_fail_allocations, 1),
    {NULL, NULL, 0}};

void attribute_visible R_init_tildenet(DllInfo *dll) {
  R_registerRoutines(dll, NULL, entries, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
