/* Broken files by chance: bytes of good .npy files and pickles are changed, cut, doubled and
 * mixed with instructions. Whatever comes is read, or refused with a message; nothing outside of
 * the file is read (each lies in memory of its own size), memory stays in proportion to the
 * file, nothing leaks.
 *   test_files_fuzz [cases [seed]]     for longer runs; TN_CASES=2000 for slow machines */
#include "files/idx.h"
#include "files_fixture.h"

static void put_batch(struct bytes *b) {
  PUT(b,
      "\x80\x02}q\x01(U\x04"
      "dataq\x02");
  PUT(b,
      "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01"
      "b\x87R");
  PUT(b,
      "(K\x01K\x02K\x03\x86"
      "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xff");
  PUT(b,
      "J\xff\xff\xff\xffK\x00tb\x89U\x06"
      "abcdeftbU\x06labels](K\x07K\x08"
      "eu.");
}

static void put_good(struct bytes *b, uint32_t kind) {
  static const double values[6] = {1, 2, 3, 4, 5, 6};
  struct bytes pickle = {.n = 0};
  if (kind == 0) {
    put_npy(b, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", values,
            sizeof values);
  } else if (kind == 1) {
    put_two_lists(&pickle);
    put_npy(b, 2, "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }\n", pickle.at,
            (size_t)pickle.n);
  } else if (kind == 2) {
    put_batch(b);
  } else {
    PUT(b,
        "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03"
        "abcdef");
  }
}

static void spoil(struct bytes *b, uint64_t *state) {
  static const char instructions[] =
      "(KMJNU)]}aesutqhRb.\x85\x86\x87\x88\x89\x8a\x8c\x93\x94\x95jrXC";
  uint32_t at = chance(state, (uint32_t)b->n), to = chance(state, (uint32_t)b->n), n;
  switch (chance(state, 6)) {
    case 0: b->at[at] = (uint8_t)chance(state, 256); break;
    case 1: b->at[at] ^= (uint8_t)(1u << chance(state, 8)); break;
    case 2: b->n = at + 1; break;
    case 3: /* a part over another */
      n = chance(state, 24);
      n = at + n > b->n || to + n > b->n ? 1 : n;
      memmove(b->at + to, b->at + at, n);
      break;
    case 4: /* an instruction more */
      if (b->n < (int64_t)sizeof b->at) {
        memmove(b->at + at + 1, b->at + at, (size_t)(b->n++ - at));
        b->at[at] = (uint8_t)instructions[chance(state, sizeof instructions - 1)];
      }
      break;
    default: b->at[at] = (uint8_t)instructions[chance(state, sizeof instructions - 1)];
  }
}

static int outcome_is_fine(enum tn_status status, const struct tn_error *err) {
  return status == TN_OK || (status == TN_STATUS_IO && err->message[0] != '\0');
}

/* Every value of an array that was accepted can be placed. */
static void place_all(const struct tn_numbers *x) {
  int64_t n = 1;
  for (int k = 0; k < x->rank; k++) {
    n *= x->dim[k];
  }
  double *doubles = malloc((size_t)n * sizeof(double) + 1);
  tn_numbers_place(x, NULL, doubles);
  free(doubles);
}

static int read_npy(const uint8_t *bytes, int64_t n) {
  struct tn_error err;
  struct tn_numbers x;
  struct tn_sequences s = {0};
  int64_t n_values;
  tn_error_init(&err);
  enum tn_status status = tn_npy_read(bytes, n, &x, &n_values, &err);
  if (status == TN_OK && x.type.kind != TN_NUMBER_OBJECT) {
    place_all(&x);
  }
  if (status == TN_OK) {
    status = tn_sequences_of_npy(&s, &x, n_values, &err);
  }
  int fine = outcome_is_fine(status, &err) && s.n_values <= n;
  tn_sequences_free(&s);
  return fine;
}

