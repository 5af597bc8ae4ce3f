/* All entries that R calls. init.c is written from these prototypes. */
#ifndef TN_R_FFI_H
#define TN_R_FFI_H

#include "r/r_api.h"

SEXP ffi_infer(SEXP op_sexp, SEXP attrs_sexp, SEXP shapes_sexp, SEXP integer_sexp, SEXP masks_sexp);
SEXP ffi_graph_new(SEXP spec_sexp, SEXP with_grad_sexp, SEXP input_grad_sexp);
SEXP ffi_graph_run(SEXP graph_xptr, SEXP sources_sexp, SEXP outputs_sexp, SEXP training_sexp,
                   SEXP seed_sexp, SEXP step_sexp);
SEXP ffi_graph_gradients(SEXP graph_xptr, SEXP sources_sexp, SEXP outputs_sexp,
                         SEXP upstream_sexp, SEXP training_sexp, SEXP seed_sexp, SEXP step_sexp);

SEXP ffi_all_held(SEXP x_sexp);
SEXP ffi_source_dense(SEXP x_sexp, SEXP dim_sexp, SEXP integer_sexp, SEXP most_sexp);
SEXP ffi_mostly_zero(SEXP x_sexp, SEXP share_sexp);
SEXP ffi_source_nonzero(SEXP x_sexp);
SEXP ffi_source_sparse(SEXP form_sexp, SEXP dim_sexp, SEXP i_sexp, SEXP j_sexp, SEXP p_sexp, SEXP x_sexp);
SEXP ffi_sparse_fault(SEXP form_sexp, SEXP dim_sexp, SEXP i_sexp, SEXP j_sexp, SEXP p_sexp,
                      SEXP from_sexp, SEXP triangle_sexp, SEXP no_diagonal_sexp);

SEXP ffi_optimizer_size(SEXP graph_xptr, SEXP config_sexp);
SEXP ffi_optimizer_new(SEXP graph_xptr, SEXP config_sexp, SEXP state_sexp, SEXP step_sexp,
                       SEXP fresh_sexp);
SEXP ffi_optimizer_set_rate(SEXP optimizer_xptr, SEXP rate_sexp);
SEXP ffi_optimizer_courses(SEXP optimizer_xptr, SEXP courses_sexp);
SEXP ffi_optimizer_flush(SEXP optimizer_xptr);
SEXP ffi_optimizer_step(SEXP optimizer_xptr);
SEXP ffi_schedule_rate(SEXP schedule_sexp, SEXP done_sexp);

SEXP ffi_runner_new(SEXP graph_xptr, SEXP sources_sexp, SEXP settings_sexp, SEXP measures_sexp,
                    SEXP optimizer_xptr);
SEXP ffi_runner_start(SEXP runner_xptr, SEXP range_sexp, SEXP shuffle_sexp, SEXP epoch_sexp);
SEXP ffi_runner_continue(SEXP runner_xptr, SEXP sources_sexp);
SEXP ffi_runner_release(SEXP runner_xptr);
SEXP ffi_runner_run(SEXP runner_xptr, SEXP max_batches_sexp, SEXP seconds_sexp);
SEXP ffi_runner_result(SEXP runner_xptr);
SEXP ffi_runner_join(SEXP runner_xptr, SEXP ranks_sexp, SEXP rows_sexp, SEXP steps_sexp);
SEXP ffi_runner_gradients(SEXP runner_xptr);
SEXP ffi_runner_update(SEXP runner_xptr, SEXP message_sexp, SEXP sizes_sexp);
SEXP ffi_runner_sums(SEXP runner_xptr);
SEXP ffi_runner_set_sums(SEXP runner_xptr, SEXP sums_sexp);
SEXP ffi_runner_output(SEXP runner_xptr, SEXP k_sexp);

SEXP ffi_permuter_new(SEXP source_xptr);
SEXP ffi_permuter_apply(SEXP permuter_xptr, SEXP column_sexp, SEXP seed_sexp, SEXP part_sexp,
                        SEXP turn_sexp);
SEXP ffi_permuter_restore(SEXP permuter_xptr);

SEXP ffi_text_tokenizer(SEXP settings_sexp, SEXP words_sexp, SEXP first_sexp, SEXP unknown_sexp);
SEXP ffi_text_count(SEXP tokenizer_xptr, SEXP texts_sexp);
SEXP ffi_text_terms(SEXP tokenizer_xptr);
SEXP ffi_text_words(SEXP tokenizer_xptr, SEXP texts_sexp);
SEXP ffi_text_hash(SEXP words_sexp, SEXP kind_sexp, SEXP n_sexp);
SEXP ffi_text_rows(SEXP kind_sexp, SEXP columns_sexp);
SEXP ffi_text_rows_add(SEXP rows_xptr, SEXP tokenizer_xptr, SEXP texts_sexp);
SEXP ffi_flat_sequences(SEXP sequences_sexp);
SEXP ffi_pad(SEXP values_sexp, SEXP lengths_sexp, SEXP columns_sexp, SEXP fill_front_sexp,
             SEXP cut_front_sexp, SEXP fill_sexp, SEXP whole_sexp);
