// The gradient of a ReLU whose result has two. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

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
