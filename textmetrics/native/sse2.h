// Whether there is SSE2, which every processor of x86-64 has.
#pragma once

// TEXTMETRICS_PORTABLE: what other processors run; `make clang` tests it.
#if (defined(__SSE2__) || defined(_M_X64)) && !defined(TEXTMETRICS_PORTABLE)
#include <emmintrin.h>
#define TEXTMETRICS_SSE2
#endif
