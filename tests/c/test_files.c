/* Readers of data set files: arrays, pickles of lists, idx files, checksums, NumPy's shuffle. */
#include "files/checksum.h"
#include "files/idx.h"
#include "files/shuffle.h"
#include "files_fixture.h"

static struct tn_error err;

static int refused(enum tn_status status, const char *part) {
  int fine = status == TN_STATUS_IO && strstr(err.message, part) != NULL;
  if (!fine) {
    printf("  status %d, message %s\n", (int)status, err.message);
  }
  tn_error_init(&err);
  return fine;
}

TEST(arrays_come_with_the_first_axis_fastest) {
  static const double numbers[6] = {1, 2, 3, 4, 5, 6};
  uint8_t values[sizeof numbers];
  static const char *const headers[] = {
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }          \n",
      "{'shape': (2L, 3L), 'fortran_order': True, 'descr': '<f8'}\n"};
  static const double expected[2][6] = {{1, 4, 2, 5, 3, 6}, {1, 2, 3, 4, 5, 6}};
  put_doubles(values, numbers, 6, LOW_FIRST);
  for (int version = 1; version <= 3; version++) {
    for (int k = 0; k < 2; k++) {
      struct bytes b = {.n = 0};
      struct tn_numbers x;
      int64_t n;
      double found[6] = {0};
      put_npy(&b, version, headers[k], values, sizeof values);
      CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
      CHECK(x.rank == 2 && x.dim[0] == 2 && x.dim[1] == 3 && n == sizeof values);
      tn_numbers_place(&x, NULL, found);
      CHECK(memcmp(found, expected[k], sizeof found) == 0);
    }
  }
}

TEST(numbers_of_all_types_are_read) {
  static const struct {
    const char *header, *bytes;
    size_t n;
    double first, second;
  } cases[] = {
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "\x07\xff", 2, 7, 255},
      {"{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", "\x07\xff", 2, 7, -1},
      {"{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", "\x00\x05", 2, 0, 1},
      {"{'descr': '<i2', 'fortran_order': False, 'shape': (2,)}", "\x01\x02\xfe\xff", 4, 513, -2},
      {"{'descr': '>i4', 'fortran_order': False, 'shape': (2,)}",
       "\x00\x00\x01\x02\xff\xff\xff\xfe", 8, 258, -2},
      {"{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}",
       "\x3f\xc0\x00\x00\xc0\x00\x00\x00", 8, 1.5, -2},
      {"{'descr': '<u8', 'fortran_order': False, 'shape': (2,)}",
       "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00", 16, 1, 4294967296.0}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    struct bytes b = {.n = 0};
    struct tn_numbers x;
    int64_t n;
    double found[2];
    put_npy(&b, 1, cases[k].header, cases[k].bytes, cases[k].n);
    CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
    tn_numbers_place(&x, NULL, found);
    CHECK(found[0] == cases[k].first && found[1] == cases[k].second);
    CHECK(tn_numbers_fit_int32(&x.type, x.bytes, 2) == (k != 5 && k != 6));
  }
}

TEST(a_header_names_the_order_of_bytes) {
  static const double numbers[2] = {1.25, -3e300};
  static const char *const headers[] = {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
                                        "{'descr': '>f8', 'fortran_order': False, 'shape': (2,)}",
                                        "{'descr': '=f8', 'fortran_order': False, 'shape': (2,)}"};
  for (int order = LOW_FIRST; order <= NATIVE; order++) {
    struct bytes b = {.n = 0};
    struct tn_numbers x;
    int64_t n;
    double found[2];
    uint8_t values[sizeof numbers];
    put_doubles(values, numbers, 2, (enum byte_order)order);
    put_npy(&b, 1, headers[order], values, sizeof values);
    CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
    tn_numbers_place(&x, NULL, found);
    CHECK(memcmp(found, numbers, sizeof found) == 0);
  }
}

