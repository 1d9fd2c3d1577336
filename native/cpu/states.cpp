// One thread's run of decoding and encoding 8-bit states. Runs begin where blocks do.
#include "cpu/block_states.h"

namespace gatun {
namespace GATUN_ISA {

// body(begin, count, block)
template <typename Body>
static inline void for_each_block(int64_t count, const Body &body)
{
    for (int64_t begin = 0; begin < count; begin += GATUN_STATE_BLOCK) {
        const int64_t left = count - begin;
        body(begin, left < GATUN_STATE_BLOCK ? left : GATUN_STATE_BLOCK, begin / GATUN_STATE_BLOCK);
    }
}

template <gatun_state_kind kind>
static void decode(int64_t count, const uint8_t *codes, const float *scales, float *values)
{
    for_each_block(count, [&](int64_t begin, int64_t length, int64_t block) {
        decode_block<kind>(length, codes + begin, scales[block], values + begin);
    });
}

template <gatun_state_kind kind>
static void encode(int64_t count, const float *values, uint8_t *codes, float *scales)
{
    for_each_block(count, [&](int64_t begin, int64_t length, int64_t block) {
        const float *const from = values + begin;
        uint8_t *const to = codes + begin;
        const float scale = scale_of_block<kind>(length, from);
        const float inverse = inverse_of(scale);
#pragma omp simd
        for (int64_t i = 0; i < length; ++i) {
            to[i] = encoded<kind>(from[i], inverse, nearest);
        }
        clear_block_without_scale(length, scale, to);
        scales[block] = scale;
    });
}

void decode_signed(int64_t count, const uint8_t *codes, const float *scales, float *values)
{
    decode<GATUN_STATE_SIGNED>(count, codes, scales, values);
}

void decode_non_negative(int64_t count, const uint8_t *codes, const float *scales, float *values)
{
    decode<GATUN_STATE_NON_NEGATIVE>(count, codes, scales, values);
}

void encode_signed(int64_t count, const float *values, uint8_t *codes, float *scales)
{
    encode<GATUN_STATE_SIGNED>(count, values, codes, scales);
}

void encode_non_negative(int64_t count, const float *values, uint8_t *codes, float *scales)
{
    encode<GATUN_STATE_NON_NEGATIVE>(count, values, codes, scales);
}

}  // namespace GATUN_ISA
}  // namespace gatun
