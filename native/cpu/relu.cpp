// ReLU and its gradient. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void relu(int64_t count, const float *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float x = src[i];
        dst[i] = x <= 0.0f ? 0.0f : x;  // a NaN fails the test and so stays
    }
}

void relu_backward(int64_t count, const float *dst, const float *diff_dst, float *diff_src)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float diff = diff_dst[i];
        diff_src[i] = dst[i] > 0.0f ? diff : 0.0f;
    }
}

void relu_backward_sum(int64_t count, const float *dst, const float *diff_dst_a, const float *diff_dst_b,
                       float *diff_src)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float diff = diff_dst_a[i] + diff_dst_b[i];
        diff_src[i] = dst[i] > 0.0f ? diff : 0.0f;
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
