/* Tokenizers: texts of R on their way into the core, words and sequences on their way back. */
#include <string.h>

#include "platform/alloc.h"
#include "r/ffi.h"
#include "r/r_text.h"

static void tokenizer_finalize(SEXP xptr) {
  struct tn_tokenizer *t = R_ExternalPtrAddr(xptr);
  if (t != NULL) {
    tn_tokenizer_free(t);
    tn_free(t);
  }
  R_ClearExternalPtr(xptr);
}

static struct tn_text text_of(SEXP chr) {
  struct tn_text text = {"", 0};
  if (chr != NA_STRING) {
    text.at = CHAR(chr);
    text.n = (int64_t)LENGTH(chr);
  }
  return text;
}

static struct tn_text attr_text(const struct tn_attrs *attrs, const char *name) {
  const char *text = tn_attrs_text(attrs, name, "");
  return (struct tn_text){text, (int64_t)strlen(text)};
}

static int pick(const struct tn_attrs *attrs, const char *name, const char *const *values, int n) {
  const char *given = tn_attrs_text(attrs, name, "");
  for (int k = 0; k < n; k++) {
    if (strcmp(given, values[k]) == 0) {
      return k;
    }
  }
  return 0;
}

static struct tn_split_rules rules_of(SEXP settings_sexp) {
  static const char *const lower[] = {"none", "ascii", "unicode"};
  static const char *const split[] = {"string", "white", "characters", "none", "words"};
  struct tn_attrs attrs = r_attrs(settings_sexp);
  struct tn_split_rules rules;
  memset(&rules, 0, sizeof rules);
  rules.lower = (enum tn_lower_case)pick(&attrs, "lower", lower, 3);
  rules.split = (enum tn_split_at)pick(&attrs, "split", split, 5);
  rules.separator = attr_text(&attrs, "separator");
  rules.filters = attr_text(&attrs, "filters");
  rules.deleted = attr_text(&attrs, "deleted");
  rules.joint = attr_text(&attrs, "joint");
  rules.shortest = (int64_t)tn_attrs_number(&attrs, "shortest", 0);
  SEXP group = r_element(settings_sexp, "group");
  if (TYPEOF(group) == INTSXP) {
    rules.group = INTEGER_RO(group);
    rules.n_groups = (int)XLENGTH(group);
  }
  return rules;
}

SEXP ffi_text_tokenizer(SEXP settings_sexp, SEXP words_sexp, SEXP first_sexp, SEXP unknown_sexp) {
  struct tn_error err;
  struct tn_tokenizer *t;
  tn_error_init(&err);
  struct tn_split_rules rules = rules_of(settings_sexp);
  SEXP xptr = PROTECT(r_pointer(R_TAG_TOKENIZER, R_NilValue, tokenizer_finalize));
  r_check(tn_alloc_into(&t, 1, sizeof *t, &err), &err);
  R_SetExternalPtrAddr(xptr, t);
  r_check(tn_splitter_new(&rules, &t->splitter, &err), &err);
  t->first = (int32_t)r_int64(first_sexp);
  t->unknown = (int32_t)r_int64(unknown_sexp);
  for (R_xlen_t k = 0; k < XLENGTH(words_sexp); k++) {
    struct tn_text text = text_of(STRING_ELT(words_sexp, k));
    struct tn_word word = tn_word_make(text.at, text.n);
    int64_t number;
    r_check(tn_vocabulary_add(&t->words, &word, &number, &err), &err);
    if (number != (int64_t)k) {
      r_check(tn_fail(&err, TN_STATUS_ARG, "the word \"%.80s\" stands twice in the vocabulary",
                      text.at), &err);
    }
  }
  UNPROTECT(1);
  return xptr;
}

/* The elements as they lie in memory: a vector that makes its strings only when asked (ALTREP) is
 * filled first, so that they live as long as the vector. */
static void note_texts(SEXP strings, struct tn_text *out) {
  const SEXP *element = STRING_PTR_RO(strings);
  for (R_xlen_t k = 0; k < XLENGTH(strings); k++) {
    out[k] = text_of(element[k]);
  }
}

struct tn_documents r_documents(SEXP texts_sexp) {
  struct tn_documents docs = {(int64_t)XLENGTH(texts_sexp), NULL, NULL};
  int64_t n = docs.n;
  if (TYPEOF(texts_sexp) == VECSXP) {
    int64_t *first = (int64_t *)R_alloc((size_t)docs.n + 1, sizeof *first);
    first[0] = 0;
    for (int64_t d = 0; d < docs.n; d++) {
      first[d + 1] = first[d] + (int64_t)XLENGTH(VECTOR_ELT(texts_sexp, d));
    }
    docs.first = first;
    n = first[docs.n];
  }
  struct tn_text *text = (struct tn_text *)R_alloc((size_t)n + 1, sizeof *text);
  if (docs.first == NULL) {
    note_texts(texts_sexp, text);
  }
  for (int64_t d = 0; docs.first != NULL && d < docs.n; d++) {
    note_texts(VECTOR_ELT(texts_sexp, d), text + docs.first[d]);
  }
  docs.text = text;
  return docs;
}

