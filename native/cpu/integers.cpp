// Between f32 and integers of 8 bits over one run, and sums of such integers. Loops have no branches and narrow from
// 32 bits, so that they are made of vectors.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// Beyond it every number is clamped, and within it a sum with `shift` has its last bit at 1.
constexpr float most = 4194304.0f;
constexpr float shift = 12582912.0f;

// The integer of a ratio, halves to even; that of a NaN is 0.
GATUN_ELEMENT uint8_t integer(float ratio, const IntegerRange &range, float zero)
{
    const float nearest = (at_most(at_least(ratio, -most), most) + shift) - shift;
    const float q = at_most(at_least(nearest + zero, range.low), range.high);
    return static_cast<uint8_t>(static_cast<int32_t>(q == q ? q : 0.0f));
}

void quantize_row(int64_t count, const IntegerRange &range, float scale, float zero, const float *x, uint8_t *q)
{
    const IntegerRange within = range;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        q[i] = integer(x[i] / scale, within, zero);
    }
}

void quantize_columns(int64_t count, const IntegerRange &range, const float *scales, const float *zeros,
                      const float *x, uint8_t *q)
{
    const IntegerRange within = range;
    if (zeros == nullptr) {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            q[i] = integer(x[i] / scales[i], within, 0.0f);
        }
        return;
    }
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        q[i] = integer(x[i] / scales[i], within, zeros[i]);
    }
}

template <typename Integer>
GATUN_ELEMENT float real(Integer q, float scale, float zero)
{
    return scale * (static_cast<float>(static_cast<int32_t>(q)) - zero);
}

template <typename Integer>
void reals_of_row(int64_t count, float scale, float zero, const Integer *q, float *y)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        y[i] = real(q[i], scale, zero);
    }
}

void dequantize_row(int64_t count, bool is_signed, float scale, float zero, const uint8_t *q, float *y)
{
    if (is_signed) {
        reals_of_row(count, scale, zero, reinterpret_cast<const int8_t *>(q), y);
    } else {
        reals_of_row(count, scale, zero, q, y);
    }
}

template <typename Integer>
void reals_of_columns(int64_t count, const float *scales, const float *zeros, const Integer *q, float *y)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        y[i] = real(q[i], scales[i], zeros == nullptr ? 0.0f : zeros[i]);
    }
}

void dequantize_columns(int64_t count, bool is_signed, const float *scales, const float *zeros, const uint8_t *q,
                        float *y)
{
    if (is_signed) {
        reals_of_columns(count, scales, zeros, reinterpret_cast<const int8_t *>(q), y);
    } else {
        reals_of_columns(count, scales, zeros, q, y);
    }
}

struct Rounding {
    IntegerRange range;
    float least;  // of a sum: 0 for a ReLU
    float scale;
    float zero;
};

template <typename A, typename B>
void sum_of_two(int64_t count, const IntegerTerm &a, const IntegerTerm &b, const Rounding &of, uint8_t *y)
{
    const A *first = reinterpret_cast<const A *>(a.q);
    const B *second = reinterpret_cast<const B *>(b.q);
    const IntegerTerm left = a;
    const IntegerTerm right = b;
    const Rounding to = of;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float sum = real(first[i], left.scale, left.zero) + real(second[i], right.scale, right.zero);
        y[i] = integer(at_least(sum, to.least) / to.scale, to.range, to.zero);
    }
}

template <typename A>
void sum_of_one(int64_t count, const IntegerTerm &a, const Rounding &of, uint8_t *y)
{
    const A *first = reinterpret_cast<const A *>(a.q);
    const IntegerTerm left = a;
    const Rounding to = of;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float value = real(first[i], left.scale, left.zero);
        y[i] = integer(at_least(value, to.least) / to.scale, to.range, to.zero);
    }
}

template <typename A>
void sum_with(int64_t count, const IntegerTerm &a, const IntegerTerm &b, const Rounding &of, uint8_t *y)
{
    if (b.q == nullptr) {
        sum_of_one<A>(count, a, of, y);
    } else if (b.is_signed) {
        sum_of_two<A, int8_t>(count, a, b, of, y);
    } else {
        sum_of_two<A, uint8_t>(count, a, b, of, y);
    }
}

void sum(int64_t count, const IntegerTerm &a, const IntegerTerm &b, bool relu, const IntegerRange &range, float scale,
         float zero, uint8_t *y)
{
    const Rounding of = {range, relu ? 0.0f : -HUGE_VALF, scale, zero};
    if (a.is_signed) {
        sum_with<int8_t>(count, a, b, of, y);
    } else {
        sum_with<uint8_t>(count, a, b, of, y);
    }
}

}  // namespace

const IntegerKernels integers = {quantize_row, quantize_columns, dequantize_row, dequantize_columns, sum};

}  // namespace GATUN_ISA
}  // namespace gatun
