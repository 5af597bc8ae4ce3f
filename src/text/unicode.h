/* Properties of letters that lower-casing and words need, by the rules of Unicode. */
#ifndef TN_TEXT_UNICODE_H
#define TN_TEXT_UNICODE_H

#include <stdint.h>

/* Lower case of one code point by one code point (capital I with dot gives i). */
uint32_t tn_lower(uint32_t code);
/* Unicode's Cased and Case_Ignorable, by which a capital sigma knows the end of its word. */
int tn_is_cased(uint32_t code);
int tn_is_case_ignorable(uint32_t code);
/* Letters and numbers of any script, and the underscore. */
int tn_is_word(uint32_t code);

#endif
