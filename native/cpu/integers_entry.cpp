// Between f32 and integers of 8 bits. Where the elements of a channel lie apart one by one, scales lie along the rows;
// elsewhere the elements of a channel lie in runs.
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

using gatun::active_kernels;
using gatun::IntegerKernels;
using gatun::IntegerRange;
using gatun::IntegerTerm;

namespace {

// Integers in a cache line.
constexpr int64_t line = 64;

struct Channels {
    int64_t outer;
    int64_t channels;
    int64_t inner;
    const float *scale;
    const float *zero_point;

    // Whether the elements of a channel lie apart.
    bool in_columns() const
    {
        return inner == 1 && channels > 1;
    }

    float zero(int64_t channel) const
    {
        return zero_point == nullptr ? 0.0f : zero_point[channel];
    }

    const float *zeros(int64_t channel) const
    {
        return zero_point == nullptr ? nullptr : zero_point + channel;
    }
};

int32_t check(const Channels &of, int64_t &elements)
{
    if (of.outer < 0 || of.channels < 0 || of.inner < 0
        || __builtin_mul_overflow(of.outer, of.channels, &elements)
        || __builtin_mul_overflow(elements, of.inner, &elements)) {
        return GATUN_INVALID_SIZE;
    }
    return gatun::check_buffers(elements, of.scale);
}

bool is_range(int32_t low, int32_t high)
{
    return low <= 0 && high > 0 && ((low == 0 && high <= UINT8_MAX) || (low >= INT8_MIN && high <= INT8_MAX));
}

IntegerRange range_of(int32_t low, int32_t high)
{
    return {static_cast<float>(low), static_cast<float>(high)};
}

// Calls row(channel, at, count) for runs of one channel, or columns(channel, at, count) for parts of a row.
template <typename Row, typename Columns>
void each_run(const Channels &of, int64_t begin, int64_t end, const Row &row, const Columns &columns)
{
    const int64_t period = of.in_columns() ? of.channels : of.inner;
    for (int64_t at = begin; at < end;) {
        const int64_t run = at / period;
        const int64_t within = at - run * period;
        const int64_t count = period - within < end - at ? period - within : end - at;
        if (of.in_columns()) {
            columns(within, at, count);
        } else {
            row(run % of.channels, at, count);
        }
        at += count;
    }
}

IntegerTerm term(int32_t is_signed, const uint8_t *q, const float *scale, const float *zero_point)
{
    return {q, is_signed != 0, scale == nullptr ? 0.0f : *scale, zero_point == nullptr ? 0.0f : *zero_point};
}

}  // namespace

extern "C" {

int32_t gatun_quantize(int64_t outer, int64_t channels, int64_t inner, int32_t low, int32_t high, const float *x,
                       const float *scale, const float *zero_point, uint8_t *q)
{
    const Channels of = {outer, channels, inner, scale, zero_point};
    int64_t elements = 0;
    int32_t status = check(of, elements);
    if (status == GATUN_SUCCESS) {
        status = is_range(low, high) ? gatun::check_buffers(elements, x, q) : GATUN_INVALID_VALUE;
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    const IntegerKernels &kernels = active_kernels().integers;
    const IntegerRange range = range_of(low, high);
    gatun::parallel_split<line>(elements, [&](int64_t begin, int64_t end) {
        each_run(
            of, begin, end,
            [&](int64_t channel, int64_t at, int64_t count) {
                kernels.quantize_row(count, range, scale[channel], of.zero(channel), x + at, q + at);
            },
            [&](int64_t channel, int64_t at, int64_t count) {
                kernels.quantize_columns(count, range, scale + channel, of.zeros(channel), x + at, q + at);
            });
    });
    return GATUN_SUCCESS;
}

int32_t gatun_dequantize(int64_t outer, int64_t channels, int64_t inner, int32_t is_signed, const uint8_t *q,
                         const float *scale, const float *zero_point, float *y)
{
    const Channels of = {outer, channels, inner, scale, zero_point};
    int64_t elements = 0;
    int32_t status = check(of, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, q, y);
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    const IntegerKernels &kernels = active_kernels().integers;
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        each_run(
            of, begin, end,
            [&](int64_t channel, int64_t at, int64_t count) {
                kernels.dequantize_row(count, is_signed != 0, scale[channel], of.zero(channel), q + at, y + at);
            },
            [&](int64_t channel, int64_t at, int64_t count) {
                kernels.dequantize_columns(count, is_signed != 0, scale + channel, of.zeros(channel), q + at, y + at);
            });
    });
    return GATUN_SUCCESS;
}

int32_t gatun_quantized_sum(int64_t count, int32_t a_signed, const uint8_t *a, const float *a_scale,
                            const float *a_zero_point, int32_t b_signed, const uint8_t *b, const float *b_scale,
                            const float *b_zero_point, int32_t relu, int32_t low, int32_t high, const float *scale,
                            const float *zero_point, uint8_t *y)
{
    int32_t status = gatun::check_buffers(count, a, a_scale, scale, y);
    if (status == GATUN_SUCCESS && count > 0 && b != nullptr && b_scale == nullptr) {
        status = GATUN_NULL_POINTER;
    }
    if (status == GATUN_SUCCESS && !is_range(low, high)) {
        status = GATUN_INVALID_VALUE;
    }
    if (status != GATUN_SUCCESS || count == 0) {
        return status;
    }
    const IntegerKernels &kernels = active_kernels().integers;
    const IntegerRange range = range_of(low, high);
    const IntegerTerm first = term(a_signed, a, a_scale, a_zero_point);
    const IntegerTerm second = term(b_signed, b, b_scale, b_zero_point);
    const float zero = zero_point == nullptr ? 0.0f : *zero_point;
    gatun::parallel_split<line>(count, [&](int64_t begin, int64_t end) {
        IntegerTerm left = first;
        IntegerTerm right = second;
        left.q += begin;
        if (right.q != nullptr) {
            right.q += begin;
        }
        kernels.sum(end - begin, left, right, relu != 0, range, *scale, zero, y + begin);
    });
    return GATUN_SUCCESS;
}

}  // extern "C"
