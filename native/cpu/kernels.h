// The kernels that exist once per instruction set.
//
// Each source named here is compiled with GATUN_ISA = plain, avx2 or avx512 and defines its functions in
// gatun::GATUN_ISA. A kernel works on one contiguous run on one thread; the entry points split the work. Counts are
// elements and may be 0; pointers are those of the run's first element.
#ifndef GATUN_CPU_KERNELS_H
#define GATUN_CPU_KERNELS_H

#include <stdint.h>

#include "common/adam_rule.h"
#include "common/sgd_rule.h"

namespace gatun {

struct Kernels {
    // parameters, gradients, momentum: (count); momentum is not touched where the group has none.
    void (*sgd)(const SgdCoefficients<float> &c, int64_t count, float *parameters, const float *gradients,
                float *momentum);

    // parameters, gradients, first, second: (count).
    void (*adam)(const AdamCoefficients<float> &c, int64_t count, float *parameters, const float *gradients,
                 float *first, float *second);

    // a, b, dst: (count); dst may be a or b.
    void (*add)(int64_t count, const float *a, const float *b, float *dst);
    void (*add_relu)(int64_t count, const float *a, const float *b, float *dst);

    // src, dst: (count); dst may be src.
    void (*relu)(int64_t count, const float *src, float *dst);

    // dst, diff_dst, diff_src: (count); diff_src may be diff_dst.
    void (*relu_backward)(int64_t count, const float *dst, const float *diff_dst, float *diff_src);
    void (*relu_backward_sum)(int64_t count, const float *dst, const float *diff_dst_a, const float *diff_dst_b,
                              float *diff_src);

    // src, dst: (count); they do not overlap.
    void (*copy)(int64_t count, const float *src, float *dst);

    // src, dst: (count), elements first .. first + count of the whole; first is a multiple of 4; dst may be src.
    void (*dropout)(int64_t first, int64_t count, const float *src, float *dst, uint32_t threshold, float factor,
                    const uint32_t key[2], uint32_t step, uint32_t stream);

    // src: (count); the index of the first non-finite element, or -1.
    int64_t (*find_non_finite)(int64_t count, const float *src);
};

namespace plain {
extern const Kernels kernels;
}

#if defined(__x86_64__)
namespace avx2 {
extern const Kernels kernels;
}

namespace avx512 {
extern const Kernels kernels;
}
#endif

// The kernels of the instruction set in use.
const Kernels &active_kernels();

}  // namespace gatun

#endif
