// Softmax, its logarithm and their gradients: of rows that lie one after another, and down columns that lie side by
// side. Sums run in double, in an order that depends on the extents only.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

constexpr int64_t lanes = 16;

// Calls body(from, count) with a count of lanes, and once with what is left.
template <typename Body>
inline __attribute__((always_inline)) void each_lanes(int64_t count, const Body &body)
{
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        body(i, lanes);
    }
    if (i < count) {
        body(i, count - i);
    }
}

// What a row's last elements are for a loop of full width: copied, with others behind them.
struct Tail {
    float values[lanes];

    __attribute__((always_inline)) Tail(const float *src, int64_t count, float others)
    {
        for (int64_t i = 0; i < lanes; ++i) {
            values[i] = i < count ? src[i] : others;
        }
    }

    __attribute__((always_inline)) void store(float *dst, int64_t count) const
    {
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = values[i];
        }
    }
};

inline __attribute__((always_inline)) double total(const double *sums)
{
    double half[lanes / 2];
    for (int64_t i = 0; i < lanes / 2; ++i) {
        half[i] = sums[i] + sums[i + lanes / 2];
    }
    return ((half[0] + half[4]) + (half[2] + half[6])) + ((half[1] + half[5]) + (half[3] + half[7]));
}

template <bool stored>
inline __attribute__((always_inline)) double sum_of_exponentials(int64_t count, float largest, const float *src,
                                                                 float *dst)
{
    double sums[lanes] = {};
    each_lanes(count, [&](int64_t from, int64_t left) {
        const auto add = [&](const float *x, float *y) {
#pragma omp simd
            for (int64_t i = 0; i < lanes; ++i) {
                const float e = exponential_below(x[i], largest);
                sums[i] += static_cast<double>(e);
                if (stored) {
                    y[i] = e;
                }
            }
        };
        if (left == lanes) {
            add(src + from, dst + from);
        } else {
            Tail tail(src + from, left, -INFINITY);  // whose exponential is 0
            add(tail.values, tail.values);
            if (stored) {
                tail.store(dst + from, left);
            }
        }
    });
    return total(sums);
}

}  // namespace

void softmax_row(int64_t count, const float *src, float *dst)
{
    const double sum = sum_of_exponentials<true>(count, largest_of_row(count, src), src, dst);
    scale_row(count, static_cast<float>(1.0 / sum), dst, dst);
}

void log_softmax_row(int64_t count, const float *src, float *dst)
{
    const float largest = largest_of_row(count, src);
    const double log_sum = log(sum_of_exponentials<false>(count, largest, src, dst));
    const float high = static_cast<float>(log_sum);
    const float low = static_cast<float>(log_sum - static_cast<double>(high));
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = (src[i] - largest - high) - low;
    }
}

void softmax_backward_row(int64_t count, const float *result, const float *diff, float *dst)
{
    double sums[lanes] = {};
    each_lanes(count, [&](int64_t from, int64_t left) {
        const auto add = [&](const float *y, const float *dy) {
#pragma omp simd
            for (int64_t i = 0; i < lanes; ++i) {
                sums[i] += static_cast<double>(y[i] * dy[i]);
            }
        };
        if (left == lanes) {
            add(result + from, diff + from);
        } else {
            add(Tail(result + from, left, 0.0f).values, Tail(diff + from, left, 0.0f).values);
        }
    });
    const float sum = static_cast<float>(total(sums));
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = result[i] * (diff[i] - sum);
    }
}

void log_softmax_backward_row(int64_t count, const float *result, const float *diff, float *dst)
{
    const float sum = static_cast<float>(sum_row(count, diff));
    each_lanes(count, [&](int64_t from, int64_t left) {
        const auto subtract = [&](const float *y, const float *dy, float *dx) {
#pragma omp simd
            for (int64_t i = 0; i < lanes; ++i) {
                dx[i] = fused(-exp_of(y[i]), sum, dy[i]);
            }
        };
        if (left == lanes) {
            subtract(result + from, diff + from, dst + from);
        } else {
            Tail tail(diff + from, left, 0.0f);
            subtract(Tail(result + from, left, 0.0f).values, tail.values, tail.values);
            tail.store(dst + from, left);
        }
    });
}

