// The coding of one block of 8-bit states; included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_BLOCK_STATES_H
#define GATUN_CPU_BLOCK_STATES_H

#include <string.h>

#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

// count <= GATUN_STATE_BLOCK; codes, values: (count); values are written.
template <gatun_state_kind kind>
static inline void decode_block(int64_t count, const uint8_t *__restrict codes, float scale, float *__restrict values)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        values[i] = decoded<kind>(codes[i]) * scale;
    }
}

// count <= GATUN_STATE_BLOCK; values: (count). The block's scale.
template <gatun_state_kind kind>
static inline float scale_of_block(int64_t count, const float *values)
{
    int32_t largest = 0;
#pragma omp simd reduction(max : largest)
    for (int64_t i = 0; i < count; ++i) {
        const int32_t magnitude_bits = bits_of(values[i]) & 0x7FFFFFFF;
        largest = magnitude_bits > largest ? magnitude_bits : largest;
    }
    return scale_of<kind>(largest);
}

// What to multiply the values of a block by; its codes are all zero where the scale is zero or NaN.
static inline float inverse_of(float scale)
{
    return scale > 0.0f ? 1.0f / scale : 0.0f;
}

static inline void clear_block_without_scale(int64_t count, float scale, uint8_t *codes)
{
    if (!(scale > 0.0f)) {
        memset(codes, 0, static_cast<size_t>(count));
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
