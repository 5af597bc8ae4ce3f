/* Headers of tensor files: what they must say, and headers spoilt by chance, which are read or refused.
 *   test_safetensors [cases [seed]]     for longer runs */
#include "files/safetensors.h"
#include "platform/alloc.h"
#include "tn_test.h"

static int64_t cases = 20000;
static uint64_t seed = 1;

/* Reads a header that lies in memory of its own size. */
static enum tn_status read_header(const char *json, int64_t n, int64_t size,
                                  struct tn_safetensors *s, struct tn_error *err) {
  char *own = malloc((size_t)n + (n == 0));
  memcpy(own, json, (size_t)n);
  tn_error_init(err);
  enum tn_status status = tn_safetensors_read(s, own, n, size, err);
  free(own);
  return status;
}

static int reads(const char *json, int64_t size) {
  struct tn_safetensors s = {0};
  struct tn_error err;
  enum tn_status status = read_header(json, (int64_t)strlen(json), size, &s, &err);
  tn_safetensors_free(&s);
  return status == TN_OK;
}

static const char good[] =
    "{\"__metadata__\":{\"made\\u0020by\":\"\\ud83d\\ude00 \\\"me\\\"\"},"
    " \"a/b\" : {\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]},"
    "\"c\":{\"data_offsets\":[0,8],\"shape\":[],\"dtype\":\"I64\"},"
    "\"d\":{\"dtype\":\"BOOL\",\"shape\":[0,7],\"data_offsets\":[32,32]}}  ";

TEST(a_header_says_what_and_where) {
  struct tn_safetensors s = {0};
  struct tn_error err;
  CHECK(read_header(good, sizeof good - 1, 32, &s, &err) == TN_OK);
  CHECK(s.n == 3 && strcmp(s.tensor[0].name, "a/b") == 0);
  CHECK(s.tensor[0].rank == 2 && s.tensor[0].dim[1] == 3 && s.tensor[0].from == 8);
  CHECK(s.tensor[1].rank == 0 && s.tensor[1].type.kind == TN_NUMBER_INT && s.tensor[1].to == 8);
  CHECK(s.n_metadata == 1 && strcmp(s.metadata[0], "made by") == 0);
  CHECK(strcmp(s.metadata[1], "\xF0\x9F\x98\x80 \"me\"") == 0);
  tn_safetensors_free(&s);
  CHECK(tn_alloc_live() == 0);
}

#define TENSOR(name, shape, places) \
  "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" places "}"

TEST(places_have_neither_gap_nor_overlap) {
  CHECK(reads("{}", 0));
  CHECK(reads("{" TENSOR("a", "[1]", "[0,4]") "," TENSOR("b", "[1]", "[4,8]") "}", 8));
  CHECK(reads("{" TENSOR("b", "[1]", "[4,8]") "," TENSOR("a", "[1]", "[0,4]") "}", 8));
  CHECK(!reads("{}", 1));
  CHECK(!reads("{" TENSOR("a", "[1]", "[0,4]") "}", 8));
  CHECK(!reads("{" TENSOR("a", "[1]", "[0,4]") "}", 3));
  CHECK(!reads("{" TENSOR("a", "[1]", "[4,8]") "}", 8));
  CHECK(!reads("{" TENSOR("a", "[1]", "[0,4]") "," TENSOR("b", "[1]", "[0,4]") "}", 8));
  CHECK(!reads("{" TENSOR("a", "[1]", "[0,4]") "," TENSOR("a", "[1]", "[4,8]") "}", 8));
  CHECK(!reads("{" TENSOR("a", "[2]", "[0,4]") "}", 4));
  CHECK(!reads("{" TENSOR("a", "[4294967296,4294967296]", "[0,4]") "}", 4));
  CHECK(!reads("{" TENSOR("a", "[1]", "[4,0]") "}", 4));
}

TEST(json_is_read_strictly) {
  static const char *const bad[] = {
      "", " {}", "[]", "{", "{}}", "{} x", "{\"a\":1}", "{\"a\":{}}", "{\"a\"}", "{,}",
      "{" TENSOR("a", "[1]", "[0,4]") ",}", "{" TENSOR("a", "[1,]", "[0,4]") "}",
      "{" TENSOR("a", "[01]", "[0,4]") "}", "{" TENSOR("a", "[1.0]", "[0,4]") "}",
      "{" TENSOR("a", "[-1]", "[0,4]") "}", "{" TENSOR("a", "[1]", "[0,4,8]") "}",
      "{" TENSOR("a", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", "{" TENSOR("\\q", "[1]", "[0,4]") "}",
      "{" TENSOR("\\ud800", "[1]", "[0,4]") "}", "{" TENSOR("\\u0000", "[1]", "[0,4]") "}",
      "{" TENSOR("\n", "[1]", "[0,4]") "}", "{\"__metadata__\":{\"a\":1}}",
      "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}"};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    if (reads(bad[k], 4) || reads(bad[k], 0)) {
      tn_complain(__FILE__, __LINE__, bad[k]);
    }
  }
}

TEST(any_header_is_read_or_refused) {
  static const char letters[] = "{}[]\",:0123456789\\u abFdtypeshp_-.";
  for (int64_t k = 0; k < cases; k++) {
    uint64_t state = (seed * 1000003u + (uint64_t)k) * 0x9E3779B97F4A7C15u | 1;
    struct tn_safetensors s = {0};
    struct tn_error err;
    char json[sizeof good];
    int64_t n = sizeof good - 1;
    memcpy(json, good, sizeof good);
    for (uint32_t times = 1 + chance(&state, 3); times > 0; times--) {
      json[chance(&state, (uint32_t)n)] = letters[chance(&state, sizeof letters - 1)];
    }
    n = chance(&state, 4) ? n : chance(&state, (uint32_t)n);
    enum tn_status status = read_header(json, n, 32, &s, &err);
    CHECK(status == TN_OK || (status == TN_STATUS_IO && err.message[0] != '\0'));
    tn_safetensors_free(&s);
    CHECK(tn_alloc_live() == 0);
  }
}

int main(int argc, char **argv) {
  cases = argc > 1 ? atoll(argv[1]) : cases;
  seed = argc > 2 ? (uint64_t)atoll(argv[2]) : seed;
  RUN(a_header_says_what_and_where);
  RUN(places_have_neither_gap_nor_overlap);
  RUN(json_is_read_strictly);
  RUN(any_header_is_read_or_refused);
  return tn_test_summary();
}