static int read_pickle(const uint8_t *bytes, int64_t n) {
  struct tn_error err;
  struct tn_pickle p;
  struct tn_pickle_value value, values;
  struct tn_numbers x;
  struct tn_sequences s = {0};
  tn_error_init(&err);
  enum tn_status status = tn_pickle_read(bytes, n, &p, &err);
  int fine = outcome_is_fine(status, &err) && p.n_objects <= n && p.n_items <= 8 * n;
  if (status == TN_OK && tn_pickle_entry(&p, p.top, "data", &value, NULL) == TN_OK &&
      tn_pickle_array(&p, value, &x, &values, NULL) == TN_OK && x.type.kind != TN_NUMBER_OBJECT) {
    place_all(&x);
  }
  if (status == TN_OK && tn_pickle_entry(&p, p.top, "labels", &value, NULL) == TN_OK) {
    tn_error_init(&err);
    fine = fine && outcome_is_fine(tn_sequences_add(&s, &p, value, &err), &err);
  }
  tn_sequences_free(&s);
  tn_pickle_free(&p);
  return fine;
}

static int read_idx(const uint8_t *bytes, int64_t n) {
  struct tn_error err;
  struct tn_numbers x;
  tn_error_init(&err);
  enum tn_status status = tn_idx_read(bytes, n, &x, &err);
  if (status == TN_OK) {
    place_all(&x);
  }
  return outcome_is_fine(status, &err);
}

static int64_t cases = 20000;
static uint64_t seed = 1;

static int one_case(uint64_t *state) {
  struct bytes b = {.n = 0};
  uint32_t kind = chance(state, 4);
  put_good(&b, kind);
  for (uint32_t k = chance(state, 6); k > 0; k--) {
    spoil(&b, state);
  }
  uint8_t *own = malloc((size_t)b.n); /* so that reading beyond it is seen */
  memcpy(own, b.at, (size_t)b.n);
  int fine = kind < 2 ? read_npy(own, b.n) : kind == 2 ? read_pickle(own, b.n) : read_idx(own, b.n);
  free(own);
  return fine;
}

TEST(good_files_of_all_kinds_are_read) {
  struct tn_numbers x;
  struct tn_pickle p;
  struct tn_pickle_value value, values;
  int64_t n;
  struct bytes b[4];
  for (uint32_t kind = 0; kind < 4; kind++) {
    b[kind].n = 0;
    put_good(b + kind, kind);
  }
  CHECK(tn_npy_read(b[0].at, b[0].n, &x, &n, NULL) == TN_OK);
  CHECK(tn_npy_read(b[1].at, b[1].n, &x, &n, NULL) == TN_OK);
  CHECK(tn_pickle_read(b[2].at, b[2].n, &p, NULL) == TN_OK);
  CHECK(tn_pickle_entry(&p, p.top, "data", &value, NULL) == TN_OK);
  CHECK(tn_pickle_array(&p, value, &x, &values, NULL) == TN_OK && x.bytes[5] == 'f');
  tn_pickle_free(&p);
  CHECK(tn_idx_read(b[3].at, b[3].n, &x, NULL) == TN_OK);
}

TEST(any_file_is_read_or_refused) {
  for (int64_t k = 0; k < cases; k++) {
    uint64_t state = (seed * 1000003u + (uint64_t)k) * 0x9E3779B97F4A7C15u | 1, start = state;
    if (!one_case(&state) || tn_alloc_live() != 0) {
      char what[80];
      snprintf(what, sizeof what, "case %lld, state %llu", (long long)k, (unsigned long long)start);
      tn_complain(__FILE__, __LINE__, what);
    }
  }
}

int main(int argc, char **argv) {
  cases = tn_test_number(argc, argv, 1, "TN_CASES", cases);
  seed = (uint64_t)tn_test_number(argc, argv, 2, NULL, (int64_t)seed);
  RUN(good_files_of_all_kinds_are_read);
  RUN(any_file_is_read_or_refused);
  return tn_test_summary();
}
