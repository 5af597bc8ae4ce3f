#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#if !defined(_WIN32_WINNT) || _WIN32_WINNT < 0x0600
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0600 /* slim locks and condition variables */
#endif
#include <windows.h>
#include <process.h>
#endif

#include "platform/system_threads.h"

#if defined(_WIN32)

enum { STACK_BYTES = 2 << 20 };

static HANDLE thread[TN_HELPERS_MOST];
static void (*body_of[TN_HELPERS_MOST])(void);
static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE bed_of[TN_BEDS] = {CONDITION_VARIABLE_INIT, CONDITION_VARIABLE_INIT};

const char *tn_system_threads_name(void) { return "Windows threads"; }

int tn_system_processors(void) {
  DWORD_PTR allowed = 0, all = 0;
  int n = 0;
  GetProcessAffinityMask(GetCurrentProcess(), &allowed, &all);
  for (; allowed != 0; allowed &= allowed - 1) {
    n++;
  }
  return n < 1 ? 1 : n;
}

static unsigned __stdcall run(void *body) {
  (*(void (**)(void))body)();
  return 0;
}

int tn_system_start(int k, void (*body)(void)) {
  body_of[k] = body;
  thread[k] = (HANDLE)_beginthreadex(NULL, STACK_BYTES, run, &body_of[k], 0, NULL);
  return thread[k] != NULL;
}

void tn_system_join(int k) {
  WaitForSingleObject(thread[k], INFINITE);
  CloseHandle(thread[k]);
}

void tn_system_lock(void) { AcquireSRWLockExclusive(&lock); }
void tn_system_unlock(void) { ReleaseSRWLockExclusive(&lock); }

void tn_system_sleep(enum tn_bed bed) {
  SleepConditionVariableSRW(&bed_of[bed], &lock, INFINITE, 0);
}

void tn_system_wake(enum tn_bed bed, int n) {
  for (int k = 0; k < n; k++) {
    WakeConditionVariable(&bed_of[bed]);
  }
}

uint64_t tn_system_nanoseconds(void) {
  LARGE_INTEGER ticks, a_second;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&a_second);
  return (uint64_t)((double)ticks.QuadPart * (1e9 / (double)a_second.QuadPart));
}

void tn_system_watch_forks(void (*in_child)(void)) { (void)in_child; }

#endif
