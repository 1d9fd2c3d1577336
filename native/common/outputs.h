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

}  // namespace gatun

#endif