SEXP r_invalid(const struct tn_invalid *invalid) {
  SEXP out = PROTECT(Rf_allocVector(REALSXP, 2));
  REAL(out)[0] = (double)invalid->n;
  REAL(out)[1] = (double)(invalid->n > 0 ? invalid->first + 1 : 0);
  UNPROTECT(1);
  return out;
}

/* Counts the words of texts; how many texts are not valid UTF-8, and the first of them. */
SEXP ffi_text_count(SEXP tokenizer_xptr, SEXP texts_sexp) {
  struct tn_error err;
  struct tn_invalid invalid = {0, 0};
  tn_error_init(&err);
  struct tn_tokenizer *t = r_address(tokenizer_xptr, R_TAG_TOKENIZER);
  struct tn_documents docs = r_documents(texts_sexp);
  r_check(tn_tokenizer_count(t, &docs, &invalid, &err), &err);
  return r_invalid(&invalid);
}

static SEXP word_sexp(const char *at, int64_t n) {
  struct tn_error err;
  tn_error_init(&err);
  if (n > INT32_MAX) {
    r_check(tn_fail(&err, TN_STATUS_ARG, "a word of %lld bytes is too long", (long long)n), &err);
  }
  return Rf_mkCharLenCE(at, (int)n, CE_UTF8);
}

/* list(words, counts, documents) in order of first appearance. */
SEXP ffi_text_terms(SEXP tokenizer_xptr) {
  static const char *names[] = {"words", "counts", "docs", ""};
  const struct tn_tokenizer *t = r_address(tokenizer_xptr, R_TAG_TOKENIZER);
  const struct tn_vocabulary *v = &t->words;
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SEXP words = PROTECT(Rf_allocVector(STRSXP, (R_xlen_t)v->n));
  SEXP counts = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)v->n));
  SEXP docs = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)v->n));
  for (int64_t k = 0; k < v->n; k++) {
    SET_STRING_ELT(words, k, word_sexp(v->bytes + v->term[k].at, v->term[k].n));
    REAL(counts)[k] = (double)v->term[k].count;
    REAL(docs)[k] = (double)v->term[k].documents;
  }
  SET_VECTOR_ELT(out, 0, words);
  SET_VECTOR_ELT(out, 1, counts);
  SET_VECTOR_ELT(out, 2, docs);
  UNPROTECT(4);
  return out;
}

static void tokens_finalize(SEXP xptr) {
  struct tn_tokens *t = R_ExternalPtrAddr(xptr);
  if (t != NULL) {
    tn_tokens_free(t);
    tn_free(t);
  }
  R_ClearExternalPtr(xptr);
}

/* list(one character vector of words per text, as ffi_text_count()). */
SEXP ffi_text_words(SEXP tokenizer_xptr, SEXP texts_sexp) {
  static const char *names[] = {"words", "invalid", ""};
  struct tn_error err;
  struct tn_tokens *tokens;
  struct tn_invalid invalid = {0, 0};
  tn_error_init(&err);
  const struct tn_tokenizer *t = r_address(tokenizer_xptr, R_TAG_TOKENIZER);
  struct tn_documents docs = r_documents(texts_sexp);
  SEXP buffer = PROTECT(r_pointer("tildenet words", R_NilValue, tokens_finalize));
  r_check(tn_alloc_into(&tokens, 1, sizeof *tokens, &err), &err);
  R_SetExternalPtrAddr(buffer, tokens);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SEXP all = PROTECT(Rf_allocVector(VECSXP, (R_xlen_t)docs.n));
  for (int64_t d = 0; d < docs.n; d++) {
    r_check(tn_documents_split(&docs, d, t->splitter, tokens, &err), &err);
    if (tokens->invalid) {
      tn_invalid_note(&invalid, d);
    }
    SEXP words = PROTECT(Rf_allocVector(STRSXP, (R_xlen_t)tokens->n));
    for (int64_t k = 0; k < tokens->n; k++) {
      SET_STRING_ELT(words, k, word_sexp(tokens->bytes + tokens->token[k].at, tokens->token[k].n));
    }
    SET_VECTOR_ELT(all, d, words);
    UNPROTECT(1);
  }
  SET_VECTOR_ELT(out, 0, all);
  SET_VECTOR_ELT(out, 1, r_invalid(&invalid));
  UNPROTECT(3);
  return out;
}

/* Words as numbers 1 ... n - 1; kind "md5" or "own". */
SEXP ffi_text_hash(SEXP words_sexp, SEXP kind_sexp, SEXP n_sexp) {
  int64_t m = r_int64(n_sexp) - 1;
  int md5 = strcmp(r_text(kind_sexp), "md5") == 0;
  SEXP out = PROTECT(Rf_allocVector(INTSXP, XLENGTH(words_sexp)));
  for (R_xlen_t k = 0; k < XLENGTH(words_sexp); k++) {
    struct tn_text word = text_of(STRING_ELT(words_sexp, k));
    INTEGER(out)[k] = 1 + (int)(md5 ? tn_word_md5(word, m) : tn_word_hash(word, m));
  }
  UNPROTECT(1);
  return out;
}
