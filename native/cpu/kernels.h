// The kernels that exist once per instruction set.
//
// Each source named here is compiled with GATUN_ISA = plain, avx2 or avx512 and defines its functions in
// gatun::GATUN_ISA. A kernel works on one contiguous run on one thread; the entry points split the work. Counts are
// elements and may be 0; pointers are those of the run's first element.
#ifndef GATUN_CPU_KERNELS_H
#define GATUN_CPU_KERNELS_H

#include <stdint.h>

#include "common/block_state.h"
#include "common/outputs.h"
#include "common/rules.h"
#include "cpu/attention.h"
#include "cpu/convolution.h"

namespace gatun {

// How weights become bf16.
struct Rounding {
    bool stochastic;
    uint32_t key[2];  // of Philox
    uint32_t step;
};

// One run of an optimizer's slabs, all (count), from slab element first on. Only the states that the group needs are
// there. average may be null, and so may either of parameters and bf16_weights.
struct Run {
    int64_t first;
    int64_t count;
    float *parameters;
    const float *gradients;
    float *states[most_states];
    float *average;
    uint16_t *bf16_weights;
    AverageConstants<float> averaging;
    Rounding rounding;
};

// A state of 8 bits per element: codes (elements), scales (blocks), of the whole slab.
struct CodedState {
    uint8_t *codes;
    float *scales;
};

constexpr int most_coded_states = 2;

// A run whose states are coded. It owns all blocks it touches.
struct CodedRun {
    Run run;
    int64_t elements;  // of the slab
    CodedState states[most_coded_states];
};

template <typename Rule>
using Update = void (*)(const typename Rule::template Constants<float> &c, const Run &run);

template <typename Rule>
using CodedUpdate = void (*)(const typename Rule::template Constants<float> &c, const CodedRun &run);

// The first pass of a layer-wise rule: the states' update, and the sums of squares of the parameters and of what the
// rule calls the direction, added to sums[0] and sums[1].
template <typename Rule>
using Measure = void (*)(const typename Rule::template Constants<float> &c, const Run &run, double sums[2]);

// One row of a function of two variables. a, b: (count) at a stride, 0 where one element is repeated; dst: (count).
using BinaryRow = void (*)(int64_t count, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                           float *dst);

constexpr int binary_functions = 8;

// The constants of a function of one variable, in the order of gatun.h.
struct UnaryConstants {
    double first;
    double second;
};

// src, dst: (count); dst may be src.
using UnaryRun = void (*)(const UnaryConstants &constants, int64_t count, const float *src, float *dst);

// known, diff_dst, diff_src: (count); diff_src may be diff_dst.
using UnaryBackwardRun = void (*)(const UnaryConstants &constants, int64_t count, const float *known,
                                  const float *diff_dst, float *diff_src);

constexpr int unary_functions = 21;

// src, dst: (count), apart.
struct CastKernels {
    void (*widen)(int64_t count, const uint16_t *src, float *dst);
    void (*narrow)(int64_t count, const float *src, uint16_t *dst);
};

constexpr int narrow_types = 2;

// Runs of elements whose channels repeat, mostly after usual_period elements: count runs of length elements each,
// stride apart. What stands for a channel, stands for a column of every period of a run.
constexpr int64_t usual_period = 64;

struct Runs {
    int64_t count;
    int64_t stride;
    int64_t length;
    int64_t period;
};

// A normalisation by given statistics, (period) each: (x - mean) * factor + shift.
struct ChannelFactors {
    const float *mean;
    const float *factor;
    const float *shift;
};

// What the gradient has besides, (period) each: factor * diff + of_source * (x - mean) + constant; null where the
// statistics are constants.
struct GradientFactors {
    const float *of_source;
    const float *constant;
};

// Rows that are normalised each by itself: so many columns of them, stride from row to row.
constexpr int64_t most_block_rows = 4;

struct RowBlock {
    int64_t rows;  // <= most_block_rows
    int64_t stride;
    int64_t columns;
};

// Of each row of a block: (x - mean) * factor.
struct RowFactors {
    float mean[most_block_rows];
    float factor[most_block_rows];
};

// Of each row, the means of the gradient of what is normalised, and of its product with that.
struct RowGradients {
    float of_shift[most_block_rows];
    float of_scale[most_block_rows];
};

// So many columns that sums stay in registers and the first-level cache.
constexpr int64_t softmax_columns_at_once = 64;

// Of a gatun_softmax_kind. Rows are (count); columns are count <= softmax_columns_at_once of a (rows, stride) array.
// dst may be src, or result or diff, which are the function's result and the gradient by it.
struct SoftmaxKernels {
    void (*row)(int64_t count, const float *src, float *dst);
    void (*row_backward)(int64_t count, const float *result, const float *diff, float *dst);
    void (*columns)(int64_t rows, int64_t stride, int64_t count, const float *src, float *dst);
    void (*columns_backward)(int64_t rows, int64_t stride, int64_t count, const float *result, const float *diff,
                             float *dst);
};

constexpr int32_t softmax_kinds = GATUN_LOG_SOFTMAX + 1;

constexpr int32_t largest_integer = 65536;

// The integers that are rounded to, none beyond the largest.
struct IntegerRange {
    float low;
    float high;
};

// Columns whose sums are added up side by side: so few that they stay in the first-level cache.
constexpr int64_t quantized_columns_at_once = 64;

// x, diff, y, diff_x: (count); y may be x, and diff_x may be diff. A row has one scale and zero point, columns have one
// each, (count); zero points may be null for 0. The gradient of scales is the sum over a row, or added to that of each
// column of (rows, count <= quantized_columns_at_once) at a stride.
struct FakeQuantizeKernels {
    void (*row)(int64_t count, const IntegerRange &range, float scale, float zero, const float *x, float *y);
    void (*columns)(int64_t count, const IntegerRange &range, const float *scales, const float *zeros, const float *x,
                    float *y);
    double (*row_backward)(int64_t count, const IntegerRange &range, float scale, float zero, const float *diff,
                           const float *x, float *diff_x);
    void (*columns_backward)(int64_t rows, int64_t stride, int64_t count, const IntegerRange &range,
                             const float *scales, const float *zeros, const float *diff, const float *x,
                             float *diff_x, double *sums);
};

// Integers of 8 bits that stand for scale * (q - zero).
struct IntegerTerm {
    const uint8_t *q;  // (count); null for no term
    bool is_signed;
    float scale;
    float zero;
};

// x, y: (count) f32; q: (count) integers of 8 bits, of a sign where the range has one. Scales and zero points are of the
// whole run, or, of columns, (count); zeros may be null for 0. The result of a sum may be one of its terms.
struct IntegerKernels {
    void (*quantize_row)(int64_t count, const IntegerRange &range, float scale, float zero, const float *x, uint8_t *q);
    void (*quantize_columns)(int64_t count, const IntegerRange &range, const float *scales, const float *zeros,
                             const float *x, uint8_t *q);
    void (*dequantize_row)(int64_t count, bool is_signed, float scale, float zero, const uint8_t *q, float *y);
    void (*dequantize_columns)(int64_t count, bool is_signed, const float *scales, const float *zeros,
                               const uint8_t *q, float *y);
    void (*sum)(int64_t count, const IntegerTerm &a, const IntegerTerm &b, bool relu, const IntegerRange &range,
                float scale, float zero, uint8_t *y);
};

struct Kernels {
// Of each rule: id, for layer-wise rules id_norms, for states of 8 bits id_8bit.
#define GATUN_ELEMENTWISE(id, Rule) Update<Rule> id;
#define GATUN_ELEMENTWISE_8BIT(id, Rule) \
    Update<Rule> id;                     \
    CodedUpdate<Rule> id##_8bit;
#define GATUN_LAYERWISE(id, Rule) \
    Update<Rule> id;              \
    Measure<Rule> id##_norms;
#include "common/rules.def"

