// Rows chosen by indices, and the gradient. Bound by memory, whole rows at a time: compiled once.
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

bool product(int64_t a, int64_t b, int64_t c, int64_t &result)
{
    return !__builtin_mul_overflow(a, b, &result) && !__builtin_mul_overflow(result, c, &result);
}

int32_t check(int64_t outer, int64_t rows, int64_t inner, int64_t count, const int32_t *indices)
{
    if (outer < 0 || rows < 0 || inner < 0 || count < 0) {
        return GATUN_INVALID_SIZE;
    }
    if (count > 0 && indices == nullptr) {
        return GATUN_NULL_POINTER;
    }
    for (int64_t i = 0; i < count; ++i) {
        if (indices[i] < 0 || indices[i] >= rows) {
            return GATUN_INVALID_INDEX;
        }
    }
    return GATUN_SUCCESS;
}

}  // namespace

namespace {

// Of tables of few rows, each of which may be chosen often, some columns at a time are summed in double.
constexpr int64_t most_sums = 4096;
constexpr int64_t most_rows_in_double = 256;

struct Terms {
    int64_t rows;
    int64_t inner;
    int64_t count;
    int64_t skipped;
    const float *diff;
    const int32_t *indices;
    float *dst;
};

// width * rows <= most_sums
void add_in_double(const Terms &of, int64_t block, int64_t offset, int64_t width)
{
    double sums[most_sums];
    for (int64_t i = 0; i < of.rows * width; ++i) {
        sums[i] = 0.0;
    }
    const float *terms = of.diff + block * of.count * of.inner + offset;
    for (int64_t i = 0; i < of.count; ++i) {
        if (of.indices[i] != of.skipped) {
            double *sum = sums + of.indices[i] * width;
            for (int64_t k = 0; k < width; ++k) {
                sum[k] += static_cast<double>(terms[i * of.inner + k]);
            }
        }
    }
    for (int64_t row = 0; row < of.rows; ++row) {
        float *to = of.dst + (block * of.rows + row) * of.inner + offset;
        for (int64_t k = 0; k < width; ++k) {
            to[k] = static_cast<float>(sums[row * width + k]);
        }
    }
}

}  // namespace

extern "C" {

int32_t gatun_gather(int64_t outer, int64_t rows, int64_t inner, int64_t count, const float *src,
                     const int32_t *indices, float *dst)
{
    const int32_t indexed = check(outer, rows, inner, count, indices);
    int64_t elements = 0;
    int64_t given = 0;
    if (indexed != GATUN_SUCCESS) {
        return indexed;
    }
    if (!product(outer, count, inner, elements) || !product(outer, rows, inner, given)) {
        return GATUN_INVALID_SIZE;
    }
    const int32_t status = gatun::check_buffers(elements, src, dst);
    if (status == GATUN_SUCCESS && elements > 0) {
        gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
            for (int64_t at = begin; at < end;) {
                const int64_t row = at / inner;  // (outer, count)
                const int64_t offset = at - row * inner;
                const int64_t run = inner - offset < end - at ? inner - offset : end - at;
                const int64_t from = (row / count * rows + indices[row % count]) * inner + offset;
                memcpy(dst + at, src + from, static_cast<size_t>(run) * sizeof(float));
                at += run;
            }
        });
    }
    return status;
}

int32_t gatun_scatter_add(int64_t outer, int64_t rows, int64_t inner, int64_t count, int64_t skipped,
                          const float *diff, const int32_t *indices, float *dst)
{
    const int32_t indexed = check(outer, rows, inner, count, indices);
    int64_t added = 0;
    int64_t written = 0;
    if (indexed != GATUN_SUCCESS) {
        return indexed;
    }
    if (!product(outer, count, inner, added) || !product(outer, rows, inner, written)) {
        return GATUN_INVALID_SIZE;
    }
    const int32_t read = gatun::check_buffers(added, diff);
    const int32_t status = read == GATUN_SUCCESS ? gatun::check_buffers(written, dst) : read;
    if (status != GATUN_SUCCESS || written == 0) {
        return status;
    }
    // No two threads add to one element, and the order is that of the indices.
    const int64_t work = added > written ? added : written;
    const Terms terms_of_all = {rows, inner, count, skipped, diff, indices, dst};
    gatun::parallel_columns(outer, inner, work, [&](int64_t block, int64_t offset, int64_t width) {
        if (rows <= most_rows_in_double) {
            const int64_t some = most_sums / rows;
            for (int64_t i = 0; i < width; i += some) {
                add_in_double(terms_of_all, block, offset + i, width - i < some ? width - i : some);
            }
            return;
        }
        float *sums = dst + block * rows * inner + offset;
        for (int64_t row = 0; row < rows; ++row) {
            memset(sums + row * inner, 0, static_cast<size_t>(width) * sizeof(float));
        }
        const float *terms = diff + block * count * inner + offset;
        for (int64_t i = 0; i < count; ++i) {
            if (indices[i] != skipped) {
                float *sum = sums + indices[i] * inner;
                for (int64_t k = 0; k < width; ++k) {
                    sum[k] += terms[i * inner + k];
                }
            }
        }
    });
    return status;
}

}  // extern "C"
