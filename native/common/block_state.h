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
    const int32_t magnitude = code & StateCode<kind>::largest;
    const int32_t sign = (code & ~StateCode<kind>::largest) << 24;
    const int32_t bits = (magnitude + StateCode<kind>::base) << code_shift;
    return float_of((magnitude == 0 ? 0 : bits) | sign);
}

// x: finite; inverse: of the block's scale, or 0 if that is 0. To nearest, ties to even.
template <gatun_state_kind kind>
GATUN_HOST_DEVICE uint8_t encoded(float x, float inverse)
{
    using Code = StateCode<kind>;
    const float ratio = magnitude(x) * inverse;
    const int32_t bits = bits_of(ratio);
    const int32_t even = bits >> code_shift & 1;
    const int32_t rounded = ((bits + (1 << (code_shift - 1)) - 1 + even) >> code_shift) - Code::base;
    const int32_t bounded = rounded > Code::largest ? Code::largest : rounded;
    if (kind == GATUN_STATE_SIGNED) {
        const int32_t code = ratio > Code::smallest ? bounded : ratio > 0.5f * Code::smallest ? 1 : 0;
        return static_cast<uint8_t>(code | (x < 0.0f && code != 0 ? 0x80 : 0));
    }
    return static_cast<uint8_t>(x == 0.0f ? 0 : ratio > Code::smallest ? bounded : 1);
}

// The scale of a block whose largest |value| has these bits (an integer, so that any order of comparing gives the same).
template <gatun_state_kind kind>
GATUN_HOST_DEVICE float scale_of(int32_t largest_bits)
{
    constexpr int32_t infinity_bits = 0x7F800000;
    constexpr float floor = static_cast<float>(GATUN_STATE_SMALLEST_SCALE);
    // Values that all become zero have a scale of zero.
    constexpr float vanishing = kind == GATUN_STATE_SIGNED ? 0.5f * StateCode<kind>::smallest * floor : 0.0f;
    const float largest = float_of(largest_bits);
    if (largest_bits >= infinity_bits) {
        return float_of(0x7FC00000);
    }
    return largest <= vanishing ? 0.0f : largest < floor ? floor : largest;
}

}  // namespace gatun

#endif
