#include "images/header.h"

#include <string.h>

#include "files/checksum.h"

#define ENDS_EARLY "It ends too early."

static int64_t number(const uint8_t *bytes, int n) {
  int64_t value = 0;
  for (int i = 0; i < n; i++) {
    value = value << 8 | bytes[i];
  }
  return value;
}

static int begins(const uint8_t *bytes, int64_t n, const char *text, int64_t size) {
  return n >= size && memcmp(bytes, text, (size_t)size) == 0;
}

/* ---- PNG: chunks of length, name, data, checksum ------------------------------------------------- */

static void png_size(const uint8_t *data, int64_t n, struct tn_image_header *out) {
  if (n < 13) {
    out->fault = "Its header is too short.";
    return;
  }
  out->width = number(data, 4);
  out->height = number(data + 4, 4);
  out->bits = data[8];
}

static void png_header(const uint8_t *bytes, int64_t n, struct tn_image_header *out) {
  int64_t at = 8;
  int pixels = 0;
  while (out->fault == NULL) {
    int64_t size = n - at < 12 ? n : number(bytes + at, 4);
    if (n - at < 12 || size > n - at - 12) {
      out->fault = ENDS_EARLY;
      return;
    }
    const uint8_t *name = bytes + at + 4, *data = name + 4;
    /* Parts in small letters may be left out by a reader, broken or not. */
    if ((name[0] & 32) == 0 && tn_crc32(0, name, (size_t)size + 4) != number(data + size, 4)) {
      out->fault = "A checksum in it is wrong.";
    } else if (at == 8 && memcmp(name, "IHDR", 4) != 0) {
      out->fault = "It does not begin with a header.";
    } else if (at == 8) {
      png_size(data, size, out);
    } else if (memcmp(name, "IDAT", 4) == 0) {
      pixels = 1;
    } else if (memcmp(name, "IEND", 4) == 0) {
      out->fault = pixels ? NULL : "It holds no pixels.";
      return;
    }
    at += size + 12;
  }
}

/* ---- JPEG: markers, FF and a byte; behind most of them a length ----------------------------------- */

/* Place behind the next marker at or after `at`; n when there is none. Coded pixels hold FF 00 and
 * restarts (D0 to D7), which are none. */
static int64_t next_marker(const uint8_t *bytes, int64_t n, int64_t at, int *marker) {
  while (at + 1 < n) {
    const uint8_t *found = memchr(bytes + at, 0xFF, (size_t)(n - 1 - at));
    if (found == NULL) {
      break;
    }
    at = found - bytes + 1;
    *marker = bytes[at];
    if (*marker != 0 && *marker != 1 && *marker != 0xFF && (*marker < 0xD0 || *marker > 0xD7)) {
      return at + 1;
    }
  }
  *marker = 0;
  return n;
}

static int is_frame(int marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static void jpeg_header(const uint8_t *bytes, int64_t n, struct tn_image_header *out) {
  int64_t at = 2;
  int marker, scans = 0;
  for (;;) {
    at = next_marker(bytes, n, at, &marker);
    if (marker == 0xD9) {
      out->fault = scans > 0 && out->height > 0 ? NULL : "It holds no pixels.";
      return;
    }
    int64_t size = n - at < 2 ? n : number(bytes + at, 2);
    if (marker == 0 || size > n - at) {
      out->fault = ENDS_EARLY;
      return;
    }
    if (is_frame(marker) && size >= 8) {
      out->bits = bytes[at + 2];
      out->height = number(bytes + at + 3, 2);
      out->width = number(bytes + at + 5, 2);
    }
    scans += marker == 0xDA;
    at += size;
  }
}

/* -------------------------------------------------------------------------------------------------- */

static int is_other(const uint8_t *bytes, int64_t n) {
  int pnm = n > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' && bytes[2] <= ' ';
  int webp = begins(bytes, n, "RIFF", 4) && n >= 12 && memcmp(bytes + 8, "WEBP", 4) == 0;
  return pnm || webp || begins(bytes, n, "BM", 2) || begins(bytes, n, "GIF8", 4) ||
         begins(bytes, n, "II*\0", 4) || begins(bytes, n, "MM\0*", 4);
}

void tn_image_header(const uint8_t *bytes, int64_t n, struct tn_image_header *out) {
  memset(out, 0, sizeof *out);
  if (begins(bytes, n, "\x89PNG\r\n\x1a\n", 8)) {
    out->format = TN_IMAGE_PNG;
    png_header(bytes, n, out);
  } else if (begins(bytes, n, "\xFF\xD8\xFF", 3)) {
    out->format = TN_IMAGE_JPEG;
    jpeg_header(bytes, n, out);
  } else if (is_other(bytes, n)) {
    out->format = TN_IMAGE_OTHER;
    return;
  } else {
    out->fault = n == 0 ? "It is empty." : "It holds no image of a known format.";
    return;
  }
  if (out->fault == NULL && (out->height < 1 || out->width < 1)) {
    out->fault = "It says that it has no pixels.";
  }
}
