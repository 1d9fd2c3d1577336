// Sums over the rows of columns, in double: as many elements as a batch may have cost no digits. Four rows at a time,
// so that the sums are loaded and stored a quarter as often.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

inline __attribute__((always_inline)) void add_four(int64_t columns, int64_t stride, const float *src,
                                                    double *__restrict sums, double *__restrict squares)
{
#pragma omp simd
    for (int64_t i = 0; i < columns; ++i) {
        const double x = static_cast<double>(src[i]);
        const double y = static_cast<double>(src[i + stride]);
        const double z = static_cast<double>(src[i + 2 * stride]);
        const double w = static_cast<double>(src[i + 3 * stride]);
        sums[i] += (x + y) + (z + w);
        squares[i] += (x * x + y * y) + (z * z + w * w);
    }
}

void add_one(int64_t columns, const float *src, double *__restrict sums, double *__restrict squares)
{
#pragma omp simd
    for (int64_t i = 0; i < columns; ++i) {
        const double x = static_cast<double>(src[i]);
        sums[i] += x;
        squares[i] += x * x;
    }
}

// The gradient that passes a ReLU behind the normalisation: a sum is above zero exactly where one operand is above the
// other's negative, rounded or not.
template <bool rectified>
inline __attribute__((always_inline)) float passed(float centered, float diff, float factor, float shift)
{
    return !rectified || centered * factor > -shift ? diff : 0.0f;
}

// Four elements in f32, and what they make in double: no error grows with the number of elements.
template <bool rectified>
inline __attribute__((always_inline)) void add_four_products(int64_t columns, int64_t stride, const ChannelFactors &by,
                                                             const float *src, const float *diff,
                                                             double *__restrict sums, double *__restrict products)
{
    const float *mean = by.mean;
    const float *factor = by.factor;
    const float *shift = by.shift;
#pragma omp simd
    for (int64_t i = 0; i < columns; ++i) {
        const float m = mean[i];
        const float f = rectified ? factor[i] : 0.0f;
        const float s = rectified ? shift[i] : 0.0f;
        const float x = src[i] - m;
        const float y = src[i + stride] - m;
        const float z = src[i + 2 * stride] - m;
        const float w = src[i + 3 * stride] - m;
        const float a = passed<rectified>(x, diff[i], f, s);
        const float b = passed<rectified>(y, diff[i + stride], f, s);
        const float c = passed<rectified>(z, diff[i + 2 * stride], f, s);
        const float d = passed<rectified>(w, diff[i + 3 * stride], f, s);
        sums[i] += static_cast<double>((a + b) + (c + d));
        products[i] += static_cast<double>((a * x + b * y) + (c * z + d * w));
    }
}

template <bool rectified>
void add_one_product(int64_t columns, const ChannelFactors &by, const float *src, const float *diff,
                     double *__restrict sums, double *__restrict products)
{
    const float *mean = by.mean;
    const float *factor = by.factor;
    const float *shift = by.shift;
#pragma omp simd
    for (int64_t i = 0; i < columns; ++i) {
        const float f = rectified ? factor[i] : 0.0f;
        const float s = rectified ? shift[i] : 0.0f;
        const float x = src[i] - mean[i];
        const float a = passed<rectified>(x, diff[i], f, s);
        sums[i] += static_cast<double>(a);
        products[i] += static_cast<double>(a * x);
    }
}

// Calls four(offset, stride, columns) and one(offset, columns) so that every row of the runs is covered once. Where a
// run is one row, the rows of four runs go together.
template <typename Four, typename One>
inline __attribute__((always_inline)) void each_four_rows(const Runs &runs, const Four &four, const One &one)
{
    const int64_t period = runs.period;
    if (runs.length == period) {
        int64_t run = 0;
        for (; run + 4 <= runs.count; run += 4) {
            four(run * runs.stride, runs.stride, period);
        }
        for (; run < runs.count; ++run) {
            one(run * runs.stride, period);
        }
        return;
    }
    for (int64_t run = 0; run < runs.count; ++run) {
        const int64_t from = run * runs.stride;
        int64_t i = 0;
        if (period == usual_period) {  // a constant spares the loops their beginnings and ends
            for (; i + 4 * usual_period <= runs.length; i += 4 * usual_period) {
                four(from + i, usual_period, usual_period);
            }
        }
        for (; i + 4 * period <= runs.length; i += 4 * period) {
            four(from + i, period, period);
        }
        for (; i < runs.length; i += period) {
            one(from + i, runs.length - i < period ? runs.length - i : period);
        }
    }
}

template <bool rectified>
void add_products(const Runs &runs, const ChannelFactors &by, const float *src, const float *diff, double *sums,
                  double *products)
{
    each_four_rows(
        runs,
        [&](int64_t offset, int64_t stride, int64_t columns) {
            add_four_products<rectified>(columns, stride, by, src + offset, diff + offset, sums, products);
        },
        [&](int64_t offset, int64_t columns) {
            add_one_product<rectified>(columns, by, src + offset, diff + offset, sums, products);
        });
}

}  // namespace

void add_moments(const Runs &runs, const float *src, double *sums, double *squares)
{
    each_four_rows(
        runs,
        [&](int64_t offset, int64_t stride, int64_t columns) {
            add_four(columns, stride, src + offset, sums, squares);
        },
        [&](int64_t offset, int64_t columns) { add_one(columns, src + offset, sums, squares); });
}

void add_gradient_moments(const Runs &runs, const ChannelFactors &by, bool rectified, const float *src,
                          const float *diff, double *sums, double *products)
{
    if (rectified) {
        add_products<true>(runs, by, src, diff, sums, products);
    } else {
        add_products<false>(runs, by, src, diff, sums, products);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
