// Rounding to integers of few bits. Where the elements of a channel lie apart one by one, scales lie along the rows;
// elsewhere the elements of a channel lie in runs. What a scale's gradient sums up, one thread does from beginning to
// end, or, where there is one scale only, chunks.
#include "cpu/chunks.h"
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

using gatun::active_kernels;
using gatun::FakeQuantizeKernels;
using gatun::IntegerRange;

namespace {

struct Quantization {
    int64_t outer;
    int64_t channels;
    int64_t inner;
    IntegerRange range;
    const float *x;
    const float *scale;
    const float *zero_point;

    int64_t elements() const
    {
        return outer * channels * inner;
    }

    // Whether the elements of a channel lie apart.
    bool in_columns() const
    {
        return inner == 1 && channels > 1;
    }

    float zero(int64_t channel) const
    {
        return zero_point == nullptr ? 0.0f : zero_point[channel];
    }
};

int32_t check(const Quantization &work, int32_t low, int32_t high, int64_t &elements)
{
    if (work.outer < 0 || work.channels < 0 || work.inner < 0
        || __builtin_mul_overflow(work.outer, work.channels, &elements)
        || __builtin_mul_overflow(elements, work.inner, &elements)) {
        return GATUN_INVALID_SIZE;
    }
    if (low < -gatun::largest_integer || low > 0 || high <= 0 || high > gatun::largest_integer) {
        return GATUN_INVALID_VALUE;
    }
    return gatun::check_buffers(elements, work.x, work.scale);
}

// Elements [begin, end), a run of one channel, or a row's part, at a time.
void forward(const Quantization &work, int64_t begin, int64_t end, float *y)
{
    const FakeQuantizeKernels &kernels = active_kernels().fake_quantizations;
    const int64_t period = work.in_columns() ? work.channels : work.inner;
    for (int64_t at = begin; at < end;) {
        const int64_t run = at / period;
        const int64_t within = at - run * period;
        const int64_t count = period - within < end - at ? period - within : end - at;
        if (work.in_columns()) {
            kernels.columns(count, work.range, work.scale + within,
                            work.zero_point == nullptr ? nullptr : work.zero_point + within, work.x + at, y + at);
        } else {
            const int64_t channel = run % work.channels;
            kernels.row(count, work.range, work.scale[channel], work.zero(channel), work.x + at, y + at);
        }
        at += count;
    }
}

struct Gradient {
    const float *diff_y;
    double factor;
    float *diff_x;
    float *diff_scale;

    void put(int64_t channel, double sum) const
    {
        if (diff_scale != nullptr) {
            diff_scale[channel] = static_cast<float>(sum * factor);
        }
    }
};

void backward_of_one(const Quantization &work, const Gradient &of)
{
    const FakeQuantizeKernels &kernels = active_kernels().fake_quantizations;
    const gatun::Chunks chunks(work.elements());
    double sums[gatun::most_chunks] = {};
    gatun::parallel_chunks(chunks, [&](int64_t chunk, int64_t begin, int64_t end) {
        sums[chunk] = kernels.row_backward(end - begin, work.range, work.scale[0], work.zero(0), of.diff_y + begin,
                                           work.x + begin, of.diff_x + begin);
    });
    double sum = 0.0;
    for (int64_t chunk = 0; chunk < chunks.count; ++chunk) {
        sum += sums[chunk];
    }
    of.put(0, sum);
}

void backward_of_runs(const Quantization &work, const Gradient &of)
{
    const FakeQuantizeKernels &kernels = active_kernels().fake_quantizations;
    gatun::parallel_items(work.channels, work.elements(), [&](int64_t first, int64_t last) {
        for (int64_t channel = first; channel < last; ++channel) {
            double sum = 0.0;
            for (int64_t i = 0; i < work.outer; ++i) {
                const int64_t at = (i * work.channels + channel) * work.inner;
                sum += kernels.row_backward(work.inner, work.range, work.scale[channel], work.zero(channel),
                                            of.diff_y + at, work.x + at, of.diff_x + at);
            }
            of.put(channel, sum);
        }
    });
}

void backward_of_columns(const Quantization &work, const Gradient &of)
{
    const FakeQuantizeKernels &kernels = active_kernels().fake_quantizations;
    constexpr int64_t width = gatun::quantized_columns_at_once;
    gatun::parallel_items((work.channels + width - 1) / width, work.elements(), [&](int64_t first, int64_t last) {
        for (int64_t tile = first; tile < last; ++tile) {
            const int64_t at = tile * width;
            const int64_t count = work.channels - at < width ? work.channels - at : width;
            double sums[width] = {};
            kernels.columns_backward(work.outer, work.channels, count, work.range, work.scale + at,
                                     work.zero_point == nullptr ? nullptr : work.zero_point + at, of.diff_y + at,
                                     work.x + at, of.diff_x + at, sums);
            for (int64_t i = 0; i < count; ++i) {
                of.put(at + i, sums[i]);
            }
        }
    });
}

}  // namespace

extern "C" {

int32_t gatun_fake_quantize_forward(int64_t outer, int64_t channels, int64_t inner, int32_t low, int32_t high,
                                    const float *x, const float *scale, const float *zero_point, float *y)
{
    const Quantization work = {outer, channels, inner, {static_cast<float>(low), static_cast<float>(high)}, x, scale,
                               zero_point};
    int64_t elements = 0;
    int32_t status = check(work, low, high, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, y);
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) { forward(work, begin, end, y); });
    return GATUN_SUCCESS;
}

int32_t gatun_fake_quantize_backward(int64_t outer, int64_t channels, int64_t inner, int32_t low, int32_t high,
                                     double factor, const float *diff_y, const float *x, const float *scale,
                                     const float *zero_point, float *diff_x, float *diff_scale)
{
    const Quantization work = {outer, channels, inner, {static_cast<float>(low), static_cast<float>(high)}, x, scale,
                               zero_point};
    const Gradient of = {diff_y, factor, diff_x, diff_scale};
    int64_t elements = 0;
    int32_t status = check(work, low, high, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, diff_y, diff_x);
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (elements == 0) {
        for (int64_t channel = 0; channel < channels; ++channel) {
            of.put(channel, 0.0);
        }
    } else if (channels == 1) {
        backward_of_one(work, of);
    } else if (work.in_columns()) {
        backward_of_columns(work, of);
    } else {
        backward_of_runs(work, of);
    }
    return GATUN_SUCCESS;
}

}  // extern "C"
