#include "files/pickle_machine.h"

#include <string.h>

#include "platform/alloc.h"

void tn_machine_free(struct tn_machine *m) {
  tn_free(m->stack);
  tn_free(m->memo);
  tn_free(m->mark);
}

enum tn_status tn_machine_broken(struct tn_machine *m, const char *what) {
  return tn_fail(m->err, TN_STATUS_IO, "the pickle is broken at byte %lld: %s", (long long)m->at,
                 what);
}

enum tn_status tn_machine_push(struct tn_machine *m, struct tn_pickle_value value) {
  TN_TRY(tn_grow(&m->stack, m->n_stack, m->n_stack + 1, sizeof *m->stack, &m->stack_room, m->err));
  m->stack[m->n_stack++] = value;
  return TN_OK;
}

const struct tn_pickle_value *tn_machine_take(struct tn_machine *m, int64_t n) {
  int64_t floor = m->n_marks > 0 ? m->mark[m->n_marks - 1] : 0;
  if (m->n_stack - floor < n) {
    tn_machine_broken(m, "there are too few values");
    return NULL;
  }
  m->n_stack -= n;
  return m->stack + m->n_stack;
}

const struct tn_pickle_value *tn_machine_take_marked(struct tn_machine *m, int64_t *n) {
  if (m->n_marks == 0) {
    tn_machine_broken(m, "a mark is missing");
    return NULL;
  }
  *n = m->n_stack - m->mark[m->n_marks - 1];
  const struct tn_pickle_value *items = tn_machine_take(m, *n);
  m->n_marks--;
  return items;
}

enum tn_status tn_machine_mark(struct tn_machine *m) {
  TN_TRY(tn_grow(&m->mark, m->n_marks, m->n_marks + 1, sizeof *m->mark, &m->marks_room, m->err));
  m->mark[m->n_marks++] = m->n_stack;
  return TN_OK;
}

/* Numbers of memos count up from 0 or 1, so none is larger than the file. */
enum tn_status tn_machine_remember(struct tn_machine *m, int64_t k) {
  if (m->n_stack == 0 || k < 0 || k > m->p->n_bytes) {
    return tn_machine_broken(m, "a value cannot be remembered");
  }
  TN_TRY(tn_grow(&m->memo, m->n_memo, k + 1, sizeof *m->memo, &m->memo_room, m->err));
  m->memo[k] = m->stack[m->n_stack - 1];
  m->n_memo = k < m->n_memo ? m->n_memo : k + 1;
  return TN_OK;
}

enum tn_status tn_machine_recall(struct tn_machine *m, int64_t k) {
  if (k >= m->n_memo) {
    return tn_machine_broken(m, "a value was never remembered");
  }
  return tn_machine_push(m, m->memo[k]);
}

/* Objects whose items are the last grow in place, others move behind them, with room for as many
 * more: so items are moved a constant number of times. */
enum tn_status tn_machine_append(struct tn_machine *m, struct tn_pickle_object *object,
                                 const struct tn_pickle_value *items, int64_t n) {
  struct tn_pickle *p = m->p;
  if (object->n + n > object->capacity) {
    int last = object->first + object->capacity == p->n_items;
    int64_t capacity = last ? object->n + n : 2 * (object->n + n);
    int64_t first = last ? object->first : p->n_items;
    TN_TRY(
        tn_grow(&p->item, p->n_items, first + capacity, sizeof *p->item, &p->items_room, m->err));
    if (!last && object->n > 0) {
      memcpy(p->item + first, p->item + object->first, (size_t)object->n * sizeof *p->item);
    }
    object->first = first;
    object->capacity = capacity;
    p->n_items = first + capacity;
  }
  if (n > 0) {
    memcpy(p->item + object->first + object->n, items, (size_t)n * sizeof *items);
  }
  object->n += n;
  return TN_OK;
}

enum tn_status tn_machine_object(struct tn_machine *m, enum tn_pickle_object_kind kind,
                                 const struct tn_pickle_value *items, int64_t n,
                                 struct tn_pickle_value *value) {
  struct tn_pickle *p = m->p;
  TN_TRY(tn_grow(&p->object, p->n_objects, p->n_objects + 1, sizeof *p->object, &p->objects_room,
                 m->err));
  struct tn_pickle_object *object = p->object + p->n_objects;
  *object = (struct tn_pickle_object){kind, p->n_items, 0, 0};
  TN_TRY(tn_machine_append(m, object, items, n));
  *value = (struct tn_pickle_value){TN_PICKLE_OBJECT, 0, p->n_objects++};
  return TN_OK;
}