// The largest and the sum of exponentials of each column.
template <bool stored>
inline __attribute__((always_inline)) void sums_of_columns(int64_t rows, int64_t stride, int64_t count,
                                                           const float *src, float *dst, float *largest, double *sums)
{
    for (int64_t i = 0; i < count; ++i) {
        largest[i] = -INFINITY;
        sums[i] = 0.0;
    }
    largest_of_columns(rows, stride, count, src, largest);
    for (int64_t row = 0; row < rows; ++row) {
        const float *x = src + row * stride;
        float *y = dst + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            const float e = exponential_below(x[i], largest[i]);
            sums[i] += static_cast<double>(e);
            if (stored) {
                y[i] = e;
            }
        }
    }
}

void softmax_columns(int64_t rows, int64_t stride, int64_t count, const float *src, float *dst)
{
    float largest[softmax_columns_at_once];
    double sums[softmax_columns_at_once];
    sums_of_columns<true>(rows, stride, count, src, dst, largest, sums);
    float factors[softmax_columns_at_once];
    for (int64_t i = 0; i < count; ++i) {
        factors[i] = static_cast<float>(1.0 / sums[i]);
    }
    for (int64_t row = 0; row < rows; ++row) {
        float *y = dst + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            y[i] *= factors[i];
        }
    }
}

void log_softmax_columns(int64_t rows, int64_t stride, int64_t count, const float *src, float *dst)
{
    float largest[softmax_columns_at_once];
    double sums[softmax_columns_at_once];
    sums_of_columns<false>(rows, stride, count, src, dst, largest, sums);
    float high[softmax_columns_at_once];
    float low[softmax_columns_at_once];
    for (int64_t i = 0; i < count; ++i) {
        const double log_sum = log(sums[i]);
        high[i] = static_cast<float>(log_sum);
        low[i] = static_cast<float>(log_sum - static_cast<double>(high[i]));
    }
    for (int64_t row = 0; row < rows; ++row) {
        const float *x = src + row * stride;
        float *y = dst + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            y[i] = (x[i] - largest[i] - high[i]) - low[i];
        }
    }
}

void softmax_backward_columns(int64_t rows, int64_t stride, int64_t count, const float *result, const float *diff,
                              float *dst)
{
    double sums[softmax_columns_at_once] = {};
    for (int64_t row = 0; row < rows; ++row) {
        const float *y = result + row * stride;
        const float *dy = diff + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            sums[i] += static_cast<double>(y[i] * dy[i]);
        }
    }
    float sum[softmax_columns_at_once];
    for (int64_t i = 0; i < count; ++i) {
        sum[i] = static_cast<float>(sums[i]);
    }
    for (int64_t row = 0; row < rows; ++row) {
        const float *y = result + row * stride;
        const float *dy = diff + row * stride;
        float *dx = dst + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dx[i] = y[i] * (dy[i] - sum[i]);
        }
    }
}

void log_softmax_backward_columns(int64_t rows, int64_t stride, int64_t count, const float *result, const float *diff,
                                  float *dst)
{
    double sums[softmax_columns_at_once] = {};
    add_columns(rows, stride, count, diff, sums);
    float sum[softmax_columns_at_once];
    for (int64_t i = 0; i < count; ++i) {
        sum[i] = static_cast<float>(sums[i]);
    }
    for (int64_t row = 0; row < rows; ++row) {
        const float *y = result + row * stride;
        const float *dy = diff + row * stride;
        float *dx = dst + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dx[i] = fused(-exp_of(y[i]), sum[i], dy[i]);
        }
    }
}

const SoftmaxKernels softmaxes[softmax_kinds] = {
    {softmax_row, softmax_backward_row, softmax_columns, softmax_backward_columns},
    {log_softmax_row, log_softmax_backward_row, log_softmax_columns, log_softmax_backward_columns},
};

}  // namespace GATUN_ISA
}  // namespace gatun
