// Choices between numbers, element by element. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void clip(int64_t count, float scale, float shift, float low, float high, const float *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float x = scale * src[i] + shift;
        const float above = x < low ? low : x;  // a NaN fails both tests and so stays
        dst[i] = above > high ? high : above;
    }
}

void keep_nan(int64_t count, const float *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float x = src[i];
        const float y = dst[i];
        dst[i] = x == x ? y : x;
    }
}

void where(int64_t count, const float *condition, const float *a, const float *b, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float chosen = a[i];
        const float otherwise = b[i];
        dst[i] = condition[i] == 0.0f ? otherwise : chosen;
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