    // values: (count), codes: (count), scales: (ceil(count / GATUN_STATE_BLOCK)); by gatun_state_kind.
    void (*decode_states[2])(int64_t count, const uint8_t *codes, const float *scales, float *values);
    void (*encode_states[2])(int64_t count, const float *values, uint8_t *codes, float *scales);

    // src: (count); the sum of squares, in an order that depends on count only.
    double (*sum_of_squares)(int64_t count, const float *src);

    // a, b: (count); the sum of the squares of their products, in an order that depends on count only.
    double (*sum_of_squared_products)(int64_t count, const float *a, const float *b);

    // fast, slow: (count).
    void (*lookahead)(int64_t count, float rate, float *fast, float *slow);

    // parameters, gradients: (count); w <- w + coefficient * (adaptive ? w^2 : 1) * g.
    void (*perturb)(int64_t count, float coefficient, bool adaptive, float *parameters, const float *gradients);

    const BinaryRow *binary;  // (binary_functions), by gatun_binary_function

    const UnaryRun *unary;                   // (unary_functions), by gatun_unary_function
    const UnaryBackwardRun *unary_backward;  // (unary_functions), by gatun_unary_function
    const CastKernels *casts;                // (narrow_types), by gatun_float_type less 1

    // src: (count); the sum, in an order that depends on count only; the largest, or NaN where there is one.
    double (*sum_row)(int64_t count, const float *src);
    float (*largest_of_row)(int64_t count, const float *src);