SEXP ffi_text_rows_add_indices(SEXP rows_xptr, SEXP indices_sexp, SEXP lengths_sexp);
SEXP ffi_text_rows_list(SEXP rows_xptr);
SEXP ffi_text_rows_columns(SEXP rows_xptr, SEXP value_sexp, SEXP weight_sexp);
SEXP ffi_text_rows_matrix(SEXP rows_xptr, SEXP value_sexp, SEXP weight_sexp);

SEXP ffi_label_ranks(SEXP truth_sexp, SEXP score_sexp, SEXP cases_sexp, SEXP k_sexp);

SEXP ffi_vectors_new(SEXP wanted_sexp, SEXP most_sexp, SEXP size_sexp);
SEXP ffi_vectors_add(SEXP reader_xptr, SEXP bytes_sexp);
SEXP ffi_vectors_end(SEXP reader_xptr);

SEXP ffi_file_array(SEXP bytes_sexp, SEXP format_sexp);
SEXP ffi_file_sequences(SEXP bytes_sexp);
SEXP ffi_file_batch(SEXP bytes_sexp, SEXP keys_sexp);
SEXP ffi_safetensors_header(SEXP json_sexp, SEXP size_sexp);
SEXP ffi_file_part(SEXP path_sexp, SEXP offset_sexp, SEXP n_sexp);
SEXP ffi_file_numbers(SEXP bytes_sexp, SEXP kind_sexp, SEXP size_sexp, SEXP dim_sexp);
SEXP ffi_protobuf_write(SEXP path_sexp, SEXP fields_sexp);
SEXP ffi_file_crc32(SEXP bytes_sexp, SEXP before_sexp);
SEXP ffi_file_sha256(SEXP path_sexp);
SEXP ffi_file_shuffle(SEXP seed_sexp, SEXP sizes_sexp);

SEXP ffi_image_header(SEXP bytes_sexp);
SEXP ffi_image_levels(SEXP values_sexp, SEXP dim_sexp, SEXP kind_sexp, SEXP channels_sexp,
                      SEXP interpolation_sexp, SEXP size_sexp);
SEXP ffi_images_place(SEXP target_sexp, SEXP n_sexp, SEXP first_sexp, SEXP images_sexp);
SEXP ffi_images_pack(SEXP x_sexp, SEXP dim_sexp);
SEXP ffi_images_transform(SEXP x_sexp, SEXP dim_sexp, SEXP rows_sexp, SEXP plan_sexp, SEXP fill_sexp,
                          SEXP cval_sexp);
SEXP ffi_images_stretch(SEXP x_sexp, SEXP dim_sexp, SEXP rows_sexp, SEXP size_sexp);

SEXP ffi_file_kind(SEXP path_sexp);
SEXP ffi_process_lives(SEXP pid_sexp);

SEXP ffi_raw_read(SEXP raw_sexp, SEXP dim_sexp, SEXP from_sexp);
SEXP ffi_raw_write(SEXP raw_sexp, SEXP values_sexp);
SEXP ffi_raw_floats(SEXP values_sexp);
SEXP ffi_raw_place(SEXP raw_sexp, SEXP values_sexp, SEXP from_sexp);
SEXP ffi_raw_copy(SEXP raw_sexp);
SEXP ffi_raw_finite(SEXP raw_sexp);
SEXP ffi_init(SEXP kind_sexp, SEXP attrs_sexp, SEXP shape_sexp, SEXP seed_sexp);
SEXP ffi_metric(SEXP kind_sexp, SEXP attrs_sexp, SEXP pred_sexp, SEXP truth_sexp,
                SEXP weight_sexp, SEXP per_sample_sexp);
SEXP ffi_is_null(SEXP xptr);
SEXP ffi_config(void);
SEXP ffi_processors(void);
SEXP ffi_set_threads(SEXP n_sexp);
SEXP ffi_end_threads(void);
SEXP ffi_set_product(SEXP openblas_sexp);
SEXP ffi_limit_simd(SEXP level_sexp);
SEXP ffi_live_allocations(void);
SEXP ffi_fail_allocations(SEXP after_sexp);

#endif
