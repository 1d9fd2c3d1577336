// The declarations of one instruction set's kernels; included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_ISA_H
#define GATUN_CPU_ISA_H

#include "cpu/kernels.h"

#if !defined(GATUN_ISA)
#error "GATUN_ISA must name the instruction set this source is compiled for"
#endif

namespace gatun {
namespace GATUN_ISA {

void sgd(const SgdCoefficients<float> &c, int64_t count, float *parameters, const float *gradients, float *momentum);
void adam(const AdamCoefficients<float> &c, int64_t count, float *parameters, const float *gradients, float *first,
          float *second);
void add(int64_t count, const float *a, const float *b, float *dst);
void add_relu(int64_t count, const float *a, const float *b, float *dst);
void relu(int64_t count, const float *src, float *dst);
void relu_backward(int64_t count, const float *dst, const float *diff_dst, float *diff_src);
void relu_backward_sum(int64_t count, const float *dst, const float *diff_dst_a, const float *diff_dst_b,
                       float *diff_src);
void copy(int64_t count, const float *src, float *dst);
void dropout(int64_t first, int64_t count, const float *src, float *dst, uint32_t threshold, float factor,
             const uint32_t key[2], uint32_t step, uint32_t stream);
int64_t find_non_finite(int64_t count, const float *src);

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
