/*
 * What this processor can, as the C library found at its start.  The compiler's
 * own __builtin_cpu_supports asks the processor anew before main begins, in every
 * program that it is linked into; in a virtual machine each question goes to the
 * host, and the two dozen of them are a fiftieth of the time to the first frame.
 */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#ifdef __x86_64__
#ifdef HAVE_SYS_PLATFORM_X86_H	/* glibc 2.33 */
#include <sys/platform/x86.h>
#define CPU_HAS_AVX2	CPU_FEATURE_ACTIVE(AVX2)
#define CPU_HAS_AVX512BW	CPU_FEATURE_ACTIVE(AVX512BW)
#define CPU_HAS_POPCNT	CPU_FEATURE_ACTIVE(POPCNT)
#else
#define CPU_HAS_AVX2	__builtin_cpu_supports("avx2")
#define CPU_HAS_AVX512BW	__builtin_cpu_supports("avx512bw")
#define CPU_HAS_POPCNT	__builtin_cpu_supports("popcnt")
#endif
#endif

#endif
