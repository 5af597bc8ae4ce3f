/* What the files that hand texts to the core share. */
#ifndef TN_R_R_TEXT_H
#define TN_R_R_TEXT_H

#include "r/r_api.h"
#include "text/term_rows.h"
#include "text/word_hash.h"

#define R_TAG_TOKENIZER "tildenet tokenizer"
#define R_TAG_ROWS "tildenet rows of words"

/* Views of a character vector (documents) or a list of them (words), NA as "", that live until the
 * .Call returns. The strings are UTF-8 or ASCII, which is the business of the R side. */
struct tn_documents r_documents(SEXP texts_sexp);
/* Where each sequence begins and the last one ends, from their lengths (integers); lives until the .Call
 * returns. */
const int64_t *r_firsts(SEXP lengths_sexp);
/* c(number of documents, the first one from 1). */
SEXP r_invalid(const struct tn_invalid *invalid);

#endif
