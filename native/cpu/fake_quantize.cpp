// Rounding to integers of few bits over one run. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// Beyond it every number is clamped, and within it a sum with `shift` has its last bit at 1.
constexpr float most = 4194304.0f;
constexpr float shift = 12582912.0f;

// To the nearest integer, halves to even; a NaN stays one.
GATUN_ELEMENT float rounded(float x)
{
    return (at_most(at_least(x, -most), most) + shift) - shift;
}

GATUN_ELEMENT float quantized(float x, const IntegerRange &range, float scale, float zero)
{
    const float q = at_most(at_least(rounded(x / scale) + zero, range.low), range.high);
    return scale * (q - zero);
}

struct Slope {
    float diff_x;
    float diff_scale;
};

// Without branches, so that loops of it are made of vectors.
GATUN_ELEMENT Slope slope(float diff, float x, const IntegerRange &range, float scale, float zero)
{
    const float ratio = x / scale;
    const float nearest = rounded(ratio);
    const float q = nearest + zero;
    const float clamped = at_most(at_least(q, range.low), range.high);
    const bool outside = (q < range.low) | (q > range.high);
    return {outside ? 0.0f : diff, diff * (outside ? clamped - zero : nearest - ratio)};
}

void row(int64_t count, const IntegerRange &range, float scale, float zero, const float *x, float *y)
{
    const IntegerRange within = range;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        y[i] = quantized(x[i], within, scale, zero);
    }
}

void columns(int64_t count, const IntegerRange &range, const float *scales, const float *zeros, const float *x,
             float *y)
{
    const IntegerRange within = range;
    if (zeros == nullptr) {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            y[i] = quantized(x[i], within, scales[i], 0.0f);
        }
        return;
    }
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        y[i] = quantized(x[i], within, scales[i], zeros[i]);
    }
}

double row_backward(int64_t count, const IntegerRange &range, float scale, float zero, const float *diff,
                    const float *x, float *diff_x)
{
    const IntegerRange within = range;
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i) {
        const Slope of = slope(diff[i], x[i], within, scale, zero);
        diff_x[i] = of.diff_x;
        sum += static_cast<double>(of.diff_scale);
    }
    return sum;
}

void columns_backward(int64_t rows, int64_t stride, int64_t count, const IntegerRange &range, const float *scales,
                      const float *zeros, const float *diff, const float *x, float *diff_x, double *sums)
{
    const IntegerRange within = range;
    float zero[quantized_columns_at_once] = {};
    double total[quantized_columns_at_once] = {};
    for (int64_t i = 0; zeros != nullptr && i < count; ++i) {
        zero[i] = zeros[i];
    }
    for (int64_t r = 0; r < rows; ++r) {
        const float *given = diff + r * stride;
        const float *from = x + r * stride;
        float *to = diff_x + r * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            const Slope of = slope(given[i], from[i], within, scales[i], zero[i]);
            to[i] = of.diff_x;
            total[i] += static_cast<double>(of.diff_scale);
        }
    }
    for (int64_t i = 0; i < count; ++i) {
        sums[i] += total[i];
    }
}

}  // namespace

const FakeQuantizeKernels fake_quantizations = {row, columns, row_backward, columns_backward};

}  // namespace GATUN_ISA
}  // namespace gatun