/* Three axes, more rows than are placed together. */
TEST(many_rows_keep_their_places) {
  enum { ROWS = 150, A = 3, B = 2 };
  static struct bytes b;
  uint8_t values[ROWS * A * B];
  int32_t found[ROWS * A * B];
  struct tn_numbers x;
  int64_t n;
  for (int k = 0; k < ROWS * A * B; k++) {
    values[k] = (uint8_t)(k % 251);
  }
  put_npy(&b, 1, "{'descr': '|u1', 'fortran_order': False, 'shape': (150, 3, 2)}", values,
          sizeof values);
  CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
  tn_numbers_place(&x, found, NULL);
  for (int i = 0; i < ROWS; i++) {
    for (int j = 0; j < A; j++) {
      for (int k = 0; k < B; k++) {
        CHECK(found[i + ROWS * (j + A * k)] == values[(i * A + j) * B + k]);
      }
    }
  }
}

TEST(broken_headers_are_refused) {
  static const struct {
    const char *header, *message;
  } cases[] = {
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}", "too short"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "longer"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999, 9999999999999)}",
       "too short"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "whole numbers"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (2}", "whole numbers"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2)}", "at most 8"},
      {"{'descr': '<c16', 'fortran_order': False, 'shape': (2,)}", "<c16"},
      {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}", "records"},
      {"{'descr': '<f8', 'fortran_order': None, 'shape': (2,)}", "True or False"},
      {"{'descr': '<f8', 'shape': (2,)}", "fortran_order"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", "unknown key"},
      {"{'descr': '<f8", "end of a string"},
      {"", "dictionary"}};
  static const double values[2] = {1, 2};
  struct tn_numbers x;
  int64_t n;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    struct bytes b = {.n = 0};
    put_npy(&b, 1, cases[k].header, values, sizeof values);
    CHECK(refused(tn_npy_read(b.at, b.n, &x, &n, &err), cases[k].message));
  }
  CHECK(
      refused(tn_npy_read((const uint8_t *)"\x93NUMPX\1\0\0\0", 10, &x, &n, &err), "not an array"));
  CHECK(refused(tn_npy_read((const uint8_t *)"\x93NUMPY\4\0\0\0", 10, &x, &n, &err), "version 4"));
  CHECK(refused(tn_npy_read((const uint8_t *)"\x93NUMPY\1\0\xff\0", 10, &x, &n, &err), "cut off"));
}

TEST(lists_of_whole_numbers_are_read) {
  struct bytes b = {.n = 0}, pickle = {.n = 0};
  struct tn_numbers x;
  struct tn_sequences s = {0};
  int64_t n;
  put_two_lists(&pickle);
  put_npy(&b, 1, "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", pickle.at,
          (size_t)pickle.n);
  CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
  CHECK(tn_sequences_of_npy(&s, &x, n, &err) == TN_OK);
  CHECK(s.n == 2 && s.length[0] == 2 && s.length[1] == 1);
  CHECK(s.value[0] == 1 && s.value[1] == 300 && s.value[2] == 70000);
  tn_sequences_free(&s);
  for (int64_t cut = 1; cut < n; cut++) { /* nothing but the whole is accepted */
    CHECK(tn_sequences_of_npy(&s, &x, n - cut, NULL) == TN_STATUS_IO);
    tn_sequences_free(&s);
  }
  CHECK(tn_alloc_live() == 0);
}

