// Normalisation by given statistics, and the gradient of it, channel by channel. The pointers are not __restrict, for
// the reason given in add.cpp.
#include "cpu/isa.h"
#include "cpu/stream.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// Calls chunk(offset, column, columns, dst) so that every element of the runs is covered once: columns column to
// column + columns of a row, usual_period of them where there are as many, a constant that spares the loops their
// beginnings and ends. dst is where to write.
template <typename Chunk>
inline __attribute__((always_inline)) void each_chunk(const Runs &runs, float *dst, bool streamed, const Chunk &chunk)
{
    const bool whole = runs.period % usual_period == 0;
    for (int64_t run = 0; run < runs.count; ++run) {
        const int64_t end = run * runs.stride + runs.length;
        for (int64_t row = run * runs.stride; row < end; row += runs.period) {
            const int64_t columns = end - row < runs.period ? end - row : runs.period;
            int64_t column = 0;
            if (whole && streamed && is_on_line(dst + row)) {
                for (; column + usual_period <= columns; column += usual_period) {
                    alignas(64) float results[usual_period];
                    chunk(row + column, column, usual_period, results);
                    stream_line_by_line(dst + row + column, results, usual_period);
                }
            } else if (whole) {
                for (; column + usual_period <= columns; column += usual_period) {
                    chunk(row + column, column, usual_period, dst + row + column);
                }
            }
            if (column < columns) {
                chunk(row + column, column, columns - column, dst + row + column);
            }
        }
    }
    if (streamed) {
        end_stream();
    }
}

template <bool rectified, bool added>
void normalize_runs(const Runs &runs, const ChannelFactors &by, bool streamed, const float *src, const float *addend,
                    float *dst)
{
    each_chunk(runs, dst, streamed, [&](int64_t offset, int64_t column, int64_t columns, float *to) {
        const float *x = src + offset;
        const float *mean = by.mean + column;
        const float *factor = by.factor + column;
        const float *shift = by.shift + column;
        const float *more = added ? addend + offset : nullptr;
#pragma omp simd
        for (int64_t i = 0; i < columns; ++i) {
            const float normalized = (x[i] - mean[i]) * factor[i] + shift[i];
            const float z = added ? normalized + more[i] : normalized;
            to[i] = rectified && z <= 0.0f ? 0.0f : z;  // a NaN fails the test and so stays
        }
    });
}

// Whose statistics depend on the batch.
template <bool rectified>
void gradient_runs(const Runs &runs, const ChannelFactors &by, const GradientFactors &with, bool streamed,
                   const float *src, const float *diff, float *dst)
{
    each_chunk(runs, dst, streamed, [&](int64_t offset, int64_t column, int64_t columns, float *to) {
        const float *x = src + offset;
        const float *y = diff + offset;
        const float *mean = by.mean + column;
        const float *factor = by.factor + column;
        const float *shift = by.shift + column;
        const float *of_source = with.of_source + column;
        const float *constant = with.constant + column;
#pragma omp simd
        for (int64_t i = 0; i < columns; ++i) {
            const float centered = x[i] - mean[i];
            const float passed = !rectified || centered * factor[i] > -shift[i] ? y[i] : 0.0f;
            to[i] = factor[i] * passed + (of_source[i] * centered + constant[i]);
        }
    });
}

// Whose statistics are constants.
template <bool rectified>
void frozen_runs(const Runs &runs, const ChannelFactors &by, bool streamed, const float *src, const float *diff,
                 float *dst)
{
    each_chunk(runs, dst, streamed, [&](int64_t offset, int64_t column, int64_t columns, float *to) {
        const float *x = src + offset;
        const float *y = diff + offset;
        const float *mean = by.mean + column;
        const float *factor = by.factor + column;
        const float *shift = by.shift + column;
#pragma omp simd
        for (int64_t i = 0; i < columns; ++i) {
            const float passed = !rectified || (x[i] - mean[i]) * factor[i] > -shift[i] ? y[i] : 0.0f;
            to[i] = factor[i] * passed;
        }
    });
}

}  // namespace

void normalize(const Runs &runs, const ChannelFactors &by, bool rectified, bool streamed, const float *src,
               const float *addend, float *dst)
{
    if (addend == nullptr) {
        (rectified ? normalize_runs<true, false> : normalize_runs<false, false>)(runs, by, streamed, src, addend, dst);
    } else {
        (rectified ? normalize_runs<true, true> : normalize_runs<false, true>)(runs, by, streamed, src, addend, dst);
    }
}

void normalize_backward(const Runs &runs, const ChannelFactors &by, const GradientFactors &with, bool rectified,
                        bool streamed, const float *src, const float *diff, float *dst)
{
    if (with.of_source == nullptr) {
        (rectified ? frozen_runs<true> : frozen_runs<false>)(runs, by, streamed, src, diff, dst);
    } else {
        (rectified ? gradient_runs<true> : gradient_runs<false>)(runs, by, with, streamed, src, diff, dst);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
