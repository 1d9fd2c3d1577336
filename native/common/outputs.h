// What an optimizer's pass writes beside the weights: their running average and their bf16 copy.
#ifndef GATUN_COMMON_OUTPUTS_H
#define GATUN_COMMON_OUTPUTS_H

#include "common/host_device.h"

namespace gatun {

template <typename Real>
struct AverageConstants {
    Real rate;   // 1 - ema_decay
    Real first;  // the average starts at the weight
};

template <typename Real>
GATUN_HOST_DEVICE void average_rule(const AverageConstants<Real> &c, Real w, Real &average)
{
    average = on(c.first) ? w : average + c.rate * (w - average);
}

// To nearest, ties to even; a NaN stays a quiet NaN.
GATUN_HOST_DEVICE uint16_t to_bfloat16(float x)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const uint32_t rounded = bits + 0x7FFFu + (bits >> 16 & 1u);
    const bool is_nan = (bits & 0x7FFFFFFFu) > 0x7F800000u;
    return static_cast<uint16_t>((is_nan ? bits | 0x400000u : rounded) >> 16);
}

// Stochastic: up in magnitude with a probability of (the 16 bits cut off) / 2^16, if the draws are even.
GATUN_HOST_DEVICE uint16_t to_bfloat16(float x, uint16_t draw)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const bool is_nan = (bits & 0x7FFFFFFFu) > 0x7F800000u;
    return static_cast<uint16_t>((is_nan ? bits | 0x400000u : bits + draw) >> 16);
}

GATUN_HOST_DEVICE float from_bfloat16(uint16_t x)
{
    const uint32_t bits = static_cast<uint32_t>(x) << 16;
    float result;
    __builtin_memcpy(&result, &bits, sizeof result);
    return result;
}

}  // namespace gatun

#endif