TEST(other_instructions_and_functions_are_refused_by_name) {
  static const struct {
    const char *bytes;
    size_t n;
    const char *message;
  } cases[] = {
#define CASE(literal, message) {literal, sizeof(literal) - 1, message}
      CASE("\x80\x02"
           "cos\nsystem\nU\x02ls\x85R.",
           "os.system"),
      CASE("\x80\x04\x8c\x08"
           "builtins\x8c\x04"
           "eval\x93.",
           "builtins.eval"),
      CASE("\x80\x04\x8c\x05numpy\x8c\x04load\x93.", "numpy.load"),
      CASE("(ios\nsystem\n.", "INST"),
      CASE("(cnumpy\nndarray\no.", "OBJ"),
      CASE("cnumpy\nndarray\n)\x81.", "NEWOBJ"),
      CASE("P7\n.", "PERSID"),
      CASE("\x82\x01.", "EXT1"),
      CASE("I01\n.", "INT"),
      CASE("\xf0.", "0xf0"),
      CASE("\x80\x09N.", "protocol"),
      CASE("cnumpy\nndarray\n)R.", "a call is none"),
      CASE("cnumpy\nndarray\nN\x85R.", "no function"),
      CASE("cnumpy.core.multiarray\n_reconstruct\nN\x85R.", "another kind"),
      CASE("c_codecs\nencode\nX\x02\0\0\0\xc3\xa9X\x06\0\0\0latin1\x86R.", "beyond ASCII"),
      CASE("\x8a\x09\1\2\3\4\5\6\7\x08\x09.", "too large"),
      CASE("]K\x01.", "one value"),
      CASE("K\x01.K", "one value"),
      CASE(".", "too few"),
      CASE("K\x01K\x02"
           "a.",
           "no place"),
      CASE("K\x01"
           "a.",
           "too few"),
      CASE("]a.", "too few"),
      CASE("}K\x01K\x02K\x03\x87.", "one value"),
      CASE("}(K\x01u.", "no place"),
      CASE("e.", "mark"),
      CASE("(\x85.", "too few"),
      CASE("h\x01.", "never remembered"),
      CASE("q\x01.", "cannot be remembered"),
      CASE("Nr\xff\xff\xff\xff.", "cannot be remembered"),
      CASE("X\xff\xff\xff\xff"
           "abc.",
           "cut off"),
      CASE("]", "cut off")};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    struct tn_pickle p;
    CHECK(refused(tn_pickle_read((const uint8_t *)cases[k].bytes, (int64_t)cases[k].n, &p, &err),
                  cases[k].message));
    tn_pickle_free(&p);
  }
  CHECK(tn_alloc_live() == 0);
}

/* A list that holds itself, and one that is named more often than the file is long. */
TEST(names_used_again_cannot_blow_up) {
  struct tn_pickle p;
  struct tn_sequences s = {0};
  static const char cycle[] =
      "]q\x01h\x01"
      "a.";
  CHECK(tn_pickle_read((const uint8_t *)cycle, sizeof cycle - 1, &p, &err) == TN_OK);
  CHECK(refused(tn_sequences_add(&s, &p, p.top, &err), "no whole numbers"));
  tn_pickle_free(&p);
  tn_sequences_free(&s);

  struct bytes pickle = {.n = 0}, b = {.n = 0};
  struct tn_numbers x;
  int64_t n;
  PUT(&pickle, RECONSTRUCT "(K\x01K\x40\x85q\x06" OBJECT_TYPE "](](");
  for (int k = 0; k < 200; k++) {
    PUT(&pickle, "K\x05");
  }
  PUT(&pickle, "eq\x0d");
  for (int k = 1; k < 64; k++) {
    PUT(&pickle, "h\x0d");
  }
  PUT(&pickle, "etb.");
  put_npy(&b, 1, "{'descr': '|O', 'fortran_order': False, 'shape': (64,)}", pickle.at,
          (size_t)pickle.n);
  CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
  CHECK(refused(tn_sequences_of_npy(&s, &x, n, &err), "too often"));
  tn_sequences_free(&s);
  CHECK(tn_alloc_live() == 0);
}

