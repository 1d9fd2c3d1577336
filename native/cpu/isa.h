// The declarations of one instruction set's kernels; included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_ISA_H
#define GATUN_CPU_ISA_H

#include "cpu/kernels.h"

#if !defined(GATUN_ISA)
#error "GATUN_ISA must name the instruction set this source is compiled for"
#endif

namespace gatun {
namespace GATUN_ISA {

#define GATUN_ELEMENTWISE(id, Rule) void id(const Rule::Constants<float> &c, const Run &run);
#define GATUN_ELEMENTWISE_8BIT(id, Rule)                      \
    void id(const Rule::Constants<float> &c, const Run &run); \
    void id##_8bit(const Rule::Constants<float> &c, const CodedRun &run);
#define GATUN_LAYERWISE(id, Rule)                             \
    void id(const Rule::Constants<float> &c, const Run &run); \
    void id##_norms(const Rule::Constants<float> &c, const Run &run, double sums[2]);
#include "common/rules.def"

void decode_signed(int64_t count, const uint8_t *codes, const float *scales, float *values);
void decode_non_negative(int64_t count, const uint8_t *codes, const float *scales, float *values);
void encode_signed(int64_t count, const float *values, uint8_t *codes, float *scales);
void encode_non_negative(int64_t count, const float *values, uint8_t *codes, float *scales);
double sum_of_squares(int64_t count, const float *src);
double sum_of_squared_products(int64_t count, const float *a, const float *b);
void lookahead(int64_t count, float rate, float *fast, float *slow);
void perturb(int64_t count, float coefficient, bool adaptive, float *parameters, const float *gradients);
extern const BinaryRow binary_rows[binary_functions];
extern const UnaryRun unary_runs[unary_functions];
extern const UnaryBackwardRun unary_backward_runs[unary_functions];
void powers(double exponent, float factor, int64_t count, const float *src, const float *diff, float *dst);
extern const CastKernels casts[narrow_types];
double sum_row(int64_t count, const float *src);
float largest_of_row(int64_t count, const float *src);
int64_t place_of_largest(int64_t count, const float *src);
void places_of_largest(int64_t row, int64_t count, const float *src, float *largest, int32_t *places);
void exponentials(int64_t count, float largest, const float *src, float *dst);
void scale_row(int64_t count, float factor, const float *src, float *dst);
void add_columns(int64_t rows, int64_t stride, int64_t count, const float *src, double *sums);
void largest_of_columns(int64_t rows, int64_t stride, int64_t count, const float *src, float *largest);
void add_moments(const Runs &runs, const float *src, double *sums, double *squares);
void add_gradient_moments(const Runs &runs, const ChannelFactors &by, bool rectified, const float *src,
                          const float *diff, double *sums, double *products);
void normalize(const Runs &runs, const ChannelFactors &by, bool rectified, bool streamed, const float *src,
               const float *addend, float *dst);
void normalize_backward(const Runs &runs, const ChannelFactors &by, const GradientFactors &with, bool rectified,
                        bool streamed, const float *src, const float *diff, float *dst);
void row_moments(const RowBlock &block, const float *src, double *sums, double *squares);
void row_gradient_moments(const RowBlock &block, const RowFactors &by, const float *src, const float *diff,
                              const float *scale, double *sums, double *products);
void normalize_rows(const RowBlock &block, const RowFactors &by, bool streamed, const float *src, const float *scale,
                    const float *shift, float *dst);
void normalize_rows_backward(const RowBlock &block, const RowFactors &by, const RowGradients &with, bool streamed,
                             const float *src, const float *diff, const float *scale, float *dst, double *scales,
                             double *shifts);
void add(int64_t count, const float *a, const float *b, float *dst);
void add_relu(int64_t count, const float *a, const float *b, float *dst);
void where(int64_t count, const float *condition, const float *a, const float *b, float *dst);
void relu_backward_sum(int64_t count, const float *dst, const float *diff_dst_a, const float *diff_dst_b,
                       float *diff_src);
void copy(int64_t count, const float *src, float *dst);
void dropout(int64_t first, int64_t count, const float *src, float *dst, uint32_t threshold, float factor,
             const uint32_t key[2], uint32_t step, uint32_t stream);
int64_t find_non_finite(int64_t count, const float *src);
extern const FakeQuantizeKernels fake_quantizations;
extern const IntegerKernels integers;
extern const SoftmaxKernels softmaxes[softmax_kinds];
extern const ProductKernels products;
int64_t attention_forward_floats(const gatun_attention &shape);
int64_t attention_backward_floats(const gatun_attention &shape);
void attention_forward(const AttentionCall &call, int64_t from, int64_t to, float *workspace);
void attention_backward(const AttentionCall &call, int64_t from, int64_t to, float *workspace);
int64_t attention_sums_floats(const gatun_attention &shape);
void attention_backward_parts(const AttentionCall &call, int64_t first, int64_t from, int64_t to, float *sums,
                              float *workspace);
void attention_add_parts(const AttentionCall &call, int64_t first, int64_t from, int64_t to, const float *sums);
extern const WinogradImages f2_images;
extern const WinogradImages f4_images;
extern const WinogradWeights f2_weights;
extern const WinogradWeights f4_weights;

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
