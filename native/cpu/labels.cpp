// Labels as vectors of 0 and 1, and the places of largest elements.
#include <string.h>

#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

bool product(int64_t a, int64_t b, int64_t c, int64_t &result)
{
    return !__builtin_mul_overflow(a, b, &result) && !__builtin_mul_overflow(result, c, &result);
}

int32_t check_sizes(int64_t outer, int64_t extent, int64_t inner, int64_t &elements)
{
    return outer < 0 || extent < 1 || inner < 0 || !product(outer, extent, inner, elements) ? GATUN_INVALID_SIZE
                                                                                           : GATUN_SUCCESS;
}

// Columns whose largest elements are looked for together: their values stay in the first-level cache.
constexpr int64_t most_columns = 512;

}  // namespace

extern "C" {

int32_t gatun_one_hot(int64_t outer, int64_t classes, int64_t inner, int64_t ignored, const int32_t *labels,
                      float *dst)
{
    int64_t elements = 0;
    int32_t status = check_sizes(outer, classes, inner, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, labels, dst);
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    for (int64_t i = 0; i < outer * inner; ++i) {
        if (labels[i] != ignored && (labels[i] < 0 || labels[i] >= classes)) {
            return GATUN_INVALID_LABEL;
        }
    }
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        memset(dst + begin, 0, static_cast<size_t>(end - begin) * sizeof(float));
        const int64_t image = classes * inner;
        for (int64_t at = begin / image * inner; at < (end + image - 1) / image * inner; ++at) {
            const int64_t place = at / inner * image + labels[at] * inner + at % inner;
            if (labels[at] != ignored && place >= begin && place < end) {
                dst[place] = 1.0f;
            }
        }
    });
    return GATUN_SUCCESS;
}

int32_t gatun_argmax(int64_t outer, int64_t extent, int64_t inner, const float *src, int32_t *dst)
{
    int64_t elements = 0;
    int32_t status = extent > INT32_MAX ? GATUN_INVALID_SIZE : check_sizes(outer, extent, inner, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, src, dst);
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    if (inner == 1) {
        gatun::parallel_items(outer, elements, [&](int64_t from, int64_t to) {
            for (int64_t row = from; row < to; ++row) {
                dst[row] = static_cast<int32_t>(kernels.place_of_largest(extent, src + row * extent));
            }
        });
        return GATUN_SUCCESS;
    }
    gatun::parallel_columns(outer, inner, elements, [&](int64_t block, int64_t offset, int64_t width) {
        for (int64_t done = 0; done < width; done += most_columns) {
            const size_t count = static_cast<size_t>(width - done < most_columns ? width - done : most_columns);
            const float *from = src + block * extent * inner + offset + done;
            int32_t *to = dst + block * inner + offset + done;
            float largest[most_columns];
            memcpy(largest, from, count * sizeof(float));
            memset(to, 0, count * sizeof(int32_t));
            for (int64_t row = 1; row < extent; ++row) {
                kernels.places_of_largest(row, static_cast<int64_t>(count), from + row * inner, largest, to);
            }
        }
    });
    return GATUN_SUCCESS;
}

}  // extern "C"
