// Nested loops over some dimensions of a tensor.
#ifndef GATUN_CPU_NEST_H
#define GATUN_CPU_NEST_H

#include <stdint.h>

#include "gatun.h"

namespace gatun {

// The dimensions of one nest, outermost first.
struct Nest {
    int32_t rank = 0;
    int64_t extents[GATUN_MAX_RANK];
    int64_t strides[GATUN_MAX_RANK];
    int64_t count = 1;  // of all indices

    void add(int64_t extent, int64_t stride)
    {
        extents[rank] = extent;
        strides[rank] = stride;
        ++rank;
        count *= extent;
    }

    // Where the index of a number lies; numbers count the innermost dimension fastest.
    int64_t offset(int64_t number) const
    {
        int64_t at = 0;
        for (int32_t i = rank - 1; i >= 0; --i) {
            at += number % extents[i] * strides[i];
            number /= extents[i];
        }
        return at;
    }
};

// The elements of a tensor, or a status.
inline int32_t count_elements(int32_t rank, const int64_t *extents, int64_t &elements)
{
    if (rank < 1 || rank > GATUN_MAX_RANK) {
        return GATUN_INVALID_VALUE;
    }
    if (extents == nullptr) {
        return GATUN_NULL_POINTER;
    }
    elements = 1;
    for (int32_t i = 0; i < rank; ++i) {
        if (extents[i] < 0 || __builtin_mul_overflow(elements, extents[i], &elements)) {
            return GATUN_INVALID_SIZE;
        }
    }
    return GATUN_SUCCESS;
}

}  // namespace gatun

#endif