TEST(running_out_of_memory_is_an_error) {
  struct bytes b = {.n = 0}, pickle = {.n = 0};
  struct tn_numbers x;
  struct tn_sequences s = {0};
  int64_t n;
  enum tn_status status = TN_STATUS_ALLOC;
  put_two_lists(&pickle);
  put_npy(&b, 1, "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", pickle.at,
          (size_t)pickle.n);
  CHECK(tn_npy_read(b.at, b.n, &x, &n, &err) == TN_OK);
  int fails = 0;
  for (; status != TN_OK && fails < 100; fails++) {
    tn_alloc_fail_after(fails);
    status = tn_sequences_of_npy(&s, &x, n, NULL);
    tn_alloc_fail_after(-1);
    CHECK(status == TN_OK || status == TN_STATUS_ALLOC);
    tn_sequences_free(&s);
    CHECK(tn_alloc_live() == 0);
  }
  CHECK(status == TN_OK && fails > 5);
}

TEST(idx_files_are_read) {
  static const uint8_t good[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};
  int32_t found[6];
  struct tn_numbers x;
  CHECK(tn_idx_read(good, sizeof good, &x, &err) == TN_OK);
  tn_numbers_place(&x, found, NULL);
  CHECK(x.dim[0] == 2 && x.dim[1] == 3 && found[0] == 1 && found[1] == 4 && found[5] == 6);
  CHECK(refused(tn_idx_read(good, sizeof good - 1, &x, &err), "too short"));
  CHECK(refused(tn_idx_read(good, 7, &x, &err), "cut off"));
  CHECK(refused(tn_idx_read(good + 1, sizeof good - 1, &x, &err), "idx format"));
}

TEST(checksums_are_those_of_the_standards) {
  struct tn_sha256 s;
  char text[65];
  CHECK(tn_crc32(0, (const uint8_t *)"123456789", 9) == 0xCBF43926u);
  CHECK(tn_crc32(tn_crc32(0, (const uint8_t *)"1234", 4), (const uint8_t *)"56789", 5) == 0xCBF43926u);
  tn_sha256_init(&s);
  tn_sha256_add(&s, (const uint8_t *)"abc", 3);
  tn_sha256_text(&s, text);
  CHECK(strcmp(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0);
  tn_sha256_init(&s);
  for (int k = 0; k < 1000000; k += 125) {
    uint8_t part[125];
    memset(part, 'a', sizeof part);
    tn_sha256_add(&s, part, sizeof part);
  }
  tn_sha256_text(&s, text);
  CHECK(strcmp(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0);
}

/* Numbers of NumPy, also in the golden files. */
TEST(the_shuffle_is_that_of_numpy) {
  static const uint32_t raw[] = {3659249829u, 529109724u, 317413538u, 548173386u};
  static int32_t order[25000];
  static const int32_t first[] = {7798, 13226, 18078, 793}, second[] = {22748, 4083, 8015, 13688};
  struct tn_twister t;
  tn_twister_init(&t, 113);
  for (int k = 0; k < 4; k++) {
    CHECK(tn_twister_next(&t) == raw[k]);
  }
  tn_twister_init(&t, 113);
  tn_twister_shuffle(&t, order, 25000);
  CHECK(memcmp(order, first, sizeof first) == 0);
  tn_twister_shuffle(&t, order, 25000);
  CHECK(memcmp(order, second, sizeof second) == 0);
}

int main(void) {
  tn_error_init(&err);
  RUN(arrays_come_with_the_first_axis_fastest);
  RUN(numbers_of_all_types_are_read);
  RUN(a_header_names_the_order_of_bytes);
  RUN(many_rows_keep_their_places);
  RUN(broken_headers_are_refused);
  RUN(lists_of_whole_numbers_are_read);
  RUN(other_instructions_and_functions_are_refused_by_name);
  RUN(names_used_again_cannot_blow_up);
  RUN(running_out_of_memory_is_an_error);
  RUN(idx_files_are_read);
  RUN(checksums_are_those_of_the_standards);
  RUN(the_shuffle_is_that_of_numpy);
  return tn_test_summary();
}
