/* Searches in the tables that data-raw/unicode_tables.R writes. */
#include "text/unicode.h"

/* first, first + step ... last have their lower case at a distance of delta. */
struct lower_range {
  uint32_t first, last;
  int32_t step, delta;
};
struct range {
  uint32_t first, last;
};

#include "text/unicode_tables.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static int in_ranges(const struct range *ranges, int n, uint32_t code) {
  int low = 0, high = n;
  while (low < high) {
    int middle = (low + high) / 2;
    if (code > ranges[middle].last) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < n && code >= ranges[low].first;
}

uint32_t tn_lower(uint32_t code) {
  int low = 0, high = COUNT(lower_ranges);
  while (low < high) {
    int middle = (low + high) / 2;
    if (code > lower_ranges[middle].last) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == COUNT(lower_ranges) || code < lower_ranges[low].first) {
    return code;
  }
  const struct lower_range *r = &lower_ranges[low];
  return (code - r->first) % (uint32_t)r->step == 0 ? (uint32_t)((int32_t)code + r->delta) : code;
}

int tn_is_cased(uint32_t code) { return in_ranges(cased_ranges, COUNT(cased_ranges), code); }

int tn_is_case_ignorable(uint32_t code) {
  return in_ranges(case_ignorable_ranges, COUNT(case_ignorable_ranges), code);
}

int tn_is_word(uint32_t code) { return in_ranges(word_ranges, COUNT(word_ranges), code); }
