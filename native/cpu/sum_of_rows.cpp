#include "cpu/sum_of_rows.h"

#include <string.h>

#include "cpu/each.h"

namespace gatun {

// So many parts are summed by themselves, each in f32, and then together in double.
static constexpr int64_t most_parts = 128;

void sum_of_rows(int64_t rows, int64_t columns, const float *matrix, float *sums, Workspace &workspace)
{
    const int64_t length = divide_up(rows, least(rows, most_parts));
    const int64_t parts = divide_up(rows, length);
    const int64_t stride = round_up(columns, line_floats);
    float *partial = workspace.take(parts * stride);
    if (workspace.counts()) {
        return;
    }
    parallel_each(parts, [&](int64_t part, int64_t) {
        float *sum = partial + part * stride;
        memset(sum, 0, static_cast<size_t>(columns) * sizeof(float));
        for (int64_t row = part * length; row < least(rows, (part + 1) * length); ++row) {
            const float *from = matrix + row * columns;
#pragma omp simd
            for (int64_t c = 0; c < columns; ++c) {
                sum[c] += from[c];
            }
        }
    });
    for (int64_t c = 0; c < columns; ++c) {
        double sum = 0.0;
        for (int64_t part = 0; part < parts; ++part) {
            sum += static_cast<double>(partial[part * stride + c]);
        }
        sums[c] = static_cast<float>(sum);
    }
}

}  // namespace gatun