    // src: (count), count >= 1; the first place of the largest, or of a NaN.
    int64_t (*place_of_largest)(int64_t count, const float *src);

    // src: (count), of the given row; largest, places: (count), of the rows before, which take it in.
    void (*places_of_largest)(int64_t row, int64_t count, const float *src, float *largest, int32_t *places);

    // src, dst: (count); e^(src - largest), of src as precise as it is. dst may be src.
    void (*exponentials)(int64_t count, float largest, const float *src, float *dst);

    // src, dst: (count); dst may be src.
    void (*scale_row)(int64_t count, float factor, const float *src, float *dst);

    // src: (rows, count) at a stride between rows; sums, largest: (count), which take the rows in.
    void (*add_columns)(int64_t rows, int64_t stride, int64_t count, const float *src, double *sums);
    void (*largest_of_columns)(int64_t rows, int64_t stride, int64_t count, const float *src, float *largest);

    // src: runs; sums, squares: (period), which take the runs in.
    void (*add_moments)(const Runs &runs, const float *src, double *sums, double *squares);

    // src, diff: runs; sums of diff, products of diff and (src - mean): (period), which take the runs in. Rectified:
    // diff counts where the normalised src is above zero.
    void (*add_gradient_moments)(const Runs &runs, const ChannelFactors &by, bool rectified, const float *src,
                                 const float *diff, double *sums, double *products);

    // src, addend, diff, dst: runs; dst may be any of the others; addend is added before the ReLU, null for nothing.
    // Streamed: dst goes past the caches.
    void (*normalize)(const Runs &runs, const ChannelFactors &by, bool rectified, bool streamed, const float *src,
                      const float *addend, float *dst);
    void (*normalize_backward)(const Runs &runs, const ChannelFactors &by, const GradientFactors &with, bool rectified,
                               bool streamed, const float *src, const float *diff, float *dst);

    // src: block; sums, and sums of the squares of what lies beside the mean: (rows), of the columns, written.
    void (*row_moments)(const RowBlock &block, const float *src, double *sums, double *squares);

    // src, diff: block; scale: (columns), null for 1; sums of scale * diff, products of that and (src - mean): (rows),
    // of the columns, written.
    void (*row_gradient_moments)(const RowBlock &block, const RowFactors &by, const float *src, const float *diff,
                                     const float *scale, double *sums, double *products);

    // src, diff, dst: block; dst may be any of the others; scale, shift: (columns), null for 1 and 0. Streamed: dst
    // goes past the caches where its rows begin on lines. scales, shifts: (columns), which take the rows in, or both
    // null.
    void (*normalize_rows)(const RowBlock &block, const RowFactors &by, bool streamed, const float *src,
                           const float *scale, const float *shift, float *dst);
    void (*normalize_rows_backward)(const RowBlock &block, const RowFactors &by, const RowGradients &with,
                                    bool streamed, const float *src, const float *diff, const float *scale, float *dst,
                                    double *scales, double *shifts);

    // a, b, dst: (count); dst may be a or b.
    void (*add)(int64_t count, const float *a, const float *b, float *dst);
    void (*add_relu)(int64_t count, const float *a, const float *b, float *dst);

    // condition, a, b, dst: (count).
    void (*where)(int64_t count, const float *condition, const float *a, const float *b, float *dst);

    // dst, diff_dst_a, diff_dst_b, diff_src: (count); diff_src may be either diff_dst.
    void (*relu_backward_sum)(int64_t count, const float *dst, const float *diff_dst_a, const float *diff_dst_b,
                              float *diff_src);

    // src, dst: (count); they do not overlap.
    void (*copy)(int64_t count, const float *src, float *dst);

    // src, dst: (count), elements first .. first + count of the whole; first is a multiple of 4; dst may be src.
    void (*dropout)(int64_t first, int64_t count, const float *src, float *dst, uint32_t threshold, float factor,
                    const uint32_t key[2], uint32_t step, uint32_t stream);

    // src: (count); the index of the first non-finite element, or -1.
    int64_t (*find_non_finite)(int64_t count, const float *src);

    FakeQuantizeKernels fake_quantizations;

    IntegerKernels integers;

    const SoftmaxKernels *softmaxes;  // (softmax_kinds), by gatun_softmax_kind

    ConvolutionKernels convolutions;

    AttentionKernels attention;
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
