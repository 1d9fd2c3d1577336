// The coding of one block of 8-bit states; included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_BLOCK_STATES_H
#define GATUN_CPU_BLOCK_STATES_H

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

// count <= GATUN_STATE_BLOCK; values, codes: (count); codes are written. The block's scale.
template <gatun_state_kind kind>
static inline float encode_block(int64_t count, const float *__restrict values, uint8_t *__restrict codes)
{
    int32_t largest = 0;
#pragma omp simd reduction(max : largest)
    for (int64_t i = 0; i < count; ++i) {
        const int32_t magnitude_bits = bits_of(values[i]) & 0x7FFFFFFF;
        largest = magnitude_bits > largest ? magnitude_bits : largest;
    }
    const float scale = scale_of<kind>(largest);
    const float inverse = scale > 0.0f ? 1.0f / scale : 0.0f;  // of NaN too: every code is then 0
    const float kept = scale > 0.0f ? 1.0f : 0.0f;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        codes[i] = encoded<kind>(kept != 0.0f ? values[i] : 0.0f, inverse);
    }
    return scale;
}

}  // namespace GATUN_ISA
}  // namespace gatun

#endif
