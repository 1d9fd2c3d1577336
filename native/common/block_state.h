// Optimizer states of 8 bits per element and one scale per block: the codes and scales that gatun.h describes.
// A code is the leading bits of an f32 in (0, 1], counted down from those of 1, so encoding and decoding are shifts.
#ifndef GATUN_COMMON_BLOCK_STATE_H
#define GATUN_COMMON_BLOCK_STATE_H

#include "common/host_device.h"
#include "gatun.h"

namespace gatun {

constexpr int code_shift = 20;  // leaves three bits of the mantissa
constexpr int32_t leading_bits_of_one = 0x3F800000 >> code_shift;

template <gatun_state_kind kind>
struct StateCode {
    static constexpr int32_t largest = kind == GATUN_STATE_SIGNED ? 127 : 255;
    static constexpr int32_t base = leading_bits_of_one - largest;
    static constexpr float smallest = kind == GATUN_STATE_SIGNED ? 1.25f * 0x1p-16f : 1.25f * 0x1p-32f;
};

GATUN_HOST_DEVICE int32_t bits_of(float x)
{
    int32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

GATUN_HOST_DEVICE float float_of(int32_t bits)
{
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

// In [-1, 1].
template <gatun_state_kind kind>
GATUN_HOST_DEVICE float decoded(uint8_t code)
{
    constexpr int32_t largest = StateCode<kind>::largest;
    const int32_t magnitude = code & largest;
    const int32_t bits = (magnitude + StateCode<kind>::base) << code_shift;
    const int32_t unsigned_bits = magnitude == 0 ? 0 : bits;
    return float_of(kind == GATUN_STATE_SIGNED ? unsigned_bits | (code & 0x80) << 24 : unsigned_bits);
}

// What is added to the bits of a ratio before they are cut off. Half of a code's step rounds to nearest.
constexpr int32_t nearest = 1 << (code_shift - 1);

// Stochastic: up with a probability of (what is cut off) / 2^20, if the draws are even in [0, 2^16). The 8 keeps a
// ratio in its code that is a few units in the last place short of it, as the product with the inverse can be.
GATUN_HOST_DEVICE int32_t dithered(uint32_t draw)
{
    return static_cast<int32_t>(draw << (code_shift - 16) | 8u);
}

// x: finite, at most the scale; inverse: of the scale; addend: nearest or dithered. The product is at most a few units
// in the last place above 1, which no addend carries past the largest code.
template <gatun_state_kind kind>
GATUN_HOST_DEVICE uint8_t encoded(float x, float inverse, int32_t addend)
{
    const int32_t bits = bits_of(x * inverse) & 0x7FFFFFFF;
    const int32_t rounded = ((bits + addend) >> code_shift) - StateCode<kind>::base;
    if (kind == GATUN_STATE_SIGNED) {
        return static_cast<uint8_t>((rounded > 0 ? rounded : 0) | (bits_of(x) >> 24 & 0x80));
    }
    return static_cast<uint8_t>(x == 0.0f ? 0 : rounded > 1 ? rounded : 1);
}

// The word that the draws of element i of a block come from: the finaliser "lowbias32" (Wellons, hash-prospector) of
// the block's key and i. Philox for every element would cost more than the rest of a step.
GATUN_HOST_DEVICE uint32_t draws_of(uint32_t key, uint32_t i)
{
    uint32_t x = key + i;
    x ^= x >> 16;
    x *= 0x7FEB352Du;
    x ^= x >> 15;
    x *= 0x846CA68Bu;
    return x ^ x >> 16;
}

// The scale of a block whose largest |value| has these bits (an integer, so that any order of comparing gives the
// same).
template <gatun_state_kind kind>
GATUN_HOST_DEVICE float scale_of(int32_t largest_bits)
{
    constexpr int32_t infinity_bits = 0x7F800000;
    constexpr float floor = static_cast<float>(GATUN_STATE_SMALLEST_SCALE);
    // Below this all would become zero, and then their scale is zero.
    constexpr float vanishing = kind == GATUN_STATE_SIGNED ? StateCode<kind>::smallest * floor : 0.0f;
    const float largest = float_of(largest_bits);
    if (largest_bits >= infinity_bits) {
        return float_of(0x7FC00000);
    }
    return largest == 0.0f || largest < vanishing ? 0.0f : largest < floor ? floor : largest;
}

}  // namespace gatun

#endif
