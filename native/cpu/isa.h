// The declarations of one instruction set's kernels; included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_ISA_H
#define GATUN_CPU_ISA_H

#include "cpu/kernels.h"

#if !defined(GATUN_ISA)
#error "GATUN_ISA must name the instruction set this source is compiled for"
#endif

namespace gatun {
namespace GATUN_ISA {

void adabelief(const AdaBeliefRule::Constants<float> &c, const Run &run);
void adadelta(const AdadeltaRule::Constants<float> &c, const Run &run);
void adagrad(const AdagradRule::Constants<float> &c, const Run &run);
void adam(const AdamRule::Constants<float> &c, const Run &run);
void amsgrad(const AdamRule::Constants<float> &c, const Run &run);
void adamax(const AdamaxRule::Constants<float> &c, const Run &run);
void lion(const LionRule::Constants<float> &c, const Run &run);
void nadam(const NAdamRule::Constants<float> &c, const Run &run);
void radam(const RAdamRule::Constants<float> &c, const Run &run);
void rmsprop(const RmspropRule::Constants<float> &c, const Run &run);
void rprop(const RpropRule::Constants<float> &c, const Run &run);
void sgd(const SgdRule::Constants<float> &c, const Run &run);
void lamb(const LambRule::Constants<float> &c, const Run &run);
void lars(const LarsRule::Constants<float> &c, const Run &run);
void lamb_norms(const LambRule::Constants<float> &c, const Run &run, double sums[2]);
void lars_norms(const LarsRule::Constants<float> &c, const Run &run, double sums[2]);
void adam_8bit(const AdamRule::Constants<float> &c, const CodedRun &run);
void lion_8bit(const LionRule::Constants<float> &c, const CodedRun &run);
void decode_signed(int64_t count, const uint8_t *codes, const float *scales, float *values);
void decode_non_negative(int64_t count, const uint8_t *codes, const float *scales, float *values);
void encode_signed(int64_t count, const float *values, uint8_t *codes, float *scales);
void encode_non_negative(int64_t count, const float *values, uint8_t *codes, float *scales);
double sum_of_squares(int64_t count, const float *src);
double sum_of_squared_products(int64_t count, const float *a, const float *b);
void lookahead(int64_t count, float rate, float *fast, float *slow);
void perturb(int64_t count, float coefficient, bool adaptive, float *parameters, const float *gradients);
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
